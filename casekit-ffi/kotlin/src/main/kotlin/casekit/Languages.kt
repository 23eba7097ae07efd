package casekit

import java.nio.file.Path

/**
 * Reads a language of the application's own from a file in UTF-8.
 *
 * @throws CasekitException.Language with the line or the key if it cannot be read.
 */
fun Language.Companion.fromFile(path: Path): Language = fromFile(path.toString())

/** The reason as a sentence for a screen, in a language. */
fun Blocker.textIn(language: Language): String = language.blockerText(this)

/** What is wrong with the field, as a sentence for a form, in a language. */
fun FieldError.textIn(language: Language): String = language.fieldErrorText(this)

package casekit

import java.nio.file.Path

/**
 * Reads a language of the application's own from a UTF-8 file.
 *
 * @throws CasekitException.Language if the file cannot be used; it names the line or the key.
 */
fun Language.Companion.fromFile(path: Path): Language = fromFile(path.local())

/** The reason, as a sentence for a screen, in the given language. */
fun Blocker.textIn(language: Language): String = language.blockerText(this)

/** What is wrong with the field, as a sentence for a form, in the given language. */
fun FieldError.textIn(language: Language): String = language.fieldErrorText(this)

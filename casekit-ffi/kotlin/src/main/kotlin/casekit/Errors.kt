package casekit

/** The stable code for programs, such as `not_found`; the message is the sentence for the screen. */
val CasekitException.code: String
    get() = when (this) {
        is CasekitException.Forbidden -> code
        is CasekitException.Invalid -> code
        is CasekitException.Blocked -> code
        is CasekitException.AlreadyTaken -> code
        is CasekitException.NotFound -> code
        is CasekitException.Conflict -> code
        is CasekitException.Store -> code
        is CasekitException.Report -> code
        is CasekitException.Callback -> code
        is CasekitException.Internal -> code
        is CasekitException.Language -> code
    }

/** Every wrong field of a [CasekitException.Invalid]; empty for others. */
val CasekitException.fields: List<FieldError>
    get() = (this as? CasekitException.Invalid)?.fields.orEmpty()

/** Every reason of a [CasekitException.Blocked]; empty for others. */
val CasekitException.blockers: List<Blocker>
    get() = (this as? CasekitException.Blocked)?.blockers.orEmpty()

/** What there is to choose from, of a [CasekitException.NotFound] about a name; `null` for others. */
val CasekitException.choices: Choices?
    get() = (this as? CasekitException.NotFound)?.choices

/** The reason, as an English sentence for a screen; [textIn] gives it in another language. */
val Blocker.text: String get() = blockerText(this)

/** The stable code of the reason, such as `not_taken`. */
val Blocker.code: String get() = blockerCode(this)

/** What is wrong with the field, as an English sentence for a form; [textIn] gives it in another language. */
val FieldError.text: String get() = fieldErrorText(this)

/** The stable code of the rule that the field breaks, such as `too_long`. */
val FieldError.code: String get() = fieldErrorCode(this)

package casekit

/** The stable word to act on, such as `not_found`; the message is the sentence for the screen. */
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
        is CasekitException.Language -> code
        is CasekitException.Callback -> code
        is CasekitException.Internal -> code
    }

/** Every wrong field, if that is what it is about. */
val CasekitException.fields: List<FieldError>
    get() = (this as? CasekitException.Invalid)?.fields.orEmpty()

/** Every reason why it is not possible now, if that is what it is about. */
val CasekitException.blockers: List<Blocker>
    get() = (this as? CasekitException.Blocked)?.blockers.orEmpty()

/** The reason as an English sentence for a screen; [Language.blockerText] tells it in another. */
val Blocker.text: String get() = blockerText(this)

/** The stable word for the reason, such as `not_taken`. */
val Blocker.code: String get() = blockerCode(this)

/** What is wrong with the field, as an English sentence for a form; [Language.fieldErrorText] tells it in another. */
val FieldError.text: String get() = fieldErrorText(this)

/** The stable word for the rule that the field breaks, such as `too_long`. */
val FieldError.code: String get() = fieldErrorCode(this)

"""Why something cannot be done, in English."""

TEXTS: dict[str, tuple[str, str, str]] = {
    "enterprise_number_malformed": (
        "This is not an enterprise number",
        "A Belgian enterprise number has ten digits and starts with 0 or 1.",
        "Check the number and enter it again.",
    ),
    "enterprise_number_checksum": (
        "The enterprise number contains a typing error",
        "The last two digits do not match the first eight. Perhaps two digits were swapped.",
        "Compare the number with an invoice of the company and correct it.",
    ),
    "establishment_number": (
        "This is an establishment number",
        "Numbers that start with 2 to 8 belong to an establishment, not to the company itself.",
        "Enter the enterprise number, which starts with 0 or 1.",
    ),
    "company_unknown": (
        "The company is not known yet",
        "No accounting office has registered this company with us yet.",
        "Contact {contact} and ask to have the company added. After that, the connection is made automatically.",
    ),
    "company_ceased": (
        "The company no longer exists",
        "According to the official register, this company has ceased its activities.",
        "If that is not correct, contact {contact}.",
    ),
    "no_accounting_office": (
        "The company has no accounting office",
        "At this moment no accounting office is registered as working for this company.",
        "Choose an accounting office that works with us, or contact {contact}. The request stays open meanwhile.",
    ),
    "office_not_a_client": (
        "The accounting office is not connected yet",
        "The accounting office of this company does not use our service yet.",
        "Ask the accounting office to join, or contact {contact}. The connection then follows automatically.",
    ),
    "email_unknown": (
        "The company's e-mail address is missing",
        "We cannot send the connection code, because we have no e-mail address of the company.",
        "Contact {contact} and ask to have the e-mail address added. We then send the code automatically.",
    ),
    "email_unverified": (
        "The e-mail address has not been confirmed",
        "The e-mail address that we have of the company still has to be confirmed before a code is sent to it.",
        "Contact {contact} and ask to have the e-mail address confirmed. We then send the code automatically.",
    ),
    "email_bounced": (
        "Our e-mail could not be delivered",
        "The mail server of the company refused our e-mail; the registered address is probably out of date.",
        "Contact {contact} and ask to have the e-mail address corrected. We then send a new code automatically.",
    ),
    "software_not_allowed": (
        "This software may not ask for connections",
        "This software is not registered with us for connecting companies.",
        "Ask the maker of the software to contact {contact}.",
    ),
    "software_suspended": (
        "This software is suspended",
        "The access of this software has been stopped for the time being.",
        "Ask the maker of the software to contact {contact}. You do not have to do anything yourself.",
    ),
    "already_connected": (
        "The company is already connected",
        "There is already an active connection between this company and this software.",
        "You can go on working with it. For new access details, renew the connection in your software.",
    ),
    "consent_withdrawn": (
        "The company has ended the connection",
        "The company has withdrawn its consent, so no documents are exchanged any more.",
        "Ask for a new connection if the company wants to be connected again.",
    ),
    "token_invalid": (
        "This code is not correct",
        "We do not know the code that was entered. Perhaps a character is missing or was mistyped.",
        "Copy the code from our e-mail again, or have a new code sent.",
    ),
    "token_expired": (
        "This code has expired",
        "The code was not used in time and is no longer valid.",
        "Have a new code sent and enter it straight away.",
    ),
    "token_used": (
        "This code has been used already",
        "A code works once only, and this one has already made a connection.",
        "Check whether the connection is active. If it is not, have a new code sent.",
    ),
    "token_superseded": (
        "There is a newer code",
        "A more recent code was sent after this one; only the most recent code is valid.",
        "Use the code from our most recent e-mail. Look in your spam folder as well.",
    ),
    "token_of_another_software": (
        "This code is for another software",
        "The code was mailed for a connection with another billing software and works only there.",
        "Enter the code in the software that the e-mail names, or have a new code sent from this software.",
    ),
    "token_locked": (
        "Too many wrong attempts",
        "A wrong code was entered too often. Entering a code is blocked for a while, for your protection.",
        "Wait a moment and try again with the code from our most recent e-mail.",
    ),
    "document_invalid": (
        "The document contains errors",
        "The document does not meet the rules for electronic invoices, so it cannot be delivered.",
        "Correct the errors that are listed and send the document again.",
    ),
    "document_too_large": (
        "The document is too large",
        "The document is larger than we can accept.",
        "Make the attachments smaller or leave them out, and send the document again.",
    ),
    "period_closed": (
        "The period has probably been closed",
        "The document is dated in a period that the accountant may have closed. It is delivered all the same.",
        "Tell your accountant about it if the document still has to be included in that period.",
    ),
    "seller_mismatch": (
        "The invoice belongs to another company",
        "The seller on the document is not the company of this connection.",
        "Check the enterprise number of the seller, or send the document over the right connection.",
    ),
    "already_accepted": (
        "The invoice was accepted before",
        "A document with the same content was accepted before.",
        "There is nothing to do: the invoice is not delivered twice.",
    ),
    "sandbox_document": (
        "This is a test document",
        "It came in over a test connection: it was read and found usable, and nobody receives it.",
        "There is nothing to do. With a live connection it goes to the accounting office.",
    ),
    "office_changed": (
        "The company has a new accounting office",
        "From now on, the documents of this company go to its new accounting office.",
        "You do not have to do anything; just keep sending your documents.",
    ),
    "rate_limited": (
        "Too many requests",
        "Too many requests arrived in a short time.",
        "Wait a moment; after that you can go on.",
    ),
    "temporarily_unavailable": (
        "Temporarily unavailable",
        "The service cannot answer at this moment. What we have already received is safe.",
        "Try again in a moment.",
    ),
}

"""What was found in a document, in English: our own checks. The official rules are beside it."""

TEXTS: dict[str, str] = {
    "XML_DOCTYPE": "The file holds a document type (DOCTYPE), with which other files can be smuggled in. Have your "
    "billing software export the invoice without it.",
    "XML_EMPTY": "The file is empty. Export the invoice again and send it once more.",
    "XML_ENCODING": "The file is written in an encoding that we do not read. Have it saved as UTF-8.",
    "XML_SYNTAX": "The file is damaged or is not XML. Export the invoice again; opening and saving the file in "
    "another program often breaks it.",
    "XML_TEXT_TOO_LONG": "A text in the file is far too long. Shorten it, or put it in an attachment.",
    "XML_TOO_LARGE": "The file is too large. Leave out attachments, or make them smaller.",
    "XML_*": "The file has more parts than any invoice needs, and was not read. Ask the maker of your billing "
    "software to look at it.",
    "XSD_INVALID": "A part of the invoice is missing, stands in the wrong place or is written wrongly. The "
    "maker of your billing software can mend this.",
    "READER_FAILED": "The file could not be read in time. Export the invoice again; if it stays so, tell us.",
    "UBL_ROOT": "The file is neither an invoice nor a credit note in UBL. Send the UBL file of the invoice itself.",
    "UBL_ID_COUNT": "The invoice must have exactly one number. Give it one and send it again.",
    "UBL_TOTAL_COUNT": "The invoice must have its totals exactly once. Export it again.",
    "UBL_*": "The file does not have the structure of an invoice. Export the invoice again.",
    "ID_TOO_LONG": "The invoice number is longer than 100 characters. Give the invoice a shorter number.",
    "ID_CONTROL_CHARS": "The invoice number holds characters that cannot be seen. Type the number again, without "
    "copying it from elsewhere.",
    "AMOUNT_MISSING": "An amount is missing that no invoice can do without. Export the invoice again.",
    "AMOUNT_COUNT": "An amount that may be there once is there {found} times. Export the invoice again.",
    "AMOUNT_CURRENCY CURRENCY_MISMATCH": "An amount is in {found}, while the invoice is in {expected}. Write all "
    "amounts in the currency of the invoice.",
    "AMOUNT_FORMAT MONEY_*": "“{found}” is not an amount. Write digits with a point, such as 760.00.",
    "DATE_MISSING": "The invoice has no date. Fill in the invoice date.",
    "DATE_FORMAT": "“{found}” is not a date. Dates are written as year-month-day, such as 2026-03-31.",
    "CURRENCY CURRENCY_UNKNOWN": "“{found}” is not a currency. Use its three letters, such as EUR.",
    "PERCENT_FORMAT": "“{found}” is not a percentage. Write digits with a point, such as 21.00.",
    "QUANTITY_FORMAT": "“{found}” is not a quantity. Write digits with a point, such as 2.5.",
    "ATTACHMENT_BASE64": "An attachment is damaged. It was set aside; the invoice itself goes on. Add the file again "
    "if your accountant needs it.",
    "ATTACHMENT_MAGIC": "An attachment is not the kind of file that it says it is. It was set aside; the invoice "
    "itself goes on. Add the right file if your accountant needs it.",
    "ATTACHMENT_MIME": "An attachment is of a kind that invoices may not carry ({found}). It was set aside; the "
    "invoice itself goes on. Use PDF, PNG, JPEG, CSV, Excel or OpenDocument.",
    "ATTACHMENT_*": "Something is wrong with an attachment. It was set aside; the invoice itself goes on.",
    "CREDIT_NOTE_REFERENCE": "The credit note does not say which invoice it corrects. Mention the number of that "
    "invoice, so that your accountant can put the two together.",
    "CUSTOMER_NUMBER": "“{found}” is not a valid Belgian number of the customer. Correct it in the customer's data.",
    "CUSTOMER_NUMBERS_DIFFER": "The invoice gives two different numbers of the customer ({found}). Correct the "
    "customer's data so that both are the same.",
    "DOCUMENT_CONVERTED": "The document says that it was converted from paper or PDF. Compare its amounts with the "
    "original.",
    "DUE_BEFORE_ISSUE": "The due date {found} lies before the invoice date. Correct one of the two.",
    "FINDINGS_CAPPED": "There is more to say than is shown here ({found}). Mend what is shown, then check again.",
    "IBAN IBAN_MALFORMED IBAN_CHECKSUM": "“{found}” is not a valid account number. Check the IBAN on your invoices.",
    "IBAN_BANK_UNKNOWN": "We do not know the bank of account {found}. If the account is yours, you need do nothing.",
    "ISSUE_IN_FUTURE": "The invoice date {found} lies far in the future. Check the year.",
    "OLDER_VERSION": "This version of the invoice came after a newer one. Your accountant sees both; tell which one "
    "counts if it is not the newer.",
    "PDF_MISSING": "The invoice has no PDF, which its format (UBL.BE) asks for. Your accountant gets a PDF that we "
    "make; switch on “include the PDF” in your billing software to send your own.",
    "PROFILE_LEGACY": "The invoice is written in e-FFF, an old format. Switch to Peppol BIS Billing 3 in your "
    "billing software.",
    "PROFILE_UNKNOWN": "We do not know the format that the invoice names ({found}). Choose Peppol BIS Billing 3 in "
    "your billing software.",
    "REFERENCE_CHECKSUM REFERENCE_MALFORMED": "There is a typing error in the structured communication {found}: its "
    "last two digits do not fit. A payment with it cannot be recognised; have your billing software make a new one.",
    "REMITTANCE_TEXTS": "The invoice asks for more than one payment reference. Leave one, so that the payment is "
    "recognised.",
    "SUPPLIER_MISMATCH": "The invoice is from {found}, but this connection belongs to {expected}. Send it over the "
    "connection of the company that made it out.",
    "SUPPLIER_NUMBER ENTERPRISE_NUMBER_* ESTABLISHMENT_NUMBER": "“{found}” is not a valid enterprise or VAT number "
    "of the supplier. Correct your own number in your billing software and send the invoice again.",
    "SUPPLIER_NUMBERS_DIFFER": "The invoice gives two different numbers of the supplier; one of them is {found}. "
    "Correct your company's data so that enterprise number, VAT number and Peppol address are the same.",
    "SUPPLIER_NUMBER_MISSING": "The invoice does not say which company made it out. Fill in your enterprise or VAT "
    "number in your billing software and send the invoice again.",
    "TAX_IN_EUR_MISSING": "The invoice is in another currency and does not give the VAT in euro. Add the VAT in "
    "euro: your accountant must declare it so.",
    "VAT_DIFFERENCE": "The VAT is {found}, while the rate gives {expected}. Check how your billing software rounds.",
    "*": "Something in the invoice does not follow the rules (found: {found}). The maker of your billing software "
    "can mend this.",
}

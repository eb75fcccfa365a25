"""What was found in a document, in German: our own checks. The official rules are beside it."""

TEXTS: dict[str, str] = {
    "XML_DOCTYPE": "Die Datei enthält einen Dokumenttyp (DOCTYPE), mit dem sich andere Dateien einschleusen lassen. "
    "Lassen Sie Ihre Fakturierungssoftware die Rechnung ohne ihn exportieren.",
    "XML_EMPTY": "Die Datei ist leer. Exportieren Sie die Rechnung erneut und senden Sie sie noch einmal.",
    "XML_ENCODING": "Die Datei verwendet eine Zeichenkodierung, die wir nicht lesen. Lassen Sie sie als "
    "UTF-8 speichern.",
    "XML_SYNTAX": "Die Datei ist beschädigt oder kein XML. Exportieren Sie die Rechnung erneut; das Öffnen und "
    "Speichern in einem anderen Programm beschädigt sie oft.",
    "XML_TEXT_TOO_LONG": "Ein Text in der Datei ist viel zu lang. Kürzen Sie ihn oder legen Sie ihn in eine Anlage.",
    "XML_TOO_LARGE": "Die Datei ist zu groß. Lassen Sie Anlagen weg oder verkleinern Sie sie.",
    "XML_*": "Die Datei hat mehr Teile, als eine Rechnung je braucht, und wurde nicht gelesen. Bitten Sie den "
    "Hersteller Ihrer Fakturierungssoftware, sie sich anzusehen.",
    "XSD_INVALID": "Ein Teil der Rechnung fehlt, steht an der falschen Stelle oder ist falsch geschrieben. "
    "Der Hersteller Ihrer Fakturierungssoftware kann das beheben.",
    "READER_FAILED": "Die Datei konnte nicht rechtzeitig gelesen werden. Exportieren Sie die Rechnung erneut; bleibt "
    "es dabei, sagen Sie uns Bescheid.",
    "UBL_ROOT": "Die Datei ist weder eine Rechnung noch eine Gutschrift in UBL. Senden Sie die UBL-Datei der "
    "Rechnung selbst.",
    "UBL_ID_COUNT": "Eine Rechnung muss genau eine Nummer haben. Geben Sie ihr eine und senden Sie sie erneut.",
    "UBL_TOTAL_COUNT": "Die Summen müssen genau einmal in der Rechnung stehen. Exportieren Sie sie erneut.",
    "UBL_*": "Die Datei ist nicht wie eine Rechnung aufgebaut. Exportieren Sie die Rechnung erneut.",
    "ID_TOO_LONG": "Die Rechnungsnummer ist länger als 100 Zeichen. Geben Sie der Rechnung eine kürzere Nummer.",
    "ID_CONTROL_CHARS": "Die Rechnungsnummer enthält unsichtbare Zeichen. Tippen Sie sie neu, ohne sie anderswo zu "
    "kopieren.",
    "AMOUNT_MISSING": "Es fehlt ein Betrag, ohne den keine Rechnung auskommt. Exportieren Sie die Rechnung erneut.",
    "AMOUNT_COUNT": "Ein Betrag, der einmal vorkommen darf, steht {found}-mal da. Exportieren Sie die Rechnung erneut.",
    "AMOUNT_CURRENCY CURRENCY_MISMATCH": "Ein Betrag ist in {found}, die Rechnung aber in {expected}. Schreiben Sie "
    "alle Beträge in der Währung der Rechnung.",
    "AMOUNT_FORMAT MONEY_*": "„{found}“ ist kein Betrag. Schreiben Sie Ziffern mit einem Punkt, etwa 760.00.",
    "DATE_MISSING": "Die Rechnung hat kein Datum. Tragen Sie das Rechnungsdatum ein.",
    "DATE_FORMAT": "„{found}“ ist kein Datum. Ein Datum schreibt man Jahr-Monat-Tag, etwa 2026-03-31.",
    "CURRENCY CURRENCY_UNKNOWN": "„{found}“ ist keine Währung. Verwenden Sie deren drei Buchstaben, etwa EUR.",
    "PERCENT_FORMAT": "„{found}“ ist kein Prozentsatz. Schreiben Sie Ziffern mit einem Punkt, etwa 21.00.",
    "QUANTITY_FORMAT": "„{found}“ ist keine Menge. Schreiben Sie Ziffern mit einem Punkt, etwa 2.5.",
    "ATTACHMENT_BASE64": "Eine Anlage ist beschädigt. Sie wurde beiseitegelegt; die Rechnung selbst geht weiter. "
    "Fügen Sie die Datei erneut bei, wenn Ihr Buchhalter sie braucht.",
    "ATTACHMENT_MAGIC": "Eine Anlage ist nicht die Art Datei, die sie zu sein vorgibt. Sie wurde beiseitegelegt; die "
    "Rechnung selbst geht weiter. Fügen Sie die richtige Datei bei, wenn Ihr Buchhalter sie braucht.",
    "ATTACHMENT_MIME": "Eine Anlage ist von einer Art, die Rechnungen nicht tragen dürfen ({found}). Sie wurde "
    "beiseitegelegt; die Rechnung selbst geht weiter. Verwenden Sie PDF, PNG, JPEG, CSV, Excel oder OpenDocument.",
    "ATTACHMENT_*": "Mit einer Anlage stimmt etwas nicht. Sie wurde beiseitegelegt; die Rechnung selbst geht weiter.",
    "CREDIT_NOTE_REFERENCE": "Die Gutschrift sagt nicht, welche Rechnung sie berichtigt. Nennen Sie deren Nummer, "
    "damit Ihr Buchhalter beide zusammenführen kann.",
    "CUSTOMER_NUMBER": "„{found}“ ist keine gültige belgische Nummer des Kunden. Berichtigen Sie sie in den "
    "Kundendaten.",
    "CUSTOMER_NUMBERS_DIFFER": "Die Rechnung nennt zwei verschiedene Nummern des Kunden ({found}). Berichtigen Sie "
    "die Kundendaten, sodass sie gleich sind.",
    "DOCUMENT_CONVERTED": "Das Dokument gibt an, aus Papier oder PDF umgewandelt zu sein. Vergleichen Sie die "
    "Beträge mit dem Original.",
    "DUE_BEFORE_ISSUE": "Die Fälligkeit {found} liegt vor dem Rechnungsdatum. Berichtigen Sie eines von beiden.",
    "FINDINGS_CAPPED": "Es gibt mehr zu sagen, als hier steht ({found}). Beheben Sie, was hier steht, und prüfen Sie "
    "erneut.",
    "IBAN IBAN_MALFORMED IBAN_CHECKSUM": "„{found}“ ist keine gültige Kontonummer. Prüfen Sie die IBAN auf Ihren "
    "Rechnungen.",
    "IBAN_BANK_UNKNOWN": "Wir kennen die Bank des Kontos {found} nicht. Gehört das Konto Ihnen, brauchen Sie nichts "
    "zu tun.",
    "ISSUE_IN_FUTURE": "Das Rechnungsdatum {found} liegt weit in der Zukunft. Prüfen Sie das Jahr.",
    "OLDER_VERSION": "Diese Fassung der Rechnung kam nach einer neueren an. Ihr Buchhalter sieht beide; sagen Sie, "
    "welche gilt, wenn es nicht die neuere ist.",
    "PDF_MISSING": "Die Rechnung enthält kein PDF, obwohl ihr Format (UBL.BE) es verlangt. Ihr Buchhalter erhält ein "
    "PDF, das wir erstellen; schalten Sie „PDF mitsenden“ in Ihrer Fakturierungssoftware ein, um Ihr eigenes zu "
    "senden.",
    "PROFILE_LEGACY": "Die Rechnung ist in e-FFF geschrieben, einem alten Format. Stellen Sie Ihre "
    "Fakturierungssoftware auf Peppol BIS Billing 3 um.",
    "PROFILE_UNKNOWN": "Wir kennen das Format nicht, das die Rechnung nennt ({found}). Wählen Sie Peppol BIS Billing "
    "3 in Ihrer Fakturierungssoftware.",
    "REFERENCE_CHECKSUM REFERENCE_MALFORMED": "In der strukturierten Mitteilung {found} steckt ein Tippfehler: Die "
    "letzten beiden Ziffern passen nicht. Eine Zahlung damit wird nicht erkannt; lassen Sie Ihre "
    "Fakturierungssoftware eine neue erstellen.",
    "REMITTANCE_TEXTS": "Die Rechnung verlangt mehr als einen Verwendungszweck. Lassen Sie einen übrig, damit die "
    "Zahlung erkannt wird.",
    "SUPPLIER_MISMATCH": "Die Rechnung ist von {found}, diese Verbindung gehört aber zu {expected}. Senden Sie sie "
    "über die Verbindung des Unternehmens, das sie ausgestellt hat.",
    "SUPPLIER_NUMBER ENTERPRISE_NUMBER_* ESTABLISHMENT_NUMBER": "„{found}“ ist keine gültige Unternehmens- oder "
    "MwSt.-Nummer des Lieferanten. Berichtigen Sie Ihre Nummer in Ihrer Fakturierungssoftware und senden Sie die "
    "Rechnung erneut.",
    "SUPPLIER_NUMBERS_DIFFER": "Die Rechnung nennt zwei verschiedene Nummern des Lieferanten; eine davon ist "
    "{found}. Berichtigen Sie Ihre Firmendaten, sodass Unternehmensnummer, MwSt.-Nummer und Peppol-Adresse "
    "übereinstimmen.",
    "SUPPLIER_NUMBER_MISSING": "Die Rechnung sagt nicht, welches Unternehmen sie ausgestellt hat. Tragen Sie Ihre "
    "Unternehmens- oder MwSt.-Nummer in Ihrer Fakturierungssoftware ein und senden Sie die Rechnung erneut.",
    "TAX_IN_EUR_MISSING": "Die Rechnung ist in einer anderen Währung und nennt die MwSt. nicht in Euro. Ergänzen Sie "
    "die MwSt. in Euro: So muss Ihr Buchhalter sie erklären.",
    "VAT_DIFFERENCE": "Die MwSt. beträgt {found}, der Satz ergibt {expected}. Prüfen Sie, wie Ihre "
    "Fakturierungssoftware rundet.",
    "*": "Etwas in der Rechnung folgt nicht den Regeln (gefunden: {found}). Der Hersteller Ihrer "
    "Fakturierungssoftware kann das beheben.",
}

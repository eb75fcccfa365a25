"""What was found in a document, in Dutch: our own checks. The official rules are beside it."""

TEXTS: dict[str, str] = {
    "XML_DOCTYPE": "Het bestand bevat een documenttype (DOCTYPE), waarmee andere bestanden binnengesmokkeld kunnen "
    "worden. Laat uw facturatiesoftware de factuur zonder exporteren.",
    "XML_EMPTY": "Het bestand is leeg. Exporteer de factuur opnieuw en verstuur ze nog eens.",
    "XML_ENCODING": "Het bestand gebruikt een tekencodering die we niet lezen. Laat het opslaan als UTF-8.",
    "XML_SYNTAX": "Het bestand is beschadigd of is geen XML. Exporteer de factuur opnieuw; een bestand in een ander "
    "programma openen en opslaan maakt het vaak stuk.",
    "XML_TEXT_TOO_LONG": "Een tekst in het bestand is veel te lang. Kort hem in of zet hem in een bijlage.",
    "XML_TOO_LARGE": "Het bestand is te groot. Laat bijlagen weg of maak ze kleiner.",
    "XML_*": "Het bestand heeft meer onderdelen dan een factuur ooit nodig heeft en werd niet gelezen. Vraag de "
    "maker van uw facturatiesoftware om ernaar te kijken.",
    "XSD_INVALID": "Een onderdeel van de factuur ontbreekt, staat op de verkeerde plaats of is fout geschreven. "
    "De maker van uw facturatiesoftware kan dit verhelpen.",
    "READER_FAILED": "Het bestand kon niet op tijd gelezen worden. Exporteer de factuur opnieuw; blijft het zo, laat "
    "het ons dan weten.",
    "UBL_ROOT": "Het bestand is geen factuur of creditnota in UBL. Verstuur het UBL-bestand van de factuur zelf.",
    "UBL_ID_COUNT": "Een factuur moet precies één nummer hebben. Geef er een en verstuur ze opnieuw.",
    "UBL_TOTAL_COUNT": "De totalen moeten precies één keer in de factuur staan. Exporteer ze opnieuw.",
    "UBL_*": "Het bestand is niet opgebouwd als een factuur. Exporteer de factuur opnieuw.",
    "ID_TOO_LONG": "Het factuurnummer is langer dan 100 tekens. Geef de factuur een korter nummer.",
    "ID_CONTROL_CHARS": "Het factuurnummer bevat onzichtbare tekens. Typ het nummer opnieuw, zonder het ergens te "
    "kopiëren.",
    "AMOUNT_MISSING": "Er ontbreekt een bedrag dat op elke factuur moet staan. Exporteer de factuur opnieuw.",
    "AMOUNT_COUNT": "Een bedrag dat één keer mag voorkomen, staat er {found} keer. Exporteer de factuur opnieuw.",
    "AMOUNT_CURRENCY CURRENCY_MISMATCH": "Een bedrag staat in {found}, terwijl de factuur in {expected} is. Schrijf "
    "alle bedragen in de munt van de factuur.",
    "AMOUNT_FORMAT MONEY_*": "“{found}” is geen bedrag. Schrijf cijfers met een punt, zoals 760.00.",
    "DATE_MISSING": "De factuur heeft geen datum. Vul de factuurdatum in.",
    "DATE_FORMAT": "“{found}” is geen datum. Een datum wordt geschreven als jaar-maand-dag, zoals 2026-03-31.",
    "CURRENCY CURRENCY_UNKNOWN": "“{found}” is geen munt. Gebruik de drie letters ervan, zoals EUR.",
    "PERCENT_FORMAT": "“{found}” is geen percentage. Schrijf cijfers met een punt, zoals 21.00.",
    "QUANTITY_FORMAT": "“{found}” is geen hoeveelheid. Schrijf cijfers met een punt, zoals 2.5.",
    "ATTACHMENT_BASE64": "Een bijlage is beschadigd. Ze werd apart gehouden; de factuur zelf gaat door. Voeg het "
    "bestand opnieuw toe als uw accountant het nodig heeft.",
    "ATTACHMENT_MAGIC": "Een bijlage is niet het soort bestand dat ze zegt te zijn. Ze werd apart gehouden; de "
    "factuur zelf gaat door. Voeg het juiste bestand toe als uw accountant het nodig heeft.",
    "ATTACHMENT_MIME": "Een bijlage is van een soort die niet bij een factuur mag ({found}). Ze werd apart gehouden; "
    "de factuur zelf gaat door. Gebruik PDF, PNG, JPEG, CSV, Excel of OpenDocument.",
    "ATTACHMENT_*": "Er is iets mis met een bijlage. Ze werd apart gehouden; de factuur zelf gaat door.",
    "CREDIT_NOTE_REFERENCE": "De creditnota zegt niet welke factuur ze verbetert. Vermeld het nummer van die "
    "factuur, zodat uw accountant de twee kan samenleggen.",
    "CUSTOMER_NUMBER": "“{found}” is geen geldig Belgisch nummer van de klant. Verbeter het in de klantgegevens.",
    "CUSTOMER_NUMBERS_DIFFER": "De factuur vermeldt twee verschillende nummers van de klant ({found}). Verbeter de "
    "klantgegevens zodat ze gelijk zijn.",
    "DOCUMENT_CONVERTED": "Het document zegt dat het van papier of PDF is omgezet. Vergelijk de bedragen met het "
    "origineel.",
    "DUE_BEFORE_ISSUE": "De vervaldatum {found} ligt voor de factuurdatum. Verbeter een van de twee.",
    "FINDINGS_CAPPED": "Er valt meer te zeggen dan hier staat ({found}). Verbeter wat hier staat en controleer "
    "opnieuw.",
    "IBAN IBAN_MALFORMED IBAN_CHECKSUM": "“{found}” is geen geldig rekeningnummer. Kijk het IBAN op uw facturen na.",
    "IBAN_BANK_UNKNOWN": "We kennen de bank van rekening {found} niet. Is de rekening van u, dan hoeft u niets te "
    "doen.",
    "ISSUE_IN_FUTURE": "De factuurdatum {found} ligt ver in de toekomst. Kijk het jaar na.",
    "OLDER_VERSION": "Deze versie van de factuur kwam na een nieuwere. Uw accountant ziet ze allebei; laat weten "
    "welke telt als het niet de nieuwere is.",
    "PDF_MISSING": "De factuur bevat geen PDF, terwijl haar formaat (UBL.BE) erom vraagt. Uw accountant krijgt een "
    "PDF die wij maken; zet “PDF meesturen” aan in uw facturatiesoftware om uw eigen PDF te sturen.",
    "PROFILE_LEGACY": "De factuur is geschreven in e-FFF, een oud formaat. Schakel in uw facturatiesoftware over op "
    "Peppol BIS Billing 3.",
    "PROFILE_UNKNOWN": "We kennen het formaat niet dat de factuur noemt ({found}). Kies Peppol BIS Billing 3 in uw "
    "facturatiesoftware.",
    "REFERENCE_CHECKSUM REFERENCE_MALFORMED": "Er staat een tikfout in de gestructureerde mededeling {found}: de "
    "laatste twee cijfers kloppen niet. Een betaling ermee wordt niet herkend; laat uw facturatiesoftware een nieuwe "
    "maken.",
    "REMITTANCE_TEXTS": "De factuur vraagt meer dan één mededeling bij de betaling. Laat er één over, zodat de "
    "betaling herkend wordt.",
    "SUPPLIER_MISMATCH": "De factuur is van {found}, maar deze koppeling hoort bij {expected}. Verstuur ze via de "
    "koppeling van de onderneming die ze opmaakte.",
    "SUPPLIER_NUMBER ENTERPRISE_NUMBER_* ESTABLISHMENT_NUMBER": "“{found}” is geen geldig ondernemings- of "
    "btw-nummer van de leverancier. Verbeter uw eigen nummer in uw facturatiesoftware en verstuur de factuur "
    "opnieuw.",
    "SUPPLIER_NUMBERS_DIFFER": "De factuur vermeldt twee verschillende nummers van de leverancier; een ervan is "
    "{found}. Verbeter uw bedrijfsgegevens zodat ondernemingsnummer, btw-nummer en Peppol-adres gelijk zijn.",
    "SUPPLIER_NUMBER_MISSING": "De factuur zegt niet welke onderneming ze opmaakte. Vul uw ondernemings- of "
    "btw-nummer in uw facturatiesoftware in en verstuur de factuur opnieuw.",
    "TAX_IN_EUR_MISSING": "De factuur is in een andere munt en vermeldt de btw niet in euro. Voeg de btw in euro "
    "toe: zo moet uw accountant ze aangeven.",
    "VAT_DIFFERENCE": "De btw is {found}, terwijl het tarief {expected} geeft. Kijk na hoe uw facturatiesoftware "
    "afrondt.",
    "*": "Iets in de factuur volgt de regels niet (gevonden: {found}). De maker van uw facturatiesoftware kan dit "
    "verhelpen.",
}

"""What the rules of EN 16931 and Peppol found, in Dutch."""

TEXTS: dict[str, str] = {
    "BR-01": "De factuur zegt niet welk formaat ze volgt. Zet Peppol BIS Billing 3 aan in uw facturatiesoftware.",
    "BR-02": "De factuur heeft geen nummer. Geef er een.",
    "BR-03": "De factuur heeft geen datum. Vul de factuurdatum in.",
    "BR-04": "Het document zegt niet of het een factuur, een creditnota of iets anders is. Kies het soort document.",
    "BR-05": "De factuur vermeldt haar munt niet. Kies er een, zoals EUR.",
    "BR-06": "De naam van de verkoper ontbreekt. Vul de naam van uw onderneming in uw facturatiesoftware in.",
    "BR-07": "De naam van de klant ontbreekt. Vul hem in bij de klantgegevens.",
    "BR-08": "Het adres van de verkoper ontbreekt. Vul het adres van uw onderneming in uw facturatiesoftware in.",
    "BR-09": "Het land ontbreekt in het adres van de verkoper. Vul het adres van uw onderneming aan.",
    "BR-10": "Het adres van de klant ontbreekt. Vul de klantgegevens aan.",
    "BR-11": "Het land ontbreekt in het adres van de klant. Vul de klantgegevens aan.",
    "BR-12": "Het totaal van de lijnen ontbreekt. Exporteer de factuur opnieuw.",
    "BR-13": "Het totaal zonder btw ontbreekt. Exporteer de factuur opnieuw.",
    "BR-14": "Het totaal met btw ontbreekt. Exporteer de factuur opnieuw.",
    "BR-15": "Het te betalen bedrag ontbreekt. Exporteer de factuur opnieuw.",
    "BR-16": "De factuur heeft geen lijnen. Voeg er minstens één toe.",
    "BR-17 UBL-SR-19 UBL-SR-20 UBL-SR-21": "De begunstigde moet één keer genoemd worden en een ander zijn dan de "
    "verkoper. Laat hem weg als het geld naar de verkoper gaat.",
    "BR-18 BR-19 BR-20 BR-56": "De naam, het adres met land of het btw-nummer van de fiscaal vertegenwoordiger "
    "ontbreekt. Vul aan, of laat de vertegenwoordiger weg.",
    "BR-21": "Een lijn heeft geen nummer. Nummer de lijnen.",
    "BR-22": "Een lijn heeft geen hoeveelheid. Vul ze in.",
    "BR-23": "De hoeveelheid van een lijn heeft geen eenheid. Kies er een, zoals stuk of uur.",
    "BR-24": "Een lijn heeft geen bedrag. Vul prijs en hoeveelheid in.",
    "BR-25": "Een lijn zegt niet wat er verkocht werd. Geef het artikel of de dienst een naam.",
    "BR-26": "Een lijn heeft geen prijs. Vul hem in.",
    "BR-27": "Een lijn heeft een negatieve prijs ({found}). Maak in plaats daarvan de hoeveelheid negatief, of maak "
    "een creditnota.",
    "BR-28": "Een lijn heeft een negatieve brutoprijs ({found}). Prijzen zijn nul of meer.",
    "BR-29 BR-30": "Een periode eindigt ({found}) voor ze begint ({expected}). Verbeter de data.",
    "BR-31 BR-36 BR-41 BR-43": "Een korting of toeslag heeft geen bedrag. Vul het in.",
    "BR-32 BR-37": "Een korting of toeslag op de hele factuur heeft geen btw-categorie. Kies de btw die ervoor geldt.",
    "BR-33 BR-38 BR-42 BR-44 BR-CO-21 BR-CO-22 BR-CO-23 BR-CO-24": "Een korting of toeslag heeft geen reden. Zeg in "
    "enkele woorden waarvoor ze dient.",
    "BR-45 BR-46": "Er ontbreekt een bedrag in het btw-overzicht. Exporteer de factuur opnieuw.",
    "BR-47": "Een deel van het btw-overzicht heeft geen btw-categorie. Kies de btw-code van de lijnen opnieuw.",
    "BR-48": "Een deel van het btw-overzicht heeft geen btw-tarief. Kies de btw-code van de lijnen opnieuw.",
    "BR-49": "De betaalwijze ontbreekt. Kies hoe de factuur betaald moet worden, bijvoorbeeld per overschrijving.",
    "BR-50 BR-61": "De factuur vraagt een overschrijving maar vermeldt geen rekeningnummer. Vul uw IBAN in.",
    "BR-51": "Het nummer van een betaalkaart staat voluit in de factuur. Toon alleen de laatste cijfers.",
    "BR-52": "Een document waarnaar de factuur verwijst, heeft geen kenmerk. Geef het een naam of een nummer.",
    "BR-53": "De factuur noemt een tweede munt voor de btw, maar niet de btw in die munt. Voeg ze toe, of laat de "
    "munt weg.",
    "BR-54": "Een eigenschap van een artikel mist haar naam of haar waarde. Vul aan.",
    "BR-55 UBL-SR-07": "De factuur verwijst naar een eerdere factuur zonder het nummer ervan. Voeg het nummer toe.",
    "BR-57": "Het land ontbreekt in het leveringsadres. Vul het adres aan.",
    "BR-62 BR-63": "Een elektronisch adres zegt niet van welke soort het is. Vul het Peppol-adres volledig in, zoals "
    "0208:0403170701.",
    "BR-64 BR-65": "Het nummer of de indeling van een artikel zegt niet uit welke lijst het komt. Noem de lijst, of "
    "laat het nummer weg.",
    "BR-CO-03": "De factuur vermeldt zowel een datum als een code voor het tijdstip van de btw. Laat er één over.",
    "BR-CO-04": "Een lijn heeft geen btw-categorie. Kies het btw-tarief, of waarom er geen is.",
    "BR-CO-09": "Het btw-nummer {found} begint niet met de letters van zijn land. Schrijf BE voor een Belgisch nummer.",
    "BR-CO-10": "De lijnen kloppen niet: hun totaal is {found}, hun som is {expected}. Laat uw facturatiesoftware de "
    "factuur opnieuw berekenen.",
    "BR-CO-11": "Het totaal van de kortingen is {found}, hun som is {expected}. Laat uw facturatiesoftware de "
    "factuur opnieuw berekenen.",
    "BR-CO-12": "Het totaal van de toeslagen is {found}, hun som is {expected}. Laat uw facturatiesoftware de "
    "factuur opnieuw berekenen.",
    "BR-CO-13": "Het totaal zonder btw is {found}; lijnen min kortingen plus toeslagen geeft {expected}. Laat uw "
    "facturatiesoftware de factuur opnieuw berekenen.",
    "BR-CO-14": "De totale btw is {found}; de bedragen per tarief geven samen {expected}. Kijk na hoe uw "
    "facturatiesoftware de btw afrondt.",
    "BR-CO-15": "Het totaal met btw is {found}; het moet het totaal zonder btw plus de btw zijn ({expected}). Kijk "
    "na hoe uw facturatiesoftware afrondt.",
    "BR-CO-15~": "Het totaal met btw kan niet vergeleken worden: het totaal zonder btw of de btw in de munt van de "
    "factuur ontbreekt of staat er meer dan één keer. Exporteer de factuur opnieuw.",
    "BR-CO-16": "Het te betalen bedrag is {found}; na voorschotten en afronding moet het {expected} zijn. Kijk de "
    "voorschotten en de afronding na.",
    "BR-CO-17": "De btw van een tarief is {found}; het tarief geeft {expected}. Laat uw facturatiesoftware de btw "
    "berekenen op het totaal per tarief.",
    "BR-CO-18": "De factuur heeft geen btw-overzicht. Dat is ook nodig als er geen btw gerekend wordt.",
    "BR-CO-19 BR-CO-20": "Een periode heeft begin noch einde. Vul een datum in, of laat de periode weg.",
    "BR-CO-26": "De factuur vermeldt geen nummer van de verkoper. Vul uw ondernemings- of btw-nummer in.",
    "BR-CL-01": "Soort {found} past niet bij dit document. Gebruik 380 voor een factuur, 381 voor een creditnota.",
    "BR-CL-03 BR-CL-04 BR-CL-05 PEPPOL-EN16931-CL007": "“{found}” is geen munt. Gebruik de drie letters ervan, zoals "
    "EUR.",
    "BR-CL-10 BR-CL-11 BR-CL-21 BR-CL-26": "“{found}” is geen bekende soort nummer. Voor Belgische "
    "ondernemingsnummers is het 0208.",
    "BR-CL-14 BR-CL-15": "“{found}” is geen landcode. Gebruik twee letters, zoals BE in plaats van België.",
    "BR-CL-16": "“{found}” is geen bekende betaalwijze. Voor een overschrijving is het 30, voor SEPA 58.",
    "BR-CL-17 BR-CL-18": "“{found}” is geen btw-categorie. Kies de btw-code van de lijn opnieuw.",
    "BR-CL-19 BR-CL-20 PEPPOL-EN16931-CL002 PEPPOL-EN16931-CL003": "“{found}” is geen bekende code voor een korting "
    "of toeslag. Laat de code weg en geef de reden in woorden.",
    "BR-CL-22": "“{found}” is geen bekende code voor de reden waarom geen btw gerekend wordt. Laat de code weg en "
    "geef de reden in woorden.",
    "BR-CL-23": "“{found}” is geen bekende eenheid. Kies er een uit de lijst van uw facturatiesoftware, zoals C62 "
    "(stuk).",
    "BR-CL-24 PEPPOL-EN16931-CL001": "Een bijlage is van een soort die niet bij een factuur mag ({found}). Gebruik "
    "PDF, PNG, JPEG, CSV, Excel of OpenDocument.",
    "BR-CL-25 PEPPOL-EN16931-CL008": "“{found}” is geen bekende soort elektronisch adres. Voor Belgische "
    "ondernemingen is het 0208.",
    "BR-CL-* PEPPOL-EN16931-CL*": "“{found}” staat niet in de lijst van codes die ervoor bedoeld is. Kies een "
    "andere, of laat ze weg.",
    "AMOUNT_DECIMALS BR-DEC-* UBL-DT-01": "Een bedrag heeft meer dan twee cijfers na de komma ({found}). Laat uw "
    "facturatiesoftware op de cent afronden.",
    "UBL-DT-06 UBL-DT-07": "Een bijlage mist haar bestandsnaam of haar soort. Voeg het bestand opnieuw toe.",
    "UBL-SR-12 UBL-SR-13 UBL-SR-18 UBL-SR-42": "De factuur vermeldt meer dan één btw-nummer van dezelfde partij. "
    "Laat er één over.",
    "UBL-SR-44": "De factuur vraagt meer dan één mededeling bij de betaling ({found}). Laat er één over, zodat de "
    "betaling herkend wordt.",
    "UBL-SR-47": "De factuur noemt verschillende betaalwijzen ({found}). Kies er één.",
    "UBL-SR-48": "Een lijn moet precies één btw-categorie hebben, hier is het anders ({found}). Kies de btw van de "
    "lijn opnieuw.",
    "UBL-SR-53": "Er staat een belastingnummer zonder de belasting waarvoor het dient, of omgekeerd. Vul uw "
    "bedrijfsgegevens aan.",
    "UBL-SR-*": "Iets staat vaker in de factuur dan mag ({found}). Laat er één over.",
    "UBL-CR-* UBL-DT-*": "De factuur bevat iets dat haar formaat niet kent; anderen lezen het misschien niet. U "
    "hoeft niets te doen als de rest klopt.",
    "BR-VAT-01": "Btw-categorie {category} is op de lijnen niet dezelfde als in het btw-overzicht. Laat uw "
    "facturatiesoftware de factuur opnieuw berekenen.",
    "BR-VAT-02 BR-VAT-03 BR-VAT-04": "Bij btw-categorie {category} zijn de btw-nummers van verkoper of klant niet "
    "zoals ze moeten zijn. Vul ze aan of verbeter ze; bij “buiten de btw” (O) mogen er geen zijn.",
    "BR-VAT-05 BR-VAT-06 BR-VAT-07": "Het btw-tarief “{found}” past niet bij btw-categorie {category}. Kies de "
    "btw-code van de lijn, korting of toeslag opnieuw.",
    "BR-VAT-08": "Het bedrag waarop btw van categorie {category} gerekend wordt, is {found}; de lijnen geven "
    "{expected}. Laat uw facturatiesoftware de factuur opnieuw berekenen.",
    "BR-VAT-09": "De btw van categorie {category} is {found}; ze moet {expected} zijn. Kijk na hoe uw "
    "facturatiesoftware de btw afrondt.",
    "BR-VAT-10": "Bij btw-categorie {category} moet de factuur zeggen waarom er geen btw gerekend wordt. Voeg de "
    "reden van vrijstelling toe.",
    "BR-S-10 BR-Z-10 BR-AF-10 BR-AG-10": "Bij btw-categorie {category} mag de factuur geen reden van vrijstelling "
    "geven. Haal ze weg, of kies de btw-code opnieuw.",
    "BR-IC-11": "Bij een levering binnen de Unie ontbreekt de dag van levering of een periode. Vul die in.",
    "BR-IC-12": "Bij een levering binnen de Unie ontbreekt het land van levering. Vul het in.",
    "BR-O-11 BR-O-12 BR-O-13 BR-O-14": "De factuur mengt “buiten de btw” met btw-categorie {found}. Splits ze in "
    "twee facturen, of kies de juiste btw-codes.",
    "BR-B-*": "Btw-categorie B is alleen voor Italië. Kies de btw-code van de lijnen opnieuw.",
    "PEPPOL-EN16931-R001 PEPPOL-EN16931-R007": "De factuur noemt het Peppol-proces niet waartoe ze behoort. Kijk de "
    "Peppol-instellingen van uw facturatiesoftware na.",
    "PEPPOL-EN16931-R002": "De factuur heeft meer dan één opmerking. Voeg ze samen.",
    "PEPPOL-EN16931-R003": "De referentie van de klant en het bestelnummer ontbreken allebei. Vul een van de twee "
    "in; de naam van de klant volstaat.",
    "PEPPOL-EN16931-R004": "Het formaat dat de factuur noemt, is niet dat van Peppol BIS Billing 3 ({found}). Kijk "
    "de Peppol-instellingen van uw facturatiesoftware na.",
    "PEPPOL-EN16931-R005": "De tweede munt voor de btw is de munt van de factuur zelf ({found}). Laat ze weg.",
    "PEPPOL-EN16931-R008": "Een veld staat er maar is leeg. Vul het in of laat het weg.",
    "PEPPOL-EN16931-R010": "Het Peppol-adres van de klant ontbreekt. Vul het in als de factuur over Peppol moet gaan.",
    "PEPPOL-EN16931-R020": "Het Peppol-adres van de verkoper ontbreekt. Vul het in bij uw bedrijfsgegevens.",
    "PEPPOL-EN16931-R040": "Een korting of toeslag is {found}; haar percentage geeft {expected}. Verbeter een van de "
    "twee.",
    "PEPPOL-EN16931-R041 PEPPOL-EN16931-R042": "Een korting of toeslag geeft een percentage zonder het bedrag waarop "
    "het slaat, of omgekeerd. Geef allebei of geen van beide.",
    "PEPPOL-EN16931-R043 PEPPOL-EN16931-R044": "Het is niet duidelijk of een bedrag een korting of een toeslag is "
    "({found}). Geef het opnieuw in.",
    "PEPPOL-EN16931-R046": "Een nettoprijs is {found}; de brutoprijs min de korting geeft {expected}. Verbeter de "
    "prijs.",
    "PEPPOL-EN16931-R051": "Een bedrag staat in {found}, terwijl de factuur in {expected} is. Schrijf alle bedragen "
    "in de munt van de factuur.",
    "PEPPOL-EN16931-R053 PEPPOL-EN16931-R054": "Het btw-overzicht staat er niet precies één keer ({found}). Een "
    "tweede btw-totaal is alleen voor een tweede munt.",
    "PEPPOL-EN16931-R055": "De btw in beide munten moet in beide positief of in beide negatief zijn. Verbeter een "
    "van de twee.",
    "PEPPOL-EN16931-R061": "Voor een domiciliëring ontbreekt het mandaat. Vul het nummer van het mandaat in.",
    "PEPPOL-EN16931-R110 PEPPOL-EN16931-R111": "De periode van een lijn ({found}) valt buiten die van de factuur "
    "({expected}). Verbeter de data.",
    "PEPPOL-EN16931-R120": "Het bedrag van een lijn is {found}; hoeveelheid, prijs en kortingen geven {expected}. "
    "Kijk prijs, korting en afronding na.",
    "PEPPOL-EN16931-R121": "Een prijs geldt per {found} stuks; dat moet meer dan nul zijn. Verbeter de prijs.",
    "PEPPOL-EN16931-R130": "De prijs geldt per eenheid {found}, de hoeveelheid staat in eenheid {expected}. Gebruik "
    "dezelfde eenheid.",
    "PEPPOL-EN16931-P0100 PEPPOL-EN16931-P0101": "Soort {found} mag op Peppol niet voor dit document. Gebruik 380 "
    "voor een factuur, 381 voor een creditnota, 389 of 261 voor self-billing.",
    "PEPPOL-EN16931-P0112": "Soort {found} is alleen voor facturen tussen Duitse ondernemingen. Gebruik 380.",
    "PEPPOL-EN16931-P*": "De reden waarom geen btw gerekend wordt, hoort bij btw-categorie {expected}, niet bij "
    "{found}. Kies de btw-code opnieuw.",
    "PEPPOL-EN16931-F001": "“{found}” is geen datum. Een datum wordt geschreven als jaar-maand-dag, zoals 2026-03-31.",
    "PEPPOL-COMMON-R043": "Het Belgische ondernemingsnummer “{found}” is fout. Schrijf tien cijfers zonder BE en "
    "zonder punten, zoals 0403170701.",
    "PEPPOL-COMMON-*": "Het nummer “{found}” heeft niet de vorm of het controlecijfer van zijn soort. Verbeter het.",
    "PEPPOL-*": "De factuur volgt een regel van Peppol niet (gevonden: {found}). De maker van uw facturatiesoftware "
    "kan dit verhelpen.",
}

"""What the rules of EN 16931 and Peppol found, in German."""

TEXTS: dict[str, str] = {
    "BR-01": "Die Rechnung sagt nicht, welchem Format sie folgt. Schalten Sie Peppol BIS Billing 3 in Ihrer "
    "Fakturierungssoftware ein.",
    "BR-02": "Die Rechnung hat keine Nummer. Geben Sie ihr eine.",
    "BR-03": "Die Rechnung hat kein Datum. Tragen Sie das Rechnungsdatum ein.",
    "BR-04": "Das Dokument sagt nicht, ob es eine Rechnung, eine Gutschrift oder etwas anderes ist. Wählen Sie seine "
    "Art.",
    "BR-05": "Die Rechnung nennt ihre Währung nicht. Wählen Sie eine, etwa EUR.",
    "BR-06": "Der Name des Verkäufers fehlt. Tragen Sie den Namen Ihres Unternehmens in Ihrer Fakturierungssoftware "
    "ein.",
    "BR-07": "Der Name des Kunden fehlt. Tragen Sie ihn in den Kundendaten ein.",
    "BR-08": "Die Adresse des Verkäufers fehlt. Tragen Sie die Adresse Ihres Unternehmens in Ihrer "
    "Fakturierungssoftware ein.",
    "BR-09": "In der Adresse des Verkäufers fehlt das Land. Ergänzen Sie die Adresse Ihres Unternehmens.",
    "BR-10": "Die Adresse des Kunden fehlt. Ergänzen Sie die Kundendaten.",
    "BR-11": "In der Adresse des Kunden fehlt das Land. Ergänzen Sie die Kundendaten.",
    "BR-12": "Die Summe der Zeilen fehlt. Exportieren Sie die Rechnung erneut.",
    "BR-13": "Der Gesamtbetrag ohne MwSt. fehlt. Exportieren Sie die Rechnung erneut.",
    "BR-14": "Der Gesamtbetrag mit MwSt. fehlt. Exportieren Sie die Rechnung erneut.",
    "BR-15": "Der zu zahlende Betrag fehlt. Exportieren Sie die Rechnung erneut.",
    "BR-16": "Die Rechnung hat keine Zeilen. Fügen Sie mindestens eine hinzu.",
    "BR-17 UBL-SR-19 UBL-SR-20 UBL-SR-21": "Der Zahlungsempfänger muss einmal genannt sein und ein anderer als der "
    "Verkäufer sein. Lassen Sie ihn weg, wenn das Geld an den Verkäufer geht.",
    "BR-18 BR-19 BR-20 BR-56": "Name, Adresse mit Land oder MwSt.-Nummer des Steuervertreters fehlt. Ergänzen Sie "
    "dies, oder lassen Sie den Vertreter weg.",
    "BR-21": "Eine Zeile hat keine Nummer. Nummerieren Sie die Zeilen.",
    "BR-22": "Eine Zeile hat keine Menge. Tragen Sie sie ein.",
    "BR-23": "Die Menge einer Zeile hat keine Einheit. Wählen Sie eine, etwa Stück oder Stunde.",
    "BR-24": "Eine Zeile hat keinen Betrag. Tragen Sie Preis und Menge ein.",
    "BR-25": "Eine Zeile sagt nicht, was verkauft wurde. Geben Sie dem Artikel oder der Leistung einen Namen.",
    "BR-26": "Eine Zeile hat keinen Preis. Tragen Sie ihn ein.",
    "BR-27": "Eine Zeile hat einen negativen Preis ({found}). Machen Sie stattdessen die Menge negativ, oder stellen "
    "Sie eine Gutschrift aus.",
    "BR-28": "Eine Zeile hat einen negativen Bruttopreis ({found}). Preise sind null oder mehr.",
    "BR-29 BR-30": "Ein Zeitraum endet ({found}), bevor er beginnt ({expected}). Berichtigen Sie die Daten.",
    "BR-31 BR-36 BR-41 BR-43": "Ein Nachlass oder Zuschlag hat keinen Betrag. Tragen Sie ihn ein.",
    "BR-32 BR-37": "Ein Nachlass oder Zuschlag auf die ganze Rechnung hat keine MwSt.-Kategorie. Wählen Sie die "
    "MwSt., die dafür gilt.",
    "BR-33 BR-38 BR-42 BR-44 BR-CO-21 BR-CO-22 BR-CO-23 BR-CO-24": "Ein Nachlass oder Zuschlag hat keinen Grund. "
    "Sagen Sie in wenigen Worten, wofür er ist.",
    "BR-45 BR-46": "In der MwSt.-Übersicht fehlt ein Betrag. Exportieren Sie die Rechnung erneut.",
    "BR-47": "Ein Teil der MwSt.-Übersicht hat keine Kategorie. Wählen Sie den MwSt.-Code der Zeilen erneut.",
    "BR-48": "Ein Teil der MwSt.-Übersicht hat keinen Satz. Wählen Sie den MwSt.-Code der Zeilen erneut.",
    "BR-49": "Die Zahlungsart fehlt. Wählen Sie, wie die Rechnung zu zahlen ist, etwa per Überweisung.",
    "BR-50 BR-61": "Die Rechnung verlangt eine Überweisung, nennt aber keine Kontonummer. Tragen Sie Ihre IBAN ein.",
    "BR-51": "Die Nummer einer Zahlungskarte steht vollständig in der Rechnung. Zeigen Sie nur die letzten Ziffern.",
    "BR-52": "Ein Dokument, auf das die Rechnung verweist, hat kein Kennzeichen. Geben Sie ihm einen Namen oder eine "
    "Nummer.",
    "BR-53": "Die Rechnung nennt eine zweite Währung für die MwSt., aber nicht die MwSt. darin. Ergänzen Sie sie, "
    "oder lassen Sie die Währung weg.",
    "BR-54": "Einer Eigenschaft eines Artikels fehlt der Name oder der Wert. Ergänzen Sie dies.",
    "BR-55 UBL-SR-07": "Die Rechnung verweist auf eine frühere Rechnung ohne deren Nummer. Ergänzen Sie die Nummer.",
    "BR-57": "In der Lieferadresse fehlt das Land. Ergänzen Sie die Adresse.",
    "BR-62 BR-63": "Eine elektronische Adresse sagt nicht, welcher Art sie ist. Tragen Sie die Peppol-Adresse "
    "vollständig ein, etwa 0208:0403170701.",
    "BR-64 BR-65": "Die Nummer oder Einordnung eines Artikels sagt nicht, aus welcher Liste sie ist. Nennen Sie die "
    "Liste, oder lassen Sie die Nummer weg.",
    "BR-CO-03": "Die Rechnung gibt für den Zeitpunkt der MwSt. ein Datum und einen Code an. Lassen Sie eines übrig.",
    "BR-CO-04": "Eine Zeile hat keine MwSt.-Kategorie. Wählen Sie den Satz, oder warum es keinen gibt.",
    "BR-CO-09": "Die MwSt.-Nummer {found} beginnt nicht mit den Buchstaben ihres Landes. Schreiben Sie BE vor eine "
    "belgische Nummer.",
    "BR-CO-10": "Die Zeilen stimmen nicht: Ihr Gesamtbetrag ist {found}, ihre Summe {expected}. Lassen Sie Ihre "
    "Fakturierungssoftware die Rechnung neu berechnen.",
    "BR-CO-11": "Der Gesamtbetrag der Nachlässe ist {found}, ihre Summe {expected}. Lassen Sie Ihre "
    "Fakturierungssoftware die Rechnung neu berechnen.",
    "BR-CO-12": "Der Gesamtbetrag der Zuschläge ist {found}, ihre Summe {expected}. Lassen Sie Ihre "
    "Fakturierungssoftware die Rechnung neu berechnen.",
    "BR-CO-13": "Der Gesamtbetrag ohne MwSt. ist {found}; Zeilen abzüglich Nachlässe zuzüglich Zuschläge ergeben "
    "{expected}. Lassen Sie Ihre Fakturierungssoftware die Rechnung neu berechnen.",
    "BR-CO-14": "Die gesamte MwSt. ist {found}; die Beträge je Satz ergeben {expected}. Prüfen Sie, wie Ihre "
    "Fakturierungssoftware die MwSt. rundet.",
    "BR-CO-15": "Der Gesamtbetrag mit MwSt. ist {found}; er muss der Betrag ohne MwSt. zuzüglich der MwSt. sein "
    "({expected}). Prüfen Sie, wie Ihre Fakturierungssoftware rundet.",
    "BR-CO-15~": "Der Gesamtbetrag mit MwSt. lässt sich nicht vergleichen: Der Betrag ohne MwSt. oder die MwSt. in der "
    "Währung der Rechnung fehlt oder steht mehr als einmal da. Exportieren Sie die Rechnung erneut.",
    "BR-CO-16": "Der zu zahlende Betrag ist {found}; nach Anzahlungen und Rundung müsste er {expected} sein. Prüfen "
    "Sie Anzahlungen und Rundung.",
    "BR-CO-17": "Die MwSt. eines Satzes ist {found}; der Satz ergibt {expected}. Lassen Sie Ihre "
    "Fakturierungssoftware die MwSt. auf die Summe je Satz berechnen.",
    "BR-CO-18": "Die Rechnung hat keine MwSt.-Übersicht. Sie ist auch nötig, wenn keine MwSt. berechnet wird.",
    "BR-CO-19 BR-CO-20": "Ein Zeitraum hat weder Anfang noch Ende. Tragen Sie ein Datum ein, oder lassen Sie ihn weg.",
    "BR-CO-26": "Die Rechnung nennt keine Nummer des Verkäufers. Tragen Sie Ihre Unternehmens- oder MwSt.-Nummer ein.",
    "BR-CL-01": "Die Art {found} passt nicht zu diesem Dokument. Verwenden Sie 380 für eine Rechnung, 381 für eine "
    "Gutschrift.",
    "BR-CL-03 BR-CL-04 BR-CL-05 PEPPOL-EN16931-CL007": "„{found}“ ist keine Währung. Verwenden Sie deren drei "
    "Buchstaben, etwa EUR.",
    "BR-CL-10 BR-CL-11 BR-CL-21 BR-CL-26": "„{found}“ ist keine bekannte Art von Nummer. Für belgische "
    "Unternehmensnummern ist es 0208.",
    "BR-CL-14 BR-CL-15": "„{found}“ ist kein Ländercode. Verwenden Sie zwei Buchstaben, etwa BE statt Belgien.",
    "BR-CL-16": "„{found}“ ist keine bekannte Zahlungsart. Für eine Überweisung ist es 30, für SEPA 58.",
    "BR-CL-17 BR-CL-18": "„{found}“ ist keine MwSt.-Kategorie. Wählen Sie den MwSt.-Code der Zeile erneut.",
    "BR-CL-19 BR-CL-20 PEPPOL-EN16931-CL002 PEPPOL-EN16931-CL003": "„{found}“ ist kein bekannter Code für einen "
    "Nachlass oder Zuschlag. Lassen Sie den Code weg und nennen Sie den Grund in Worten.",
    "BR-CL-22": "„{found}“ ist kein bekannter Code für den Grund, aus dem keine MwSt. berechnet wird. Lassen Sie den "
    "Code weg und nennen Sie den Grund in Worten.",
    "BR-CL-23": "„{found}“ ist keine bekannte Einheit. Wählen Sie eine aus der Liste Ihrer Fakturierungssoftware, "
    "etwa C62 (Stück).",
    "BR-CL-24 PEPPOL-EN16931-CL001": "Eine Anlage ist von einer Art, die Rechnungen nicht tragen dürfen ({found}). "
    "Verwenden Sie PDF, PNG, JPEG, CSV, Excel oder OpenDocument.",
    "BR-CL-25 PEPPOL-EN16931-CL008": "„{found}“ ist keine bekannte Art elektronischer Adresse. Für belgische "
    "Unternehmen ist es 0208.",
    "BR-CL-* PEPPOL-EN16931-CL*": "„{found}“ steht nicht in der dafür vorgesehenen Liste von Codes. Wählen Sie einen "
    "anderen, oder lassen Sie ihn weg.",
    "AMOUNT_DECIMALS BR-DEC-* UBL-DT-01": "Ein Betrag hat mehr als zwei Nachkommastellen ({found}). Lassen Sie Ihre "
    "Fakturierungssoftware auf den Cent runden.",
    "UBL-DT-06 UBL-DT-07": "Einer Anlage fehlt der Dateiname oder die Art. Fügen Sie die Datei erneut bei.",
    "UBL-SR-12 UBL-SR-13 UBL-SR-18 UBL-SR-42": "Die Rechnung nennt mehr als eine MwSt.-Nummer derselben Partei. "
    "Lassen Sie eine übrig.",
    "UBL-SR-44": "Die Rechnung verlangt mehr als einen Verwendungszweck ({found}). Lassen Sie einen übrig, damit die "
    "Zahlung erkannt wird.",
    "UBL-SR-47": "Die Rechnung nennt verschiedene Zahlungsarten ({found}). Wählen Sie eine.",
    "UBL-SR-48": "Eine Zeile muss genau eine MwSt.-Kategorie haben, hier ist es anders ({found}). Wählen Sie die "
    "MwSt. der Zeile erneut.",
    "UBL-SR-53": "Eine Steuernummer steht da, ohne zu sagen, für welche Steuer, oder umgekehrt. Ergänzen Sie Ihre "
    "Firmendaten.",
    "UBL-SR-*": "Etwas steht öfter in der Rechnung, als erlaubt ist ({found}). Lassen Sie eines übrig.",
    "UBL-CR-* UBL-DT-*": "Die Rechnung enthält etwas, das ihr Format nicht kennt; andere lesen es vielleicht nicht. "
    "Sie brauchen nichts zu tun, wenn der Rest stimmt.",
    "BR-VAT-01": "Die MwSt.-Kategorie {category} ist auf den Zeilen nicht dieselbe wie in der MwSt.-Übersicht. "
    "Lassen Sie Ihre Fakturierungssoftware die Rechnung neu berechnen.",
    "BR-VAT-02 BR-VAT-03 BR-VAT-04": "Bei der MwSt.-Kategorie {category} sind die MwSt.-Nummern von Verkäufer oder "
    "Kunde nicht, wie sie sein müssen. Ergänzen oder berichtigen Sie sie; bei „außerhalb der MwSt.“ (O) darf es "
    "keine geben.",
    "BR-VAT-05 BR-VAT-06 BR-VAT-07": "Der MwSt.-Satz „{found}“ passt nicht zur MwSt.-Kategorie {category}. Wählen "
    "Sie den MwSt.-Code der Zeile, des Nachlasses oder des Zuschlags erneut.",
    "BR-VAT-08": "Die Grundlage der MwSt. der Kategorie {category} ist {found}; die Zeilen ergeben {expected}. "
    "Lassen Sie Ihre Fakturierungssoftware die Rechnung neu berechnen.",
    "BR-VAT-09": "Die MwSt. der Kategorie {category} ist {found}; sie müsste {expected} sein. Prüfen Sie, wie Ihre "
    "Fakturierungssoftware die MwSt. rundet.",
    "BR-VAT-10": "Bei MwSt.-Kategorie {category} muss die Rechnung sagen, warum keine MwSt. berechnet wird. "
    "Ergänzen Sie den Befreiungsgrund.",
    "BR-S-10 BR-Z-10 BR-AF-10 BR-AG-10": "Bei MwSt.-Kategorie {category} darf die Rechnung keinen "
    "Befreiungsgrund nennen. Entfernen Sie ihn, oder wählen Sie den MwSt.-Code neu.",
    "BR-IC-11": "Bei einer Lieferung innerhalb der Union fehlt der Tag der Lieferung oder ein Zeitraum. Tragen Sie "
    "ihn ein.",
    "BR-IC-12": "Bei einer Lieferung innerhalb der Union fehlt das Land der Lieferung. Tragen Sie es ein.",
    "BR-O-11 BR-O-12 BR-O-13 BR-O-14": "Die Rechnung mischt „außerhalb der MwSt.“ mit der MwSt.-Kategorie {found}. "
    "Machen Sie zwei Rechnungen daraus, oder wählen Sie die richtigen MwSt.-Codes.",
    "BR-B-*": "Die MwSt.-Kategorie B gibt es nur in Italien. Wählen Sie den MwSt.-Code der Zeilen erneut.",
    "PEPPOL-EN16931-R001 PEPPOL-EN16931-R007": "Die Rechnung nennt den Peppol-Prozess nicht, zu dem sie gehört. "
    "Prüfen Sie die Peppol-Einstellungen Ihrer Fakturierungssoftware.",
    "PEPPOL-EN16931-R002": "Die Rechnung hat mehr als eine Bemerkung. Fassen Sie sie zusammen.",
    "PEPPOL-EN16931-R003": "Die Referenz des Kunden und die Bestellnummer fehlen beide. Tragen Sie eine von beiden "
    "ein; der Name des Kunden genügt.",
    "PEPPOL-EN16931-R004": "Das genannte Format ist nicht das von Peppol BIS Billing 3 ({found}). Prüfen Sie die "
    "Peppol-Einstellungen Ihrer Fakturierungssoftware.",
    "PEPPOL-EN16931-R005": "Die zweite Währung für die MwSt. ist die der Rechnung ({found}). Lassen Sie sie weg.",
    "PEPPOL-EN16931-R008": "Ein Feld ist da, aber leer. Füllen Sie es aus oder lassen Sie es weg.",
    "PEPPOL-EN16931-R010": "Die Peppol-Adresse des Kunden fehlt. Tragen Sie sie ein, wenn die Rechnung über Peppol "
    "gehen soll.",
    "PEPPOL-EN16931-R020": "Die Peppol-Adresse des Verkäufers fehlt. Tragen Sie sie in Ihren Firmendaten ein.",
    "PEPPOL-EN16931-R040": "Ein Nachlass oder Zuschlag ist {found}; sein Prozentsatz ergibt {expected}. Berichtigen "
    "Sie eines von beiden.",
    "PEPPOL-EN16931-R041 PEPPOL-EN16931-R042": "Ein Nachlass oder Zuschlag nennt einen Prozentsatz ohne seine "
    "Grundlage, oder umgekehrt. Nennen Sie beides oder keines.",
    "PEPPOL-EN16931-R043 PEPPOL-EN16931-R044": "Es ist nicht klar, ob ein Betrag ein Nachlass oder ein Zuschlag ist "
    "({found}). Geben Sie ihn erneut ein.",
    "PEPPOL-EN16931-R046": "Ein Nettopreis ist {found}; der Bruttopreis abzüglich Nachlass ergibt {expected}. "
    "Berichtigen Sie den Preis.",
    "PEPPOL-EN16931-R051": "Ein Betrag ist in {found}, die Rechnung aber in {expected}. Schreiben Sie alle Beträge "
    "in der Währung der Rechnung.",
    "PEPPOL-EN16931-R053 PEPPOL-EN16931-R054": "Die MwSt.-Übersicht steht nicht genau einmal da ({found}). Eine "
    "zweite MwSt.-Summe ist nur für eine zweite Währung.",
    "PEPPOL-EN16931-R055": "Die MwSt. muss in beiden Währungen dasselbe Vorzeichen haben. Berichtigen Sie eine von "
    "beiden.",
    "PEPPOL-EN16931-R061": "Für eine Lastschrift fehlt das Mandat. Tragen Sie die Nummer des Mandats ein.",
    "PEPPOL-EN16931-R110 PEPPOL-EN16931-R111": "Der Zeitraum einer Zeile ({found}) liegt außerhalb dessen der "
    "Rechnung ({expected}). Berichtigen Sie die Daten.",
    "PEPPOL-EN16931-R120": "Der Betrag einer Zeile ist {found}; Menge, Preis und Nachlässe ergeben {expected}. "
    "Prüfen Sie Preis, Nachlass und Rundung.",
    "PEPPOL-EN16931-R121": "Ein Preis gilt je {found} Stück; das muss mehr als null sein. Berichtigen Sie den Preis.",
    "PEPPOL-EN16931-R130": "Der Preis gilt je Einheit {found}, die Menge steht in Einheit {expected}. Verwenden Sie "
    "dieselbe Einheit.",
    "PEPPOL-EN16931-P0100 PEPPOL-EN16931-P0101": "Die Art {found} ist auf Peppol für dieses Dokument nicht erlaubt. "
    "Verwenden Sie 380 für eine Rechnung, 381 für eine Gutschrift, 389 oder 261 für Gutschriftverfahren.",
    "PEPPOL-EN16931-P0112": "Die Art {found} ist nur für Rechnungen zwischen deutschen Unternehmen. Verwenden Sie 380.",
    "PEPPOL-EN16931-P*": "Der Befreiungsgrund gehört zur MwSt.-Kategorie {expected}, nicht zu {found}. Wählen Sie "
    "den MwSt.-Code erneut.",
    "PEPPOL-EN16931-F001": "„{found}“ ist kein Datum. Ein Datum schreibt man Jahr-Monat-Tag, etwa 2026-03-31.",
    "PEPPOL-COMMON-R043": "Die belgische Unternehmensnummer „{found}“ ist falsch. Schreiben Sie zehn Ziffern ohne BE "
    "und ohne Punkte, etwa 0403170701.",
    "PEPPOL-COMMON-*": "Die Nummer „{found}“ hat nicht die Form oder die Prüfziffer ihrer Art. Berichtigen Sie sie.",
    "PEPPOL-*": "Die Rechnung folgt einer Regel von Peppol nicht (gefunden: {found}). Der Hersteller Ihrer "
    "Fakturierungssoftware kann das beheben.",
}

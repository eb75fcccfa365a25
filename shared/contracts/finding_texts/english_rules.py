"""What the rules of EN 16931 and Peppol found, in English."""

TEXTS: dict[str, str] = {
    "BR-01": "The invoice does not say which format it follows. Switch on Peppol BIS Billing 3 in your billing "
    "software.",
    "BR-02": "The invoice has no number. Give it one.",
    "BR-03": "The invoice has no date. Fill in the invoice date.",
    "BR-04": "The document does not say whether it is an invoice, a credit note or something else. Choose its type.",
    "BR-05": "The invoice does not say its currency. Choose one, such as EUR.",
    "BR-06": "The seller's name is missing. Fill in the name of your company in your billing software.",
    "BR-07": "The customer's name is missing. Fill it in in the customer's data.",
    "BR-08": "The seller's address is missing. Fill in the address of your company in your billing software.",
    "BR-09": "The country in the seller's address is missing. Complete the address of your company.",
    "BR-10": "The customer's address is missing. Complete the customer's data.",
    "BR-11": "The country in the customer's address is missing. Complete the customer's data.",
    "BR-12": "The sum of the lines is missing. Export the invoice again.",
    "BR-13": "The total without VAT is missing. Export the invoice again.",
    "BR-14": "The total with VAT is missing. Export the invoice again.",
    "BR-15": "The amount to pay is missing. Export the invoice again.",
    "BR-16": "The invoice has no lines. Add at least one.",
    "BR-17 UBL-SR-19 UBL-SR-20 UBL-SR-21": "The payee must be named, once, and be somebody else than the seller. "
    "Leave the payee out if the money goes to the seller.",
    "BR-18 BR-19 BR-20 BR-56": "The name, the address with its country or the VAT number of the tax representative "
    "is missing. Complete it, or leave the representative out.",
    "BR-21": "A line has no number. Number the lines.",
    "BR-22": "A line has no quantity. Fill it in.",
    "BR-23": "The quantity of a line has no unit. Choose one, such as piece or hour.",
    "BR-24": "A line has no amount. Fill in price and quantity.",
    "BR-25": "A line does not say what was sold. Give the article or service a name.",
    "BR-26": "A line has no price. Fill it in.",
    "BR-27": "A line has a negative price ({found}). Make the quantity negative instead, or write a credit note.",
    "BR-28": "A line has a negative gross price ({found}). Prices are zero or more.",
    "BR-29 BR-30": "A period ends ({found}) before it begins ({expected}). Correct the dates.",
    "BR-31 BR-36 BR-41 BR-43": "A discount or charge has no amount. Fill it in.",
    "BR-32 BR-37": "A discount or charge on the whole invoice has no VAT category. Choose the VAT that applies to it.",
    "BR-33 BR-38 BR-42 BR-44 BR-CO-21 BR-CO-22 BR-CO-23 BR-CO-24": "A discount or charge has no reason. Say in a few "
    "words what it is for.",
    "BR-45 BR-46": "An amount is missing in the VAT summary. Export the invoice again.",
    "BR-47": "A part of the VAT summary has no VAT category. Choose the VAT code of the lines again.",
    "BR-48": "A part of the VAT summary has no VAT rate. Choose the VAT code of the lines again.",
    "BR-49": "The means of payment is missing. Choose how the invoice is to be paid, for instance by transfer.",
    "BR-50 BR-61": "The invoice asks for a transfer but gives no account number. Fill in your IBAN.",
    "BR-51": "The number of a payment card stands in full in the invoice. Show its last digits only.",
    "BR-52": "A document that the invoice refers to has no identifier. Give it a name or a number.",
    "BR-53": "The invoice names a second currency for VAT but not the VAT in it. Add it, or leave the currency out.",
    "BR-54": "A property of an article lacks its name or its value. Complete it.",
    "BR-55 UBL-SR-07": "The invoice refers to an earlier invoice without its number. Add the number.",
    "BR-57": "The country in the delivery address is missing. Complete the address.",
    "BR-62 BR-63": "An electronic address does not say of what kind it is. Fill in the Peppol address in full, such "
    "as 0208:0403170701.",
    "BR-64 BR-65": "The number or classification of an article does not say from which list it is. Name the list, or "
    "leave the number out.",
    "BR-CO-03": "The invoice gives both a date and a code for when VAT is due. Leave one.",
    "BR-CO-04": "A line has no VAT category. Choose its VAT rate or why there is none.",
    "BR-CO-09": "The VAT number {found} does not begin with the letters of its country. Write BE before a Belgian "
    "number.",
    "BR-CO-10": "The lines do not add up: the total of the lines is {found}, their sum is {expected}. Have your "
    "billing software calculate the invoice again.",
    "BR-CO-11": "The total of the discounts is {found}, their sum is {expected}. Have your billing software "
    "calculate the invoice again.",
    "BR-CO-12": "The total of the charges is {found}, their sum is {expected}. Have your billing software calculate "
    "the invoice again.",
    "BR-CO-13": "The total without VAT is {found}, lines less discounts plus charges make {expected}. Have your "
    "billing software calculate the invoice again.",
    "BR-CO-14": "The total VAT is {found}, the amounts by rate add up to {expected}. Check how your billing software "
    "rounds VAT.",
    "BR-CO-15": "The total with VAT is {found}; it should be the total without VAT plus the VAT ({expected}). Check "
    "how your billing software rounds.",
    "BR-CO-15~": "The total with VAT cannot be compared: the total without VAT or the VAT in the currency of the "
    "invoice is missing or stands there more than once. Export the invoice again.",
    "BR-CO-16": "The amount to pay is {found}; after deposits and rounding it should be {expected}. Check the "
    "deposits and the rounding.",
    "BR-CO-17": "The VAT of a rate is {found}; the rate gives {expected}. Have your billing software calculate VAT "
    "on the total of each rate.",
    "BR-CO-18": "The invoice has no VAT summary. It is needed also when no VAT is charged.",
    "BR-CO-19 BR-CO-20": "A period has neither a beginning nor an end. Fill in a date, or leave the period out.",
    "BR-CO-26": "The invoice gives no number of the seller. Fill in your enterprise or VAT number.",
    "BR-CL-01": "Type {found} does not fit this kind of document. Use 380 for an invoice, 381 for a credit note.",
    "BR-CL-03 BR-CL-04 BR-CL-05 PEPPOL-EN16931-CL007": "“{found}” is not a currency. Use its three letters, such as "
    "EUR.",
    "BR-CL-10 BR-CL-11 BR-CL-21 BR-CL-26": "“{found}” is not a known kind of number. For Belgian enterprise numbers "
    "it is 0208.",
    "BR-CL-14 BR-CL-15": "“{found}” is not a country code. Use two letters, such as BE instead of Belgium.",
    "BR-CL-16": "“{found}” is not a known means of payment. For a transfer it is 30, for SEPA 58.",
    "BR-CL-17 BR-CL-18": "“{found}” is not a VAT category. Choose the VAT code of the line again.",
    "BR-CL-19 BR-CL-20 PEPPOL-EN16931-CL002 PEPPOL-EN16931-CL003": "“{found}” is not a known code for a discount or "
    "charge. Leave the code out and give the reason in words.",
    "BR-CL-22": "“{found}” is not a known code for why no VAT is charged. Leave the code out and give the reason in "
    "words.",
    "BR-CL-23": "“{found}” is not a known unit. Choose one from the list of your billing software, such as C62 "
    "(piece).",
    "BR-CL-24 PEPPOL-EN16931-CL001": "An attachment is of a kind that invoices may not carry ({found}). Use PDF, "
    "PNG, JPEG, CSV, Excel or OpenDocument.",
    "BR-CL-25 PEPPOL-EN16931-CL008": "“{found}” is not a known kind of electronic address. For Belgian companies it "
    "is 0208.",
    "BR-CL-* PEPPOL-EN16931-CL*": "“{found}” is not in the list of codes that is meant for it. Choose another, or "
    "leave it out.",
    "AMOUNT_DECIMALS BR-DEC-* UBL-DT-01": "An amount has more than two decimals ({found}). Have your billing "
    "software round to the cent.",
    "UBL-DT-06 UBL-DT-07": "An attachment lacks its file name or its kind. Add the file again.",
    "UBL-SR-12 UBL-SR-13 UBL-SR-18 UBL-SR-42": "The invoice gives more than one VAT number of the same party. Leave "
    "one.",
    "UBL-SR-44": "The invoice asks for more than one payment reference ({found}). Leave one, so that the payment is "
    "recognised.",
    "UBL-SR-47": "The invoice names different means of payment ({found}). Choose one.",
    "UBL-SR-48": "A line must have exactly one VAT category, here there are others ({found}). Choose the VAT of the "
    "line again.",
    "UBL-SR-53": "A tax number stands there without saying for which tax, or the other way round. Complete your "
    "company's data.",
    "UBL-SR-*": "Something is in the invoice more often than allowed ({found}). Leave one.",
    "UBL-CR-* UBL-DT-*": "The invoice holds something that its format does not know; others may not read it. You "
    "need do nothing if the rest is right.",
    "BR-VAT-01": "VAT category {category} is not the same on the lines and in the VAT summary. Have your billing "
    "software calculate the invoice again.",
    "BR-VAT-02 BR-VAT-03 BR-VAT-04": "With VAT category {category} the VAT numbers of seller or customer are not as "
    "they must be. Complete or correct them; with “outside VAT” (O) there may be none.",
    "BR-VAT-05 BR-VAT-06 BR-VAT-07": "The VAT rate “{found}” does not fit VAT category {category}. Choose the VAT "
    "code of the line, discount or charge again.",
    "BR-VAT-08": "The amount on which VAT of category {category} is charged is {found}; the lines make {expected}. "
    "Have your billing software calculate the invoice again.",
    "BR-VAT-09": "The VAT of category {category} is {found}; it should be {expected}. Check how your billing "
    "software rounds VAT.",
    "BR-VAT-10": "With VAT category {category} the invoice must say why no VAT is charged. Add the reason of "
    "exemption.",
    "BR-S-10 BR-Z-10 BR-AF-10 BR-AG-10": "With VAT category {category} the invoice may give no reason of exemption. "
    "Leave it out, or choose the VAT code again.",
    "BR-IC-11": "For a delivery within the Union the day of delivery or a period is missing. Fill it in.",
    "BR-IC-12": "For a delivery within the Union the country of delivery is missing. Fill it in.",
    "BR-O-11 BR-O-12 BR-O-13 BR-O-14": "The invoice mixes “outside VAT” with VAT category {found}. Split it in two "
    "invoices, or choose the right VAT codes.",
    "BR-B-*": "VAT category B is for Italy only. Choose the VAT code of the lines again.",
    "PEPPOL-EN16931-R001 PEPPOL-EN16931-R007": "The invoice does not name the Peppol process that it belongs to. "
    "Check the Peppol settings of your billing software.",
    "PEPPOL-EN16931-R002": "The invoice has more than one note. Put them together in one.",
    "PEPPOL-EN16931-R003": "The customer's reference and order number are both missing. Fill in one of the two; the "
    "customer's name will do.",
    "PEPPOL-EN16931-R004": "The format that the invoice names is not that of Peppol BIS Billing 3 ({found}). Check "
    "the Peppol settings of your billing software.",
    "PEPPOL-EN16931-R005": "The second currency for VAT is the currency of the invoice ({found}). Leave it out.",
    "PEPPOL-EN16931-R008": "A field is there but empty. Fill it in or leave it out.",
    "PEPPOL-EN16931-R010": "The customer's Peppol address is missing. Fill it in if the invoice must travel over "
    "Peppol.",
    "PEPPOL-EN16931-R020": "The seller's Peppol address is missing. Fill it in in your company's data.",
    "PEPPOL-EN16931-R040": "A discount or charge is {found}; its percentage gives {expected}. Correct one of the two.",
    "PEPPOL-EN16931-R041 PEPPOL-EN16931-R042": "A discount or charge gives a percentage without the amount that it "
    "is of, or the other way round. Give both or neither.",
    "PEPPOL-EN16931-R043 PEPPOL-EN16931-R044": "It is not clear whether an amount is a discount or a charge "
    "({found}). Enter it again.",
    "PEPPOL-EN16931-R046": "A net price is {found}; the gross price less the discount gives {expected}. Correct the "
    "price.",
    "PEPPOL-EN16931-R051": "An amount is in {found}, while the invoice is in {expected}. Write all amounts in the "
    "currency of the invoice.",
    "PEPPOL-EN16931-R053 PEPPOL-EN16931-R054": "The VAT summary does not stand there exactly once ({found}). A "
    "second VAT total is only for a second currency.",
    "PEPPOL-EN16931-R055": "The VAT in both currencies must be positive or negative alike. Correct one of the two.",
    "PEPPOL-EN16931-R061": "For a direct debit the mandate is missing. Fill in the number of the mandate.",
    "PEPPOL-EN16931-R110 PEPPOL-EN16931-R111": "The period of a line ({found}) goes beyond that of the invoice "
    "({expected}). Correct the dates.",
    "PEPPOL-EN16931-R120": "The amount of a line is {found}; quantity, price and discounts give {expected}. Check "
    "price, discount and rounding.",
    "PEPPOL-EN16931-R121": "A price is per {found} pieces; that must be more than zero. Correct the price.",
    "PEPPOL-EN16931-R130": "The price is per unit {found}, the quantity in unit {expected}. Use the same unit.",
    "PEPPOL-EN16931-P0100 PEPPOL-EN16931-P0101": "Type {found} is not allowed on Peppol for this document. Use 380 "
    "for an invoice, 381 for a credit note, 389 or 261 for self-billing.",
    "PEPPOL-EN16931-P0112": "Type {found} is only for invoices between German companies. Use 380.",
    "PEPPOL-EN16931-P*": "The reason why no VAT is charged belongs to VAT category {expected}, not to {found}. "
    "Choose the VAT code again.",
    "PEPPOL-EN16931-F001": "“{found}” is not a date. Dates are written as year-month-day, such as 2026-03-31.",
    "PEPPOL-COMMON-R043": "The Belgian enterprise number “{found}” is wrong. Write ten digits without BE and without "
    "dots, such as 0403170701.",
    "PEPPOL-COMMON-*": "The number “{found}” does not have the form or the check digit of its kind. Correct it.",
    "PEPPOL-*": "The invoice does not follow a rule of Peppol (found: {found}). The maker of your billing software "
    "can mend this.",
}

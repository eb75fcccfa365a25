"""Why something cannot be done, in Dutch."""

TEXTS: dict[str, tuple[str, str, str]] = {
    "enterprise_number_malformed": (
        "Dit is geen ondernemingsnummer",
        "Een Belgisch ondernemingsnummer telt tien cijfers en begint met 0 of 1.",
        "Controleer het nummer en geef het opnieuw in.",
    ),
    "enterprise_number_checksum": (
        "Er staat een tikfout in het ondernemingsnummer",
        "De laatste twee cijfers kloppen niet met de eerste acht. Misschien zijn er twee cijfers omgewisseld.",
        "Vergelijk het nummer met een factuur van de onderneming en verbeter het.",
    ),
    "establishment_number": (
        "Dit is een vestigingsnummer",
        "Nummers die met 2 tot 8 beginnen, horen bij een vestiging en niet bij de onderneming zelf.",
        "Geef het ondernemingsnummer in; dat begint met 0 of 1.",
    ),
    "company_unknown": (
        "De onderneming is nog niet bekend",
        "Geen enkel accountantskantoor heeft deze onderneming al bij ons aangemeld.",
        "Neem contact op met {contact} en vraag om de onderneming toe te voegen. Daarna komt de koppeling vanzelf "
        "tot stand.",
    ),
    "company_ceased": (
        "De onderneming bestaat niet meer",
        "Volgens het officiële register heeft deze onderneming haar activiteiten stopgezet.",
        "Klopt dat niet? Neem dan contact op met {contact}.",
    ),
    "no_accounting_office": (
        "De onderneming heeft geen accountantskantoor",
        "Op dit moment is er geen accountantskantoor bekend dat voor deze onderneming werkt.",
        "Kies een accountantskantoor dat met ons samenwerkt, of neem contact op met {contact}. De aanvraag blijft "
        "intussen openstaan.",
    ),
    "office_not_a_client": (
        "Het accountantskantoor is nog niet aangesloten",
        "Het accountantskantoor van deze onderneming maakt nog geen gebruik van onze dienst.",
        "Vraag het accountantskantoor om zich aan te sluiten, of neem contact op met {contact}. De koppeling volgt "
        "dan vanzelf.",
    ),
    "email_unknown": (
        "Het e-mailadres van de onderneming ontbreekt",
        "We kunnen de koppelcode niet versturen, want we hebben geen e-mailadres van de onderneming.",
        "Neem contact op met {contact} en vraag om het e-mailadres toe te voegen. Daarna versturen we de code vanzelf.",
    ),
    "email_unverified": (
        "Het e-mailadres is nog niet bevestigd",
        "Het e-mailadres dat we van de onderneming hebben, moet nog bevestigd worden voor we er een code heen sturen.",
        "Neem contact op met {contact} en vraag om het e-mailadres te bevestigen. Daarna versturen we de code vanzelf.",
    ),
    "email_bounced": (
        "Onze e-mail is niet aangekomen",
        "De mailserver van de onderneming weigerde onze e-mail; het bekende adres is wellicht verouderd.",
        "Neem contact op met {contact} en vraag om het e-mailadres te verbeteren. Daarna versturen we vanzelf een "
        "nieuwe code.",
    ),
    "software_not_allowed": (
        "Deze software mag geen koppelingen aanvragen",
        "Deze software is bij ons niet geregistreerd om ondernemingen te koppelen.",
        "Vraag de maker van de software om contact op te nemen met {contact}.",
    ),
    "software_suspended": (
        "Deze software is geschorst",
        "De toegang van deze software is voorlopig stopgezet.",
        "Vraag de maker van de software om contact op te nemen met {contact}. Zelf hoeft u niets te doen.",
    ),
    "already_connected": (
        "De onderneming is al gekoppeld",
        "Er bestaat al een actieve koppeling tussen deze onderneming en deze software.",
        "U kunt er gewoon mee verder werken. Hebt u nieuwe toegangsgegevens nodig? Vernieuw dan de koppeling in uw "
        "software.",
    ),
    "consent_withdrawn": (
        "De onderneming heeft de koppeling beëindigd",
        "De onderneming heeft haar toestemming ingetrokken; er worden geen documenten meer uitgewisseld.",
        "Vraag een nieuwe koppeling aan als de onderneming opnieuw gekoppeld wil worden.",
    ),
    "token_invalid": (
        "Deze code is niet juist",
        "We kennen de ingegeven code niet. Misschien ontbreekt er een teken of is er een tikfout gemaakt.",
        "Kopieer de code opnieuw uit onze e-mail, of laat een nieuwe code versturen.",
    ),
    "token_expired": (
        "Deze code is verlopen",
        "De code werd niet op tijd gebruikt en is niet meer geldig.",
        "Laat een nieuwe code versturen en geef die meteen in.",
    ),
    "token_used": (
        "Deze code is al gebruikt",
        "Een code werkt maar één keer, en met deze code is al een koppeling gemaakt.",
        "Kijk na of de koppeling actief is. Is dat niet zo, laat dan een nieuwe code versturen.",
    ),
    "token_superseded": (
        "Er is een nieuwere code",
        "Na deze code is er een recentere verstuurd; alleen de meest recente code is geldig.",
        "Gebruik de code uit onze meest recente e-mail. Kijk ook in uw map met ongewenste e-mail.",
    ),
    "token_of_another_software": (
        "Deze code is voor andere software",
        "De code werd gemaild voor een koppeling met andere facturatiesoftware en werkt alleen daar.",
        "Geef de code in de software in die de e-mail noemt, of laat vanuit deze software een nieuwe code sturen.",
    ),
    "token_locked": (
        "Te veel foute pogingen",
        "Er is te vaak een foute code ingegeven. Voor uw veiligheid is het ingeven van een code even geblokkeerd.",
        "Wacht even en probeer het opnieuw met de code uit onze meest recente e-mail.",
    ),
    "document_invalid": (
        "Het document bevat fouten",
        "Het document voldoet niet aan de regels voor elektronische facturen en kan daarom niet geleverd worden.",
        "Verbeter de vermelde fouten en verstuur het document opnieuw.",
    ),
    "document_too_large": (
        "Het document is te groot",
        "Het document is groter dan wat we kunnen aannemen.",
        "Maak de bijlagen kleiner of laat ze weg, en verstuur het document opnieuw.",
    ),
    "period_closed": (
        "De periode is wellicht al afgesloten",
        "De datum van het document valt in een periode die de accountant misschien al afgesloten heeft. Het "
        "document wordt toch geleverd.",
        "Verwittig uw accountant als het document nog in die periode verwerkt moet worden.",
    ),
    "seller_mismatch": (
        "De factuur is van een andere onderneming",
        "De verkoper op het document is niet de onderneming van deze koppeling.",
        "Controleer het ondernemingsnummer van de verkoper, of verstuur het document via de juiste koppeling.",
    ),
    "already_accepted": (
        "De factuur is al aangenomen",
        "Een document met dezelfde inhoud werd al eerder aangenomen.",
        "U hoeft niets te doen: de factuur wordt niet twee keer bezorgd.",
    ),
    "sandbox_document": (
        "Dit is een testdocument",
        "Het kwam binnen via een testkoppeling: het is gelezen en bruikbaar bevonden, en niemand ontvangt het.",
        "U hoeft niets te doen. Via een echte koppeling gaat het naar het accountantskantoor.",
    ),
    "office_changed": (
        "De onderneming heeft een nieuw accountantskantoor",
        "Vanaf nu gaan de documenten van deze onderneming naar haar nieuwe accountantskantoor.",
        "U hoeft niets te doen; blijf uw documenten gewoon versturen.",
    ),
    "rate_limited": (
        "Te veel aanvragen",
        "Er kwamen te veel aanvragen binnen op korte tijd.",
        "Wacht even; daarna kunt u verder.",
    ),
    "temporarily_unavailable": (
        "Tijdelijk niet beschikbaar",
        "De dienst kan op dit moment niet antwoorden. Wat we al ontvangen hebben, is veilig.",
        "Probeer het over enkele ogenblikken opnieuw.",
    ),
}

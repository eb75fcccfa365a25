"""Ready-made mails from a company to its accounting office, for the reasons that the office can mend.

`{number}` stands for the enterprise number. Each is a subject and one paragraph between greeting and closing.
"""

from shared.values import Language

FRAMES: dict[Language, tuple[str, str]] = {
    Language.NL: ("Beste accountant,", "Alvast bedankt en vriendelijke groeten"),
    Language.FR: ("Cher comptable,", "Avec nos remerciements et nos meilleures salutations"),
    Language.DE: ("Sehr geehrte Damen und Herren,", "Vielen Dank und freundliche Grüße"),
    Language.EN: ("Dear accountant,", "Thank you and kind regards"),
}

_DUTCH = {
    "company_unknown": (
        "Onze onderneming {number} toevoegen",
        "We willen ons facturatiepakket met uw kantoor koppelen, maar onze onderneming {number} is daar nog niet "
        "bekend. Kunt u ze toevoegen aan de lijst van uw klanten, met ons e-mailadres? De koppeling volgt dan vanzelf.",
    ),
    "no_accounting_office": (
        "Onze onderneming {number} als klant van uw kantoor inschrijven",
        "We willen ons facturatiepakket met uw kantoor koppelen. Voor onze onderneming {number} staat nog geen kantoor "
        "ingeschreven. Kunt u ons als klant opnemen? De koppeling volgt dan vanzelf.",
    ),
    "office_not_a_client": (
        "Facturen van {number} rechtstreeks ontvangen",
        "We willen onze verkoopfacturen ({number}) rechtstreeks uit ons facturatiepakket naar u sturen. Daarvoor moet "
        "uw kantoor zich bij de dienst aansluiten. Wilt u dat doen? Onze aanvraag staat al klaar.",
    ),
    "email_unknown": (
        "E-mailadres van {number} toevoegen",
        "We willen ons facturatiepakket met uw kantoor koppelen. De koppelcode wordt gemaild, maar van onze "
        "onderneming {number} is geen e-mailadres bekend. Kunt u het toevoegen? De code komt dan vanzelf.",
    ),
    "email_unverified": (
        "E-mailadres van {number} bevestigen",
        "We willen ons facturatiepakket met uw kantoor koppelen. Het e-mailadres van onze onderneming {number} is nog "
        "niet bevestigd. Kunt u het nakijken en bevestigen? De code komt dan vanzelf.",
    ),
    "email_bounced": (
        "E-mailadres van {number} verbeteren",
        "De mail met de koppelcode voor onze onderneming {number} kwam terug: het adres dat u van ons hebt, klopt niet "
        "meer. Kunt u het verbeteren? Er komt dan vanzelf een nieuwe code.",
    ),
}
_FRENCH = {
    "company_unknown": (
        "Ajouter notre entreprise {number}",
        "Nous souhaitons connecter notre logiciel de facturation à votre bureau, mais notre entreprise {number} n’y "
        "est pas encore connue. Pouvez-vous l’ajouter à la liste de vos clients, avec notre adresse e-mail ? La "
        "connexion suivra automatiquement.",
    ),
    "no_accounting_office": (
        "Inscrire notre entreprise {number} comme cliente de votre bureau",
        "Nous souhaitons connecter notre logiciel de facturation à votre bureau. Aucun bureau n’est encore inscrit "
        "pour notre entreprise {number}. Pouvez-vous nous inscrire comme client ? La connexion suivra automatiquement.",
    ),
    "office_not_a_client": (
        "Recevoir directement les factures de {number}",
        "Nous souhaitons vous envoyer nos factures de vente ({number}) directement depuis notre logiciel. Pour cela, "
        "votre bureau doit s’affilier au service. Voulez-vous le faire ? Notre demande est déjà prête.",
    ),
    "email_unknown": (
        "Ajouter l’adresse e-mail de {number}",
        "Nous souhaitons connecter notre logiciel de facturation à votre bureau. Le code est envoyé par e-mail, mais "
        "aucune adresse n’est connue pour notre entreprise {number}. Pouvez-vous l’ajouter ? Le code suivra "
        "automatiquement.",
    ),
    "email_unverified": (
        "Confirmer l’adresse e-mail de {number}",
        "Nous souhaitons connecter notre logiciel de facturation à votre bureau. L’adresse e-mail de notre entreprise "
        "{number} n’est pas encore confirmée. Pouvez-vous la vérifier et la confirmer ? Le code suivra "
        "automatiquement.",
    ),
    "email_bounced": (
        "Corriger l’adresse e-mail de {number}",
        "L’e-mail contenant le code pour notre entreprise {number} est revenu : l’adresse que vous avez n’est plus "
        "correcte. Pouvez-vous la corriger ? Un nouveau code suivra automatiquement.",
    ),
}
_GERMAN = {
    "company_unknown": (
        "Unser Unternehmen {number} hinzufügen",
        "Wir möchten unsere Rechnungssoftware mit Ihrer Kanzlei verbinden, doch unser Unternehmen {number} ist dort "
        "noch nicht bekannt. Können Sie es mit unserer E-Mail-Adresse in die Liste Ihrer Kunden aufnehmen? Die "
        "Verbindung folgt dann von selbst.",
    ),
    "no_accounting_office": (
        "Unser Unternehmen {number} als Kunden Ihrer Kanzlei eintragen",
        "Wir möchten unsere Rechnungssoftware mit Ihrer Kanzlei verbinden. Für unser Unternehmen {number} ist noch "
        "keine Kanzlei eingetragen. Können Sie uns als Kunden aufnehmen? Die Verbindung folgt dann von selbst.",
    ),
    "office_not_a_client": (
        "Rechnungen von {number} direkt erhalten",
        "Wir möchten Ihnen unsere Ausgangsrechnungen ({number}) direkt aus unserer Software senden. Dazu muss Ihre "
        "Kanzlei sich dem Dienst anschließen. Möchten Sie das tun? Unsere Anfrage liegt schon bereit.",
    ),
    "email_unknown": (
        "E-Mail-Adresse von {number} hinzufügen",
        "Wir möchten unsere Rechnungssoftware mit Ihrer Kanzlei verbinden. Der Code kommt per E-Mail, doch von unserem "
        "Unternehmen {number} ist keine Adresse bekannt. Können Sie sie hinzufügen? Der Code kommt dann von selbst.",
    ),
    "email_unverified": (
        "E-Mail-Adresse von {number} bestätigen",
        "Wir möchten unsere Rechnungssoftware mit Ihrer Kanzlei verbinden. Die E-Mail-Adresse unseres Unternehmens "
        "{number} ist noch nicht bestätigt. Können Sie sie prüfen und bestätigen? Der Code kommt dann von selbst.",
    ),
    "email_bounced": (
        "E-Mail-Adresse von {number} berichtigen",
        "Die E-Mail mit dem Code für unser Unternehmen {number} kam zurück: Die Adresse, die Sie von uns haben, stimmt "
        "nicht mehr. Können Sie sie berichtigen? Ein neuer Code kommt dann von selbst.",
    ),
}
_ENGLISH = {
    "company_unknown": (
        "Adding our company {number}",
        "We want to connect our billing software with your office, but our company {number} is not known there yet. "
        "Could you add it to the list of your clients, with our e-mail address? The connection then follows by itself.",
    ),
    "no_accounting_office": (
        "Registering our company {number} as a client of your office",
        "We want to connect our billing software with your office. No office is registered for our company {number} "
        "yet. Could you register us as a client? The connection then follows by itself.",
    ),
    "office_not_a_client": (
        "Receiving the invoices of {number} directly",
        "We want to send you our sales invoices ({number}) straight from our software. For that your office has to "
        "join the service. Would you do so? Our request is waiting already.",
    ),
    "email_unknown": (
        "Adding the e-mail address of {number}",
        "We want to connect our billing software with your office. The code is sent by e-mail, but no address of our "
        "company {number} is known. Could you add it? The code then follows by itself.",
    ),
    "email_unverified": (
        "Confirming the e-mail address of {number}",
        "We want to connect our billing software with your office. The e-mail address of our company {number} is not "
        "confirmed yet. Could you check and confirm it? The code then follows by itself.",
    ),
    "email_bounced": (
        "Correcting the e-mail address of {number}",
        "The e-mail with the code for our company {number} came back: the address that you have of us is out of date. "
        "Could you correct it? A new code then follows by itself.",
    ),
}
TEXTS: dict[Language, dict[str, tuple[str, str]]] = {
    Language.NL: _DUTCH,
    Language.FR: _FRENCH,
    Language.DE: _GERMAN,
    Language.EN: _ENGLISH,
}

"""The page on which a company ends its connection, in its language: one form, no script, nothing from elsewhere."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.values import Language

_TEXTS: dict[Language, dict[str, str]] = {
    Language.NL: {
        "title": "De koppeling beëindigen",
        "intro": "Hiermee beëindigt u de koppeling tussen uw facturatiesoftware en uw accountantskantoor. "
        "Er worden daarna geen facturen en bankgegevens meer doorgegeven. Wat al is doorgegeven, blijft.",
        "label": "De code uit onze e-mail",
        "hint": "27 letters en cijfers. Streepjes en spaties maken niet uit.",
        "button": "Koppeling beëindigen",
        "done": "De koppeling is beëindigd. Uw facturatiesoftware krijgt daarvan bericht.",
    },
    Language.FR: {
        "title": "Mettre fin à la connexion",
        "intro": "Vous mettez ainsi fin à la connexion entre votre logiciel de facturation et votre bureau comptable. "
        "Plus aucune facture ni donnée bancaire ne sera transmise ensuite. Ce qui a déjà été transmis reste.",
        "label": "Le code figurant dans notre e-mail",
        "hint": "27 lettres et chiffres. Les tirets et les espaces n’ont pas d’importance.",
        "button": "Mettre fin à la connexion",
        "done": "La connexion a pris fin. Votre logiciel de facturation en est informé.",
    },
    Language.DE: {
        "title": "Die Verbindung beenden",
        "intro": "Hiermit beenden Sie die Verbindung zwischen Ihrer Rechnungssoftware und Ihrer Buchhaltungskanzlei. "
        "Danach werden keine Rechnungen und Bankdaten mehr weitergegeben. Bereits Weitergegebenes bleibt.",
        "label": "Der Code aus unserer E-Mail",
        "hint": "27 Buchstaben und Ziffern. Bindestriche und Leerzeichen spielen keine Rolle.",
        "button": "Verbindung beenden",
        "done": "Die Verbindung ist beendet. Ihre Rechnungssoftware wird davon unterrichtet.",
    },
    Language.EN: {
        "title": "End the connection",
        "intro": "This ends the connection between your billing software and your accounting office. No invoices and "
        "no bank data are passed on after it. What was passed on already stays.",
        "label": "The code from our e-mail",
        "hint": "27 letters and digits. Hyphens and spaces make no difference.",
        "button": "End the connection",
        "done": "The connection has ended. Your billing software is told of it.",
    },
}
_NAMES = {Language.NL: "Nederlands", Language.FR: "Français", Language.DE: "Deutsch", Language.EN: "English"}


class JinjaAccessPages:
    """Renders `templates/revoking.html`; everything in it is escaped."""

    def __init__(self) -> None:
        folder = Path(__file__).with_name("templates")
        environment = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
        self._template = environment.get_template("revoking.html")

    def revoking(self, language: Language, outcome: str, told: str) -> str:
        """The page; `outcome` is empty before anything was sent, `done` or `refused` with why in `told`."""
        others = {each.value: name for each, name in _NAMES.items() if each != language}
        return self._template.render(
            language=language.value, words=_TEXTS[language], others=others, outcome=outcome, told=told
        )

"""Moments as a letter tells them: by the clock that hangs on the reader's wall."""

from datetime import datetime

from shared.values import Language
from shared.values.days import BRUSSELS

_DAYS = {
    Language.NL: ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    Language.FR: ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    Language.DE: ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    Language.NL: (
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    Language.FR: (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    Language.DE: (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    Language.EN: (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_FORMS = {
    Language.NL: "{day} {number} {month} {year} om {time} (Belgische tijd)",
    Language.FR: "{day} {number} {month} {year} à {time} (heure belge)",
    Language.DE: "{day}, {number}. {month} {year}, {time} Uhr (belgische Zeit)",
    Language.EN: "{day} {number} {month} {year} at {time} (Belgian time)",
}


def in_words(moment: datetime, language: Language) -> str:
    """Weekday, date and time in Belgium: `dinsdag 17 maart 2026 om 10:30 (Belgische tijd)`."""
    local = moment.astimezone(BRUSSELS)
    number = "1er" if language is Language.FR and local.day == 1 else str(local.day)
    return _FORMS[language].format(
        day=_DAYS[language][local.weekday()],
        number=number,
        month=_MONTHS[language][local.month - 1],
        year=local.year,
        time=f"{local:%H:%M}",
    )

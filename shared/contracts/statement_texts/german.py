"""Why a statement is put aside, in German."""

_ASK = "Fordern Sie die Datei bei der Bank neu an und reichen Sie sie genau so ein, wie sie kommt."

TEXTS: dict[str, str] = {
    "E01": f"Dies ist keine CODA-Datei. {_ASK}",
    "E02": f"Die Datei hat eine Version von CODA, die wir nicht lesen. {_ASK}",
    "E03": f"Eine Zeile des Auszugs ist zu lang oder wurde abgeschnitten. {_ASK}",
    "E04": f"Eine Zeile ist von unbekannter Art oder steht an der falschen Stelle. {_ASK}",
    "E05": f"Eine Folgezeile gehört nicht zur Buchung darüber. {_ASK}",
    "E06": f"Eine Zeile kündigt eine andere Zeile an als die, die folgt. {_ASK}",
    "E07": f"Eine Zeile kündigt eine Information an, die nicht folgt. {_ASK}",
    "E08": f"Die Buchungen sind nicht fortlaufend nummeriert: Eine Zeile fehlt oder ist zu viel. {_ASK}",
    "E09": "Die Einzelheiten einer Buchung sind nicht fortlaufend nummeriert: Eine Zeile fehlt oder ist zu viel. "
    f"{_ASK}",
    "E10": f"Der Auszug hat eine andere Zahl von Zeilen, als er angibt. {_ASK}",
    "E11": f"Die Sollbeträge ergeben nicht die Summe, die der Auszug nennt. {_ASK}",
    "E12": f"Die Habenbeträge ergeben nicht die Summe, die der Auszug nennt. {_ASK}",
    "E13": f"Alter Saldo und Buchungen ergeben nicht den neuen Saldo. {_ASK}",
    "E14": f"Die Kontonummer ist falsch oder nicht überall dieselbe. {_ASK}",
    "E15": f"Der Auszug hat kein Ende: Die Datei wurde abgeschnitten. {_ASK}",
    "E16": f"Die Einzelheiten einer Buchung ergeben nicht ihren Betrag. {_ASK}",
    "E17": f"Ein Betrag, ein Datum oder ein Zeichen des Auszugs ist nicht lesbar. {_ASK}",
    "no_mandate": "Für dieses Konto hat uns noch kein Unternehmen ein Mandat gegeben. Der Auszug wartet; er wird von "
    "selbst verbucht, sobald das Buchhaltungsbüro des Unternehmens das Mandat eingibt.",
    "mandate_conflict": "Mehr als ein Unternehmen hat für dieses Konto ein Mandat gegeben, und der Auszug sagt nicht, "
    "wem er gehört. Die Buchhaltungsbüros müssen die Mandate berichtigen; sagen Sie uns danach Bescheid.",
    "company_mismatch": "Der Auszug nennt ein anderes Unternehmen als das, welches das Mandat für dieses Konto gegeben "
    "hat. Lassen Sie das von der Bank oder vom Buchhaltungsbüro berichtigen.",
    "separate_application": "Der Auszug erläutert Buchungen, deren Summe schon in einer anderen Datei steht. Reichen "
    "Sie die Datei des Kontos selbst ein.",
    "number_conflict": "Ein Auszug mit dieser Nummer und anderem Inhalt wurde schon verbucht. Fragen Sie die Bank, "
    "welcher von beiden richtig ist.",
    "*": f"Der Auszug kann nicht verbucht werden. {_ASK}",
}

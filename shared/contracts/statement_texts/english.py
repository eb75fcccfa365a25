"""Why a statement is put aside, in English."""

_ASK = "Ask the bank for the file once more, and hand it in just as it comes."

TEXTS: dict[str, str] = {
    "E01": f"This is not a CODA file. {_ASK}",
    "E02": f"The file is of a version of CODA that we do not read. {_ASK}",
    "E03": f"A line of the statement is too long or was cut. {_ASK}",
    "E04": f"A line is of an unknown kind or stands in the wrong place. {_ASK}",
    "E05": f"A following line does not belong to the movement above it. {_ASK}",
    "E06": f"A line announces another line than the one that follows. {_ASK}",
    "E07": f"A line announces information that does not follow. {_ASK}",
    "E08": f"The movements are not numbered one after the other: a line is missing or too much. {_ASK}",
    "E09": f"The details of a movement are not numbered one after the other: a line is missing or too much. {_ASK}",
    "E10": f"The statement has another number of lines than it says. {_ASK}",
    "E11": f"The debits do not add up to the total that the statement gives. {_ASK}",
    "E12": f"The credits do not add up to the total that the statement gives. {_ASK}",
    "E13": f"Old balance and movements do not make the new balance. {_ASK}",
    "E14": f"The account number is wrong, or is not the same throughout. {_ASK}",
    "E15": f"The statement has no end: the file was cut. {_ASK}",
    "E16": f"The details of a movement do not add up to its amount. {_ASK}",
    "E17": f"An amount, a date, a sign or a character of the statement cannot be read. {_ASK}",
    "no_mandate": "No company has given us a mandate for this account yet. The statement waits; it is booked by itself "
    "as soon as the company's accounting office enters the mandate.",
    "mandate_conflict": "More than one company gave a mandate for this account, and the statement does not say whose "
    "it is. The companies' accounting offices have to correct the mandates; let us know after that.",
    "company_mismatch": "The statement names another company than the one that gave the mandate for this account. Have "
    "the bank or the accounting office correct it.",
    "separate_application": "The statement explains movements that another file already holds as a total. Hand in the "
    "file of the account itself.",
    "number_conflict": "A statement with this number and other content was booked before. Ask the bank which of the "
    "two is right.",
    "*": f"The statement cannot be booked. {_ASK}",
}

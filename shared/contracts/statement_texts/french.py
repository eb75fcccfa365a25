"""Why a statement is put aside, in French."""

_ASK = "Redemandez le fichier à la banque et remettez-le tel qu'il arrive."

TEXTS: dict[str, str] = {
    "E01": f"Ceci n'est pas un fichier CODA. {_ASK}",
    "E02": f"Le fichier est d'une version de CODA que nous ne lisons pas. {_ASK}",
    "E03": f"Une ligne de l'extrait est trop longue ou a été coupée. {_ASK}",
    "E04": f"Une ligne est d'un type inconnu ou se trouve au mauvais endroit. {_ASK}",
    "E05": f"Une ligne de suite n'appartient pas au mouvement qui la précède. {_ASK}",
    "E06": f"Une ligne en annonce une autre que celle qui suit. {_ASK}",
    "E07": f"Une ligne annonce une information qui ne suit pas. {_ASK}",
    "E08": f"Les mouvements ne sont pas numérotés à la suite : il manque une ligne, ou il y en a une de trop. {_ASK}",
    "E09": "Les détails d'un mouvement ne sont pas numérotés à la suite : il manque une ligne, ou il y en a une de "
    f"trop. {_ASK}",
    "E10": f"L'extrait compte un autre nombre de lignes qu'il ne l'indique. {_ASK}",
    "E11": f"La somme des débits n'est pas le total indiqué par l'extrait. {_ASK}",
    "E12": f"La somme des crédits n'est pas le total indiqué par l'extrait. {_ASK}",
    "E13": f"L'ancien solde et les mouvements ne donnent pas le nouveau solde. {_ASK}",
    "E14": f"Le numéro de compte est faux, ou n'est pas le même partout. {_ASK}",
    "E15": f"L'extrait n'a pas de fin : le fichier a été coupé. {_ASK}",
    "E16": f"La somme des détails d'un mouvement n'est pas son montant. {_ASK}",
    "E17": f"Un montant, une date, un signe ou un caractère de l'extrait est illisible. {_ASK}",
    "no_mandate": "Aucune entreprise ne nous a encore donné de mandat pour ce compte. L'extrait attend ; il est "
    "comptabilisé de lui-même dès que le bureau comptable de l'entreprise introduit le mandat.",
    "mandate_conflict": "Plus d'une entreprise a donné un mandat pour ce compte, et l'extrait ne dit pas à laquelle il "
    "appartient. Les bureaux comptables doivent corriger les mandats ; prévenez-nous ensuite.",
    "company_mismatch": "L'extrait nomme une autre entreprise que celle qui a donné le mandat pour ce compte. Faites "
    "corriger cela par la banque ou par le bureau comptable.",
    "separate_application": "L'extrait détaille des mouvements dont un autre fichier contient déjà le total. Remettez "
    "le fichier du compte lui-même.",
    "number_conflict": "Un extrait portant ce numéro et un autre contenu a déjà été comptabilisé. Demandez à la banque "
    "lequel des deux est le bon.",
    "*": f"L'extrait ne peut pas être comptabilisé. {_ASK}",
}

"""Why a statement is put aside, in Dutch."""

_ASK = "Vraag het bestand opnieuw aan de bank en bezorg het precies zoals het komt."

TEXTS: dict[str, str] = {
    "E01": f"Dit is geen CODA-bestand. {_ASK}",
    "E02": f"Het bestand heeft een versie van CODA die we niet lezen. {_ASK}",
    "E03": f"Een regel van het uittreksel is te lang of werd afgekapt. {_ASK}",
    "E04": f"Een regel is van een onbekende soort of staat op de verkeerde plaats. {_ASK}",
    "E05": f"Een vervolgregel hoort niet bij de verrichting erboven. {_ASK}",
    "E06": f"Een regel kondigt een andere regel aan dan die volgt. {_ASK}",
    "E07": f"Een regel kondigt informatie aan die niet volgt. {_ASK}",
    "E08": f"De verrichtingen zijn niet doorlopend genummerd: er ontbreekt een regel, of er is er een te veel. {_ASK}",
    "E09": "De details van een verrichting zijn niet doorlopend genummerd: er ontbreekt een regel, of er is er een te "
    f"veel. {_ASK}",
    "E10": f"Het uittreksel telt een ander aantal regels dan het zegt. {_ASK}",
    "E11": f"De debetbedragen geven samen niet het totaal dat het uittreksel noemt. {_ASK}",
    "E12": f"De creditbedragen geven samen niet het totaal dat het uittreksel noemt. {_ASK}",
    "E13": f"Het oude saldo en de verrichtingen geven samen niet het nieuwe saldo. {_ASK}",
    "E14": f"Het rekeningnummer is fout of niet overal hetzelfde. {_ASK}",
    "E15": f"Het uittreksel heeft geen einde: het bestand werd afgekapt. {_ASK}",
    "E16": f"De details van een verrichting geven samen niet het bedrag ervan. {_ASK}",
    "E17": f"Een bedrag, datum of teken van het uittreksel kan niet gelezen worden. {_ASK}",
    "no_mandate": "Voor deze rekening gaf nog geen onderneming ons een mandaat. Het uittreksel wacht; het wordt "
    "vanzelf geboekt zodra het boekhoudkantoor van de onderneming het mandaat invoert.",
    "mandate_conflict": "Meer dan één onderneming gaf een mandaat voor deze rekening, en het uittreksel zegt niet van "
    "wie het is. De boekhoudkantoren moeten de mandaten verbeteren; laat het ons daarna weten.",
    "company_mismatch": "Het uittreksel noemt een andere onderneming dan die welke het mandaat voor deze rekening gaf. "
    "Laat de bank of het boekhoudkantoor dat verbeteren.",
    "separate_application": "Het uittreksel licht verrichtingen toe die een ander bestand al als totaal bevat. Bezorg "
    "het bestand van de rekening zelf.",
    "number_conflict": "Een uittreksel met dit nummer en een andere inhoud werd al geboekt. Vraag de bank welk van "
    "beide juist is.",
    "*": f"Het uittreksel kan niet geboekt worden. {_ASK}",
}

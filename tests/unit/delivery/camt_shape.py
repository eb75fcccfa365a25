"""What the schema of camt.053.001.08 says of the elements that we write: which, in which order, how often, how long.

Written from the message definition (ISO 20022, BankToCustomerStatementV08). It is narrower than the schema, which is
asked as well (`test_writing_camt`): what we never write is no element here.
"""

import re
from collections.abc import Iterator

from lxml import etree

from services.delivery.domain.camt.elements import NAMESPACE

PARTY = "Nm? PstlAdr? Id?"
ACCOUNT = "Id Tp? Ccy? Nm?"
CHILDREN = {
    "Document": "BkToCstmrStmt",
    "BkToCstmrStmt": "GrpHdr Stmt+",
    "GrpHdr": "MsgId CreDtTm",
    "Stmt": "Id ElctrncSeqNb? LglSeqNb? CreDtTm? CpyDplctInd? Acct Bal+ TxsSummry? Ntry*",
    "Stmt/Acct": "Id Ccy? Nm? Ownr? Svcr?",
    "Acct/Id": "IBAN",
    "Ownr": PARTY,
    "Svcr": "FinInstnId",
    "FinInstnId": "BICFI",
    "Bal": "Tp Amt CdtDbtInd Dt",
    "Bal/Tp": "CdOrPrtry",
    "CdOrPrtry": "Cd",
    "Bal/Dt": "Dt",
    "TxsSummry": "TtlNtries TtlCdtNtries TtlDbtNtries",
    "TtlNtries": "NbOfNtries Sum TtlNetNtry",
    "TtlNetNtry": "Amt CdtDbtInd",
    "TtlCdtNtries": "NbOfNtries Sum",
    "TtlDbtNtries": "NbOfNtries Sum",
    "Ntry": "NtryRef Amt CdtDbtInd RvslInd? Sts BookgDt? ValDt? AcctSvcrRef? BkTxCd NtryDtls AddtlNtryInf?",
    "Sts": "Cd",
    "BookgDt": "Dt",
    "ValDt": "Dt",
    "BkTxCd": "Domn? Prtry",
    "Domn": "Cd Fmly",
    "Fmly": "Cd SubFmlyCd",
    "BkTxCd/Prtry": "Cd Issr",
    "NtryDtls": "Btch? TxDtls+",
    "Btch": "PmtInfId? NbOfTxs TtlAmt CdtDbtInd",
    "TxDtls": "Refs? Amt CdtDbtInd AmtDtls? BkTxCd RltdPties? RltdAgts? RmtInf? RtrInf? AddtlTxInf?",
    "Refs": "AcctSvcrRef? EndToEndId? MndtId?",
    "AmtDtls": "InstdAmt",
    "InstdAmt": "Amt",
    "RltdPties": "Dbtr? DbtrAcct? UltmtDbtr? Cdtr? CdtrAcct? UltmtCdtr?",
    "Dbtr": "Pty",
    "Cdtr": "Pty",
    "UltmtDbtr": "Pty",
    "UltmtCdtr": "Pty",
    "Pty": PARTY,
    "PstlAdr": "AdrLine*",
    "Pty/Id": "PrvtId",
    "Ownr/Id": "OrgId",
    "PrvtId": "Othr",
    "OrgId": "Othr",
    "PrvtId/Othr": "Id SchmeNm",
    "OrgId/Othr": "Id Issr",
    "SchmeNm": "Prtry",
    "DbtrAcct": ACCOUNT,
    "CdtrAcct": ACCOUNT,
    "DbtrAcct/Id": "(IBAN|Othr)",
    "CdtrAcct/Id": "(IBAN|Othr)",
    "Id/Othr": "Id",
    "RltdAgts": "DbtrAgt? CdtrAgt?",
    "DbtrAgt": "FinInstnId",
    "CdtrAgt": "FinInstnId",
    "RmtInf": "Ustrd* Strd*",
    "Strd": "CdtrRefInf",
    "CdtrRefInf": "Tp Ref",
    "CdtrRefInf/Tp": "CdOrPrtry Issr",
    "RtrInf": "Rsn? AddtlInf*",
    "Rsn": "Cd",
}
"""By an element's name, with its parent's before it where the name alone says too little."""
AMOUNT = r"[0-9]{1,15}\.[0-9]{2,3}"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
TEXTS = {
    **dict.fromkeys(("Amt", "TtlAmt", "Sum"), AMOUNT),
    **dict.fromkeys(("ElctrncSeqNb", "LglSeqNb", "NbOfNtries", "NbOfTxs"), r"[0-9]{1,15}"),
    **dict.fromkeys(("MsgId", "NtryRef", "AcctSvcrRef", "PmtInfId", "EndToEndId", "MndtId", "Ref", "Issr"), r".{1,35}"),
    **dict.fromkeys(("Nm", "Ustrd"), r".{1,140}"),
    **dict.fromkeys(("AddtlNtryInf", "AddtlTxInf"), r".{1,500}"),
    "AdrLine": r".{1,70}",
    "AddtlInf": r".{1,105}",
    "CdtDbtInd": r"CRDT|DBIT",
    "RvslInd": r"true",
    "CpyDplctInd": r"DUPL",
    "CreDtTm": rf"{DAY}T00:00:00",
    "Dt": DAY,
    "BICFI": r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?",
    "IBAN": r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}",
    "Id": r".{1,35}",
    "Ccy": r"[A-Z]{3}",
    "Cd": r"[A-Z0-9]{4}|[0-9]{8}",
    "SubFmlyCd": r"[A-Z]{4}",
    "Prtry": r"SEPA",
}


def faults(message: bytes) -> list[str]:
    """What is not as the schema has it, each with its place; none where all is well."""
    return list(_faults(etree.fromstring(message), ""))


def _faults(element: etree._Element, parent: str) -> Iterator[str]:
    name = _name(element)
    if len(element):
        pattern = CHILDREN.get(f"{parent}/{name}", CHILDREN.get(name))
        children = "".join(f"{_name(child)} " for child in element)
        if pattern is None or re.fullmatch(_expression(pattern), children) is None:
            yield f"{parent}/{name}: {children}"
        for child in element:
            yield from _faults(child, name)
    elif re.fullmatch(TEXTS.get(name, "unknown element"), element.text or "") is None:
        yield f"{parent}/{name}: {element.text!r}"
    if (name in ("Amt", "TtlAmt") and parent != "TtlNetNtry") != ("Ccy" in element.attrib):
        yield f"{parent}/{name}: {dict(element.attrib)}"


def _expression(pattern: str) -> str:
    parts = (re.fullmatch(r"\(?([^?*+)]+)\)?([?*+]?)", part) for part in pattern.split())
    return "".join(f"(?:(?:{part[1]}) ){part[2]}" for part in parts if part is not None)


def _name(element: etree._Element) -> str:
    found = etree.QName(element)
    return found.localname if found.namespace == NAMESPACE else f"{{{found.namespace}}}"

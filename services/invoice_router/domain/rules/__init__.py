"""The rules of EN 16931-1 and Peppol BIS Billing 3, by hand, with their official ids.

All look at one tree that was read once (`parts`): `facts` works out what several rules ask, each module checks a group
of rules. All are warnings: what they find is told and keeps no document from the accountant. Left out are the rules
that carry no fact (UBL-CR: elements that the core invoice does not know; UBL-DT-08 to UBL-DT-28: attributes that it
does not know) and the rules of other countries, for every seller here is Belgian. Editions: CEN 1.3.16, BIS 3.0.21.
"""

from services.invoice_router.domain.rows import RowsDiffer
from services.invoice_router.domain.rules.calculations import check as check_calculations
from services.invoice_router.domain.rules.categories import check as check_categories
from services.invoice_router.domain.rules.code_checks import check as check_codes
from services.invoice_router.domain.rules.facts import document_of
from services.invoice_router.domain.rules.groups import LINE_NAMES
from services.invoice_router.domain.rules.peppol import check as check_peppol
from services.invoice_router.domain.rules.presence import check as check_presence
from services.invoice_router.domain.rules.report import Report
from services.invoice_router.domain.rules.scope import scope_of
from services.invoice_router.domain.rules.structure import check as check_structure
from services.invoice_router.domain.trees import Tree
from shared.contracts.invoices import Family, Finding


def check(tree: Tree, family: Family) -> list[Finding]:
    """What does not hold, in the order of the groups of rules. Raises nothing, whatever the tree is.

    Where all lines that are rows are as they should be, there is nothing to tell of them.
    """
    if tree.line_name == LINE_NAMES[family]:
        try:
            return _told(tree, family)
        except RowsDiffer:
            pass
    return _told(tree.whole(), family)


def _told(tree: Tree, family: Family) -> list[Finding]:
    document = document_of(tree, family)
    root = tree.root
    scope = scope_of(root.part("cbc:CustomizationID").trimmed, root.part("cbc:ProfileID").trimmed)
    report = Report(scope, document.examples)
    check_calculations(document, report)
    if report.scope.only:
        return report.findings
    check_presence(document, report)
    check_categories(document, report)
    check_structure(document, report)
    check_codes(document, report)
    if report.scope.peppol:
        check_peppol(document, report)
    return report.findings

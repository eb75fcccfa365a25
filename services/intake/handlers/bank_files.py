"""Bank files that softwares uploaded and then name on their topics: taken in, or refused with the reason."""

from collections.abc import Sequence
from datetime import datetime

from services.intake.domain.bank_files import received
from services.intake.domain.documents import Unusable
from services.intake.domain.submissions import BankFileSubmission, duplicate_bank_file
from services.intake.domain.uploads import Upload, flaw_of_bank_upload
from services.intake.handlers.handing_in import rejection
from services.intake.ports import BankFile, IntakeStore
from shared.chassis.messages import Consequence, Submission
from shared.values import UploadId

Naming = tuple[Submission, BankFileSubmission]


async def take_bank_files(naming: Sequence[Naming], store: IntakeStore, now: datetime) -> dict[int, Consequence]:
    """What follows from each, by the identity of its submission."""
    uploads = await store.uploads({content.bank_file for _, content in naming}) if naming else {}
    # In the order of their bytes, so that two batches with the same files never wait for each other in a circle.
    ordered = sorted(naming, key=lambda each: _digest(uploads.get(each[1].bank_file)))
    return {id(one): await _answer(one, content.bank_file, uploads, store, now) for one, content in ordered}


async def _answer(
    one: Submission, named: UploadId, uploads: dict[UploadId, Upload], store: IntakeStore, now: datetime
) -> Consequence:
    upload = uploads.get(named)
    flaw = flaw_of_bank_upload(named, upload, one.software)
    if flaw is not None or upload is None:
        return rejection(one, flaw or Unusable("upload_unknown", "There is no such upload."))
    claim, sender = upload.claim, f"software:{one.software}"
    if not await store.add_bank_file(BankFile(claim.sha256, claim.size, now, sender)):
        return rejection(one, duplicate_bank_file(claim.sha256))
    return one.then(received(claim, sender, now), sequence=1)


def _digest(upload: Upload | None) -> str:
    return upload.claim.sha256 if upload is not None else ""

"""What intake does later: documents that wait for their connection, files of banks, answers that are forgotten."""

from services.intake.tasks.folders import (
    look_into_folder,
    put_away_file,
    take_file,
    watch_folders,
)
from services.intake.tasks.handing_in import (
    ACTIVATION_HEARD_WITHIN,
    connection_stayed_inactive,
    forget_answers,
    hand_in_document,
)

__all__ = [
    "ACTIVATION_HEARD_WITHIN",
    "connection_stayed_inactive",
    "forget_answers",
    "hand_in_document",
    "look_into_folder",
    "put_away_file",
    "take_file",
    "watch_folders",
]

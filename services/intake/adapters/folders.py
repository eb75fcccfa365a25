"""The watched folders of the settings, each over what its files are reached by."""

from collections.abc import Sequence
from pathlib import Path

import asyncssh

from services.intake.adapters.local_files import LocalFiles
from services.intake.adapters.sftp_files import SftpFiles
from services.intake.adapters.watched_folder import Files, FolderOfFiles
from services.intake.domain.folders import FolderPlace


def watched_folders(
    places: Sequence[FolderPlace], key_file: Path | None, known_hosts: Path | None
) -> dict[str, FolderOfFiles]:
    """By their names. Those on servers need both files, which the settings have seen to."""
    return {place.name: FolderOfFiles(place.name, _files(place, key_file, known_hosts)) for place in places}


def _files(place: FolderPlace, key_file: Path | None, known_hosts: Path | None) -> Files:
    if not place.host:
        return LocalFiles(place.path)
    if key_file is None or known_hosts is None:
        raise ValueError(f"keys_missing: {place.name} needs a private key and known hosts")
    return SftpFiles(place, asyncssh.read_private_key(key_file), str(known_hosts))

"""INTAKE_* variables."""

import os
from datetime import timedelta
from typing import Self

import asyncssh
from pydantic import Field, FilePath, model_validator

from services.intake.domain.folders import FolderPlace, places_of
from services.intake.domain.probing import Limits
from shared.chassis.settings import ServiceSettings, settings_for


class Settings(ServiceSettings):
    """What every service is told, and how much one software may ask."""

    model_config = settings_for("intake")

    daily_companies: int = Field(
        10_000, ge=1, description="different companies that a software without a quota of its own asks for in a day"
    )
    unknown_sample: int = Field(50, ge=1, description="latest answers of a software that are looked at")
    unknown_percent: int = Field(30, ge=1, le=100, description="unknown companies among them before it is slowed down")
    throttled_pause_s: int = Field(60, ge=1, description="seconds between two new companies of one slowed down")

    bank_file_folders: str = Field(
        "", description="file:///folder and sftp://user@host:port/folder, with commas; banks put their files there"
    )
    bank_file_quiet_s: float = Field(
        10.0, ge=0.5, le=3600, description="seconds between two looks that find a file unchanged before it is taken"
    )
    bank_file_key_file: FilePath | None = Field(None, description="private key without a passphrase, for SFTP")
    bank_file_known_hosts: FilePath | None = Field(None, description="keys of the servers, as OpenSSH keeps them")

    @model_validator(mode="after")
    def _folders_that_can_be_watched(self) -> Self:
        # Not the validator of one field: what is told of a field is told with the text that was found.
        for place in self.folders:
            if place.host:
                self._require_keys()
            elif not os.path.isdir(place.path):
                raise ValueError(f"folder_missing: found no folder {place.path}, expected one of this machine")
            elif not os.access(place.path, os.R_OK | os.W_OK | os.X_OK):
                raise ValueError(f"folder_not_writable: {place.path}: files are moved within it once they are taken")
        return self

    def _require_keys(self) -> None:
        if self.bank_file_key_file is None or self.bank_file_known_hosts is None:
            raise ValueError("keys_missing: folders by SFTP need bank_file_key_file and bank_file_known_hosts")
        try:
            asyncssh.read_private_key(self.bank_file_key_file)
            asyncssh.read_known_hosts(str(self.bank_file_known_hosts))
        except (OSError, ValueError) as error:
            raise ValueError(f"keys_unusable: found {error}, expected a private key and known hosts") from None

    @property
    def folders(self) -> tuple[FolderPlace, ...]:
        """The watched folders. Raises `ValueError`."""
        return places_of(self.bank_file_folders)

    @property
    def limits(self) -> Limits:
        """The same as the rules know them."""
        pause = timedelta(seconds=self.throttled_pause_s)
        return Limits(self.daily_companies, self.unknown_sample, self.unknown_percent, pause)

"""One typed block of settings a service: wrong settings never start, and say which variable, what and why."""

import difflib
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, SecretBytes, SecretStr, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.chassis.bearers import BearerReader

SECRETS_FOLDER = Path("/run/secrets")
"""Where containers find secrets: a file a variable, named like the variable in lower case."""

SecurityProtocol = Literal["SASL_PLAINTEXT", "SASL_SSL", "PLAINTEXT"]
AnySettings = TypeVar("AnySettings", bound=BaseSettings)
Bootstrap = Annotated[str, StringConstraints(pattern=r"^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$")]
Port = Annotated[int, Field(ge=1, le=65535)]


def settings_for(service: str) -> SettingsConfigDict:
    """The configuration of a service's settings class: its prefix, frozen, nothing unknown."""
    folder = str(SECRETS_FOLDER) if SECRETS_FOLDER.is_dir() else None
    return SettingsConfigDict(
        env_prefix=f"{service.upper()}_",
        frozen=True,
        extra="forbid",
        secrets_dir=folder,
        hide_input_in_errors=True,
        validate_default=True,
    )


class KnownSettings(BaseSettings):
    """Settings that refuse variables of their prefix which they do not know: most often a typing error."""

    @model_validator(mode="before")
    @classmethod
    def _no_unknown_variables(cls, values: Any) -> Any:
        prefix = str(cls.model_config.get("env_prefix", ""))
        known = [f"{prefix}{name}".upper() for name in cls.model_fields]
        unknown = sorted(name for name in _given(cls) if name.startswith(prefix.upper()) and name not in known)
        if prefix and unknown:
            name = unknown[0]
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
            sentence = f"{name} is not a setting; the nearest known name is {nearest[0] if nearest else 'none'}"
            raise PydanticCustomError("setting_unknown", "{sentence}", {"sentence": sentence})
        return values


class ServiceSettings(KnownSettings):
    """What every service is told. Addresses with passwords are secrets and print as stars."""

    kafka_bootstrap_servers: Bootstrap = Field(description="host:port, several with commas")
    kafka_username: str = Field(min_length=1, description="SASL/SCRAM-SHA-512 principal of the service")
    kafka_password: SecretStr
    kafka_security_protocol: SecurityProtocol = "SASL_PLAINTEXT"
    database_url: SecretStr = Field(description="libpq URL of the role <service>_worker")
    api_database_url: SecretStr = Field(description="libpq URL of the role <service>_api")
    object_store_url: str = Field(pattern=r"^[a-z0-9]+://", description="file:///folder, s3://bucket, ...")
    http_host: str = "127.0.0.1"
    http_port: Port
    operator_key_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the operator's key")
    bearer_public_keys: str = Field(
        "", description="Ed25519 keys of access tokens, base64 of 32 bytes each, with commas; none accepts none"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("bearer_public_keys")
    @classmethod
    def _readable_keys(cls, text: str) -> str:
        BearerReader(text)
        return text


def load(settings: type[AnySettings]) -> AnySettings:
    """The settings of this process; where they are wrong it says so, a line each, and exits with 2."""
    try:
        return settings()
    except ValidationError as error:
        for line in complaints(settings, error):
            sys.stderr.write(line + "\n")
        raise SystemExit(2) from None


def complaints(settings: type[BaseSettings], error: ValidationError) -> list[str]:
    """One line for each wrong variable: its name, what was found (secrets masked), what was expected."""
    prefix = str(settings.model_config.get("env_prefix", ""))
    return [_complaint(settings, prefix, details) for details in error.errors(include_url=False)]


def _complaint(settings: type[BaseSettings], prefix: str, details: ErrorDetails) -> str:
    if not details["loc"]:
        return details["msg"]
    field = str(details["loc"][0])
    name = f"{prefix}{field}".upper()
    if details["type"] == "missing":
        description = settings.model_fields[field].description if field in settings.model_fields else None
        return f"{name}: found nothing, expected {description or 'a value'}"
    if details["type"] == "extra_forbidden":
        return f"{name}: found a value, expected no such setting"
    found = "********" if _is_secret(settings, field) else repr(details["input"])[:120]
    return f"{name}: found {found}, expected: {details['msg']}"


def _is_secret(settings: type[BaseSettings], field: str) -> bool:
    annotation = str(settings.model_fields[field].annotation) if field in settings.model_fields else ""
    return SecretStr.__name__ in annotation or SecretBytes.__name__ in annotation


def _given(settings: type[BaseSettings]) -> set[str]:
    folder = settings.model_config.get("secrets_dir")
    files = Path(str(folder)).iterdir() if folder and Path(str(folder)).is_dir() else ()
    return {name.upper() for name in os.environ} | {file.name.upper() for file in files}

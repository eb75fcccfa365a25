"""What the console is told at start: `CONSOLE_*`."""

from pydantic import Field, SecretStr

from shared.chassis.settings import ServiceSettings, settings_for


class Settings(ServiceSettings):
    """Sessions are signed with `session_secret`; without one, with what all replicas share: the API's address."""

    model_config = settings_for("console")

    session_secret: SecretStr = SecretStr("")
    secure_cookies: bool = Field(False, description="true where the page is reached over TLS only")

    @property
    def session_key(self) -> bytes:
        """The secret under which sessions are signed."""
        secret = self.session_secret.get_secret_value() or self.api_database_url.get_secret_value()
        return secret.encode()

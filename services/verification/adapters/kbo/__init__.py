"""The register of enterprises: reading its extracts, and keeping what they say."""

from services.verification.adapters.kbo.loading import Loading, take_extract
from services.verification.adapters.kbo.memory import MemoryRegister
from services.verification.adapters.kbo.postgres import PostgresRegister, open_register

__all__ = ["Loading", "MemoryRegister", "PostgresRegister", "open_register", "take_extract"]

"""Verification's tables in Postgres; one object is bound to one transaction."""

from services.verification.adapters.postgres.directory import PostgresDirectory

__all__ = ["PostgresDirectory"]

"""Intake's tables in Postgres; one object is bound to one transaction."""

from services.intake.adapters.postgres.arrivals import PostgresIntake

__all__ = ["PostgresIntake"]

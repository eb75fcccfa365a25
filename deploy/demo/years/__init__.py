"""Whole years of made-up companies: their invoices, the payments as CODA, and what is true of each movement."""

from deploy.demo.years.acceptance import accepted
from deploy.demo.years.judging import Found, paid, verdict
from deploy.demo.years.making import company_years
from deploy.demo.years.scenes import SCENES
from deploy.demo.years.truths import CompanyYear, Invoiced, MovementId, Truth

__all__ = [
    "SCENES",
    "CompanyYear",
    "Found",
    "Invoiced",
    "MovementId",
    "Truth",
    "accepted",
    "company_years",
    "paid",
    "verdict",
]

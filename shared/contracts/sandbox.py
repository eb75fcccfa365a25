"""What the services agree on of the sandbox, where test keys meet a simulated world."""

from shared.values import OfficeId

OFFICE = OfficeId("sandbox")
"""Stands for the accounting office of the simulated companies; no office of the directory may have this id."""

ADDRESS_DOMAIN = "sandbox.example"
"""Where the simulated companies have their mailboxes; a reserved name (RFC 2606), so no mail could ever arrive."""

BOUNCING_MAILBOX = "bounces"
"""Mail to this mailbox of the domain comes back."""

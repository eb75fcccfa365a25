"""What connecting means, written down once more and in other words: the oracle of the state machine.

It knows no handler, no store and no event class of the services. It is told, in the order of the commits, what each
service took in, and says what must have been told by then and what a software must see in the end.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

MENDABLE_ADDRESS = ("email_unknown", "email_bounced")
MONTH, HOURS_72, TEN_MINUTES = timedelta(days=30), timedelta(hours=72), timedelta(minutes=10)


@dataclass
class Firm:
    """A company in the directory."""

    ceased: bool
    office: str | None
    email: str | None
    address: int
    bounced: bool = False


@dataclass
class Code:
    """A one-time code. `fate` is empty while nobody registered it and nothing ended it."""

    address: int
    until: datetime
    fate: str = ""
    used_at: datetime | None = None


@dataclass
class Link:
    """One software's connection with one company."""

    software: str
    number: str
    asked: int = 0
    answer: str = ""
    answered: int = 0
    reason: str = ""
    address: int = 0
    office: str | None = None
    waits_until: datetime | None = None
    access: str = ""
    heard: int = 0
    codes: list[Code] = field(default_factory=list)
    told: list[tuple[str, ...]] = field(default_factory=list)
    told_of_codes: list[tuple[str, ...]] = field(default_factory=list)
    mailed: set[int] = field(default_factory=set)
    missed: set[int] = field(default_factory=set)

    @property
    def newest(self) -> Code | None:
        return self.codes[-1] if self.codes else None

    @property
    def seen(self) -> tuple[str, str]:
        """State and reason as the software must see them when nothing is under way."""
        if self.access in ("active", "revoked"):
            return self.access, ""
        if self.answer != "verified":
            return self.answer, self.reason
        known = max(self.mailed | self.missed, default=0)
        if known == 0:
            return "verified", ""
        return ("token_expired" if known in self.missed else "token_sent"), ""


class Model:
    """The directory and every connection that anybody asked for, by id."""

    def __init__(self) -> None:
        self.firms: dict[str, Firm] = {}
        self.clients: dict[str, bool] = {}
        self.links: dict[str, Link] = {}
        self.addresses: dict[tuple[str, int], str] = {}

    # The directory

    def enter(self, number: str, ceased: bool, office: str | None, email: str | None) -> None:
        old = self.firms.get(number)
        new = Firm(ceased, office, email, 1 if email else 0)
        if old is not None:
            same = old.email == email
            new.address, new.bounced = (old.address, old.bounced) if same else (old.address + 1, False)
        self.firms[number] = new
        if email:
            self.addresses[number, new.address] = email

    def bounced(self, number: str, address: int) -> None:
        firm = self.firms.get(number)
        if firm is not None and firm.email and firm.address == address:
            firm.bounced = True

    # verification

    def hear_request(self, link: Link, ordinal: int, now: datetime) -> None:
        if ordinal <= link.answered or link.answer == "revoked":
            return
        link.answered = ordinal
        if link.answer == "active":
            link.told.append(("connection.refused", self._hurdle(link.number) or "already_connected"))
            return
        link.waits_until = None
        self._answer(link, now)

    def reconsider(self, number: str, now: datetime) -> None:
        for link in self.links.values():
            if link.number == number and link.answer in ("blocked", "verified", "active"):
                self._look_again(link, now)

    def expire(self, now: datetime) -> None:
        for link in self.links.values():
            if link.answer == "blocked" and link.waits_until is not None and link.waits_until <= now:
                link.answer = "expired"
                link.told.append(("connection.expired", link.reason))

    def hear_activated(self, link: Link) -> None:
        if link.answer != "revoked":
            link.answer = "active"
            link.office = self._served_by(link.number) or link.office

    def _look_again(self, link: Link, now: datetime) -> None:
        firm, hurdle = self.firms.get(link.number), self._hurdle(link.number)
        if link.answer == "active":
            office = self._served_by(link.number)
            if office is not None and office != link.office:
                link.office = office
                link.told.append(("connection.office_changed",))
        elif link.answer == "blocked":
            if hurdle != link.reason:
                self._answer(link, now)
        elif hurdle in MENDABLE_ADDRESS or (hurdle is None and firm is not None and firm.address != link.address):
            self._answer(link, now)

    def _answer(self, link: Link, now: datetime) -> None:
        hurdle = self._hurdle(link.number)
        link.reason = hurdle or ""
        if hurdle is None:
            link.answer, link.waits_until = "verified", None
            link.address, link.office = self.firms[link.number].address, self._served_by(link.number)
            link.told.append(("connection.verified", str(link.address)))
            return
        link.office = None
        final = hurdle == "company_ceased"
        link.answer = "refused" if final else "blocked"
        link.waits_until = None if final else link.waits_until or now + MONTH
        link.told.append((f"connection.{link.answer}", hurdle))

    def _hurdle(self, number: str) -> str | None:
        firm = self.firms.get(number)
        if firm is None:
            return "company_unknown"
        if firm.ceased:
            return "company_ceased"
        if firm.office is None:
            return "no_accounting_office"
        if not self.clients[firm.office]:
            return "office_not_a_client"
        if firm.email is None:
            return "email_unknown"
        return "email_bounced" if firm.bounced else None

    def _served_by(self, number: str) -> str | None:
        firm = self.firms.get(number)
        return firm.office if firm is not None and firm.office and self.clients[firm.office] else None

    # token_mailer

    def hear_verified(self, link: Link, sequence: int, address: int, now: datetime) -> None:
        if link.access == "revoked" or sequence <= link.heard:
            return
        link.heard, link.access = sequence, link.access or "pending"
        newest = link.newest
        if link.access == "active":
            return
        live = newest is not None and not newest.fate and now < newest.until
        if newest is not None and live and newest.address >= address:
            return  # the same code, mailed once more or not
        if newest is not None and not newest.fate:
            newest.fate = "superseded" if live else "expired"
        link.codes.append(Code(address, now + HOURS_72))

    def renew(self, link: Link, issue: int, address: int, now: datetime) -> None:
        newest = link.newest
        if link.access != "pending" or newest is None or issue != len(link.codes):
            return
        if not newest.fate:
            newest.fate = "superseded" if now < newest.until else "expired"
        link.codes.append(Code(address, now + HOURS_72))

    def expire_codes(self, now: datetime) -> None:
        for link in self.links.values():
            newest = link.newest
            if newest is not None and not newest.fate and newest.until <= now:
                newest.fate = "expired"
                link.missed.add(len(link.codes))
                link.told_of_codes.append(("token.expired", str(len(link.codes))))

    def verdict(self, link: Link, issue: int, now: datetime) -> str:
        """What registering this code is answered: `ok`, or the problem's code."""
        code = link.codes[issue - 1]
        if code.fate == "used" and code.used_at is not None:
            return "ok" if link.access == "active" and now < code.used_at + TEN_MINUTES else "token_used"
        if code.fate == "superseded":
            return "token_superseded"
        return "token_expired" if code.fate or now >= code.until else "ok"

    def activate(self, link: Link, issue: int, now: datetime) -> None:
        code = link.codes[issue - 1]
        if code.fate:
            return  # the same answer once more
        code.fate, code.used_at, link.access = "used", now, "active"
        link.told_of_codes.append(("connection.activated",))

    def revoke(self, link: Link) -> None:
        if link.access in ("", "revoked"):
            return
        link.access = "revoked"
        if link.newest is not None and not link.newest.fate:
            link.newest.fate = "revoked"
        link.told_of_codes.append(("connection.revoked",))

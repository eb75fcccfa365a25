"""A strict client of the v2 interface: plain HTTP calls as public connectors make them, and what these depend on."""

import json
from typing import Any

import httpx

from deploy.demo.doors import Client, observed
from shared.contracts.compatibility import client_id, fiduciary_id, fiduciary_of_company
from shared.values import OfficeId
from tests.system.stage import Connection, Stage

JSON = "application/json"
LARGEST = 2**31 - 1
MEDIA_TYPES = {"cod": "application/vnd.coda", "pdf": "application/pdf", "xml": "application/xml"}


class StrictClient:
    """Basic credentials sent without being asked for, the software's key beside them, every path with a slash.

    It stops at whatever a public client would stop at: a charset, a redirect, a number beyond 32 bits, a null.
    """

    def __init__(self, door: httpx.AsyncClient, auth: httpx.Auth, software_key: str) -> None:
        self._door, self._auth = door, auth
        # As some do: a content type on calls that have no body, and one accepted type for whatever comes.
        self._headers = {"X-Software-Company": software_key, "Content-Type": JSON, "Accept": JSON}

    async def ask(self, method: str, path: str, status: int = 200, **options: Any) -> httpx.Response:
        answer = await self._door.request(method, f"/v2/{path}/", auth=self._auth, headers=self._headers, **options)
        assert (answer.status_code, answer.is_redirect) == (status, False), f"{method} {path}: {answer.text[:300]}"
        if status >= 400:
            assert answer.headers["content-type"] == JSON and isinstance(answer.json()["detail"], str), answer.text
        return answer

    async def told(self, path: str) -> Any:
        """JSON, exactly as it says."""
        answer = await self.ask("GET", path)
        assert answer.headers["content-type"] == JSON
        return answer.json()

    async def pod(self) -> dict[str, Any]:
        """The pod, with numbers that fit and nothing null that is read."""
        pod: dict[str, Any] = await self.told("delivery/pod-client")
        assert 0 < pod["id"] <= LARGEST and 0 < pod["fetch_delay"] <= LARGEST
        for client in pod["feed_clients"]:
            assert 0 < client["id"] <= LARGEST
            assert all(client[name] for name in ("client_id", "client_name", "fiduciary_id")), client
        return pod

    async def feed_of(self, client_id: object) -> int:
        """The number of a company's feed; waits until the pod has it."""

        async def look() -> int | None:
            clients = (await self.pod())["feed_clients"]
            return next((each["id"] for each in clients if each["client_id"] == str(client_id)), None)

        return await observed(f"a feed of client {client_id}", look)

    async def entries(self, feed_id: int, feed: str = "feed") -> list[dict[str, Any]]:
        """What is not done, oldest first."""
        told = await self.told(f"delivery/{feed}/{feed_id}")
        assert (told["id"], told["type"]) == (feed_id, "download" if feed == "feed" else "redownload")
        entries: list[dict[str, Any]] = told["feed_entries"]
        assert all(isinstance(each["metadata"], dict) and each["feed_index"] for each in entries)
        return entries

    async def waiting(self, feed_id: int, count: int, feed: str = "feed") -> list[dict[str, Any]]:
        """The entries, once there are so many."""

        async def look() -> list[dict[str, Any]] | None:
            entries = await self.entries(feed_id, feed)
            return entries if len(entries) >= count else None

        entries = await observed(f"{count} entries of {feed} {feed_id}", look)
        assert len(entries) == count, entries
        return entries

    async def download(self, entry: dict[str, Any], form: str, channel: str = "download") -> bytes:
        """The bytes of an entry in one format."""
        answer = await self.ask("GET", f"delivery/{channel}/{entry['feed_index']}/{form}")
        assert answer.headers["content-type"] == MEDIA_TYPES[form]
        assert answer.headers["content-length"] == str(len(answer.content))
        assert answer.headers["repr-digest"].startswith("sha-256=:")
        return answer.content

    async def done(self, feed_id: int, entry: dict[str, Any], feed: str = "feed") -> None:
        """Marks everything up to an entry as done; the answer echoes it."""
        body = json.dumps({"id": feed_id, "feed_offset": entry["feed_index"]})
        answer = await self.ask("PUT", f"delivery/{feed}/{feed_id}", content=body)
        assert answer.headers["content-type"] == JSON
        assert answer.json()["feed_offset"] == entry["feed_index"]


async def pods_of(stage: Stage, connection: Connection, office: str, accountant: Client) -> dict[str, str]:
    """The ids by which an office and a connection know the same company, its feed, and the first entry in that; the
    connection's with ` of connection` behind their names."""
    number = connection.company.number
    clients = (await accountant.ask("GET", "/v2/delivery/pod-client", 200)).json()["feed_clients"]
    office_of = OfficeId(office)
    feed_id = next(each["id"] for each in clients if each["client_id"] == str(client_id(number, office_of)))
    entries = (await accountant.ask("GET", f"/v2/delivery/feed/{feed_id}", 200)).json()["feed_entries"]
    basic = httpx.BasicAuth(connection.username, connection.password)
    own = StrictClient(stage.door, basic, "")
    own_feed_id = await own.feed_of(client_id(number, None))
    (statement,) = await own.waiting(own_feed_id, 1)
    of_connection = {
        "feed_id": str(own_feed_id),
        "feed_index": statement["feed_index"],
        "client_id": str(client_id(number, None)),
        "fiduciary_id": str(fiduciary_of_company(number)),
    }
    return {
        "format": "pdf",
        "feed_id": str(feed_id),
        "feed_index": entries[0]["feed_index"],
        "client_id": str(client_id(number, office_of)),
        "fiduciary_id": str(fiduciary_id(office_of)),
        **{f"{name} of connection": value for name, value in of_connection.items()},
    }

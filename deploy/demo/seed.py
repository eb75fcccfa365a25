"""Fills the directory of an empty platform, over HTTP with the operator's key, as an operator would."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from deploy.demo.directory import COMPANIES, OFFICES, SINCE, SOFTWARES, DemoCompany
from deploy.demo.keys import DemoKeys, Derivation, as_entry, demo_keys

_AT_ONCE = 8
_PATIENCE_S = 30.0
_PAUSE_S = 0.05


class SeedRefused(Exception):
    """The directory did not take an entry: `path`, `status` and `body` say which, and why."""

    def __init__(self, path: str, status: int, body: str) -> None:
        self.path, self.status, self.body = path, status, body
        super().__init__(f"seed_refused: PUT {path}: found {status} {body[:300]}, expected 200, 201, 202 or 204")


async def seed(addresses: Mapping[str, Any], secrets: Derivation) -> dict[str, Any]:
    """Enter softwares, offices and companies; gives the addresses with the demo's keys in them.

    `addresses` needs `door` and `operator`. Entering the same again changes nothing. Raises `SeedRefused`.
    """
    keys = demo_keys(secrets)
    headers = {"Authorization": f"Bearer {addresses['operator']}"}
    async with httpx.AsyncClient(base_url=addresses["door"], headers=headers, timeout=20) as door:
        await _put_all(door, _parties(keys))
        # Companies name their offices, so those come first.
        await _put_all(door, {f"/v1/directory/companies/{each.number}": _entry(each) for each in COMPANIES})
    offices = {office: dict(credentials) for office, credentials in keys.offices.items()}
    return {**addresses, "softwares": dict(keys.softwares), "sandbox": dict(keys.sandbox), "offices": offices}


def _parties(keys: DemoKeys) -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = {}
    for software in SOFTWARES:
        entries[f"/v1/directory/softwares/{software.slug}"] = {
            "name": software.name,
            "state": "active",
            "keys": [as_entry(keys.softwares[software.slug]), as_entry(keys.sandbox[software.slug])],
        }
    for office in OFFICES:
        entries[f"/v1/directory/offices/{office.office_id}"] = {
            "name": office.name,
            "language": office.language.value,
            "client": True,
            "credentials": [as_entry(keys.offices[office.office_id]["key"])],
        }
    return entries


def _entry(company: DemoCompany) -> dict[str, Any]:
    since = SINCE.isoformat()
    return {
        "name": company.name,
        "language": company.language.value,
        "client_code": company.client_code,
        "email": company.email,
        "offices": [{"office_id": company.office_id, "since": since}] if company.office_id else [],
        "mandates": [{"iban": company.iban, "since": since}],
    }


async def _put_all(door: httpx.AsyncClient, entries: Mapping[str, dict[str, Any]]) -> None:
    free = asyncio.Semaphore(_AT_ONCE)

    async def put(path: str, entry: dict[str, Any]) -> None:
        async with free:
            await _put(door, path, entry)

    async with asyncio.TaskGroup() as group:
        for path, entry in entries.items():
            group.create_task(put(path, entry))


async def _put(door: httpx.AsyncClient, path: str, entry: dict[str, Any]) -> None:
    deadline = asyncio.get_running_loop().time() + _PATIENCE_S
    while True:
        answer = await door.put(path, json=entry)
        if answer.is_success:
            return
        if answer.status_code not in (502, 503, 504) or asyncio.get_running_loop().time() > deadline:
            raise SeedRefused(path, answer.status_code, answer.text)
        await asyncio.sleep(_PAUSE_S)

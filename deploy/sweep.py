"""Takes out of the object store what no row refers to: what was stored for a transaction that never committed.

`python -m deploy.sweep`, or with `--daily` now and every day, reads SWEEP_DATABASE_URL (a role that sees every row, as
that of the migrations does) and SWEEP_OBJECT_STORE_URL. In the order that makes it safe:

1. Note the objects that are older than a day. What is under way is younger, for whoever names an object stores it anew.
2. Look, in one snapshot, for their digests in every column of every table, whatever it is called and whatever is around
   the digest: a reference that nobody thought of is found as well.
3. Set aside under `swept/` what is named nowhere. Who asks for it after all gets it, and so puts it back.
4. Remove what has been aside for a day and is still named nowhere; put back what is named.
"""

import asyncio
import re
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore
from pydantic import Field, SecretStr

from shared.chassis.documents import ASIDE, store_of
from shared.chassis.settings import KnownSettings, load, settings_for
from shared.contracts.catalogue import SERVICES

AGE = timedelta(hours=24)
FEW = 100
"""So many may go whatever their share: a store with few documents has few that stay."""

_OBJECT = re.compile(rf"(?P<aside>{ASIDE}/)?(?:[0-9]{{10}}|unassigned)/(?P<digest>[0-9a-f]{{64}})")

_NOTES = """
    create temporary table noted (
        path text primary key, digest text not null, aside boolean not null, named boolean not null default false);
    create index on noted (digest)"""

_COLUMNS = """
    select format('%I.%I', space.nspname, held.relname) as held, quote_ident(part.attname) as part, kind.typname as kind
    from pg_attribute part
    join pg_class held on held.oid = part.attrelid
    join pg_namespace space on space.oid = held.relnamespace
    join pg_type kind on kind.oid = part.atttypid
    where space.nspname !~ '^(pg_|information_schema$)' and held.relkind in ('r', 'm')
          and part.attnum > 0 and not part.attisdropped
          -- Truth, moments, numbers, addresses and intervals hold no digest, nor does a uuid.
          and kind.typcategory not in ('B', 'D', 'N', 'I', 'T') and kind.typname <> 'uuid'
    order by 1, part.attnum"""

_NAME = """
    update noted set named = true where not named and digest in (
        select substr(run.digits[1], start.place, 64)
        from (select {text} from {held}) as looked (at),
             regexp_matches(looked.at, '[0-9a-f]{{64,}}', 'g') as run (digits),
             generate_series(1, length(run.digits[1]) - 63) as start (place))"""


class SweepRefused(Exception):
    """Nothing was swept: one sentence, which says what was found and expected."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many objects were older than a day, and what was done with how many."""

    seen: int = 0
    set_aside: int = 0
    removed: int = 0
    put_back: int = 0


class SweepSettings(KnownSettings):
    """What `python -m deploy.sweep` is told."""

    model_config = settings_for("sweep")

    database_url: SecretStr = Field(description="libpq URL of a role that row-level security does not bind")
    object_store_url: str = Field(pattern=r"^[a-z0-9]+://", description="file:///folder, s3://bucket, ...")


async def sweep(database_url: str, store: ObjectStore, now: datetime) -> Swept:
    """Sweep once, at this moment (UTC). Raises `SweepRefused` when rows may be hidden, or too much would go."""
    before = now - AGE
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(_NOTES)
        seen = await _note(connection, store, before)
        if seen:
            await _name(connection)
        await _refuse_another_house(connection)
        rows = await connection.fetch("select path, aside, named from noted where aside or not named order by path")
    except asyncpg.InsufficientPrivilegeError as error:
        raise SweepRefused(f"rows are hidden from this role: {error}") from error
    finally:
        await connection.close()
    unnamed = [row["path"] for row in rows if not row["aside"]]
    aside = {row["path"]: row["named"] for row in rows if row["aside"]}
    return Swept(
        seen,
        set_aside=sum([await _set_aside(store, path, before) for path in unnamed]),
        removed=sum([await _removed(store, path) for path, named in aside.items() if not named]),
        put_back=sum([await _put_back(store, path) for path, named in aside.items() if named]),
    )


async def _note(connection: asyncpg.Connection, store: ObjectStore, before: datetime) -> int:
    """Note what is older; how many that is."""
    seen = 0
    async for objects in obstore.list(store):
        found = [_OBJECT.fullmatch(each["path"]) for each in objects if each["last_modified"] < before]
        old = [(each[0], each["digest"], each["aside"] is not None) for each in found if each is not None]
        await connection.copy_records_to_table("noted", records=old, columns=["path", "digest", "aside"])
        seen += len(old)
    await connection.execute("analyze noted")
    return seen


async def _name(connection: asyncpg.Connection) -> None:
    """Mark what some row names. One snapshot, so that nothing moves from a table that is yet to be looked through into
    one that was."""
    columns = await connection.fetch(_COLUMNS)
    missing = sorted(set(SERVICES) - {row["held"].split(".")[0].strip('"') for row in columns})
    if missing:
        raise SweepRefused(f"found no tables of {', '.join(missing)}, expected those of every service")
    async with connection.transaction(isolation="repeatable_read"):
        # Who is bound by row-level security sees less without being told so; now it is told.
        await connection.execute("set local row_security = off")
        for row in columns:
            text = f"encode({row['part']}, 'escape')" if row["kind"] == "bytea" else f"{row['part']}::text"
            await connection.execute(_NAME.format(held=row["held"], text=text))


async def _refuse_another_house(connection: asyncpg.Connection) -> None:
    """Before anything is touched. Of those that are aside more than half may go: most that were set aside are."""
    [row] = await connection.fetch(
        "select count(*) as seen, count(*) filter (where not named) as unnamed from noted where not aside"
    )
    if row["unnamed"] > max(FEW, row["seen"] // 2):
        raise SweepRefused(
            f"found {row['unnamed']} of {row['seen']} documents that no row names, expected less than half: "
            "are store and database those of one house?"
        )


async def _set_aside(store: ObjectStore, path: str, before: datetime) -> bool:
    """Unless it was stored anew meanwhile. Stored there, not moved: how long it has been there counts."""
    if (await obstore.head_async(store, path))["last_modified"] >= before:
        return False
    await _copy(store, path, f"{ASIDE}/{path}")
    await obstore.delete_async(store, path)
    return True


async def _put_back(store: ObjectStore, path: str) -> bool:
    await _copy(store, path, path.removeprefix(f"{ASIDE}/"))
    return await _removed(store, path)


async def _removed(store: ObjectStore, path: str) -> bool:
    await obstore.delete_async(store, path)
    return True


async def _copy(store: ObjectStore, path: str, to: str) -> None:
    data = await (await obstore.get_async(store, path)).bytes_async()
    await obstore.put_async(store, to, data, use_multipart=False)


async def sweep_now(database_url: str, store: ObjectStore) -> str:
    """Sweep; what was done. Raises `SweepRefused`, also where store or database do not answer."""
    try:
        swept = await sweep(database_url, store, datetime.now(UTC))
    except (OSError, BaseError, asyncpg.PostgresError) as error:
        raise SweepRefused(f"{type(error).__name__}: {error}") from error
    return (
        f"{swept.seen} documents are older than a day: {swept.set_aside} were set aside, {swept.removed} removed, "
        f"{swept.put_back} put back"
    )


def main() -> None:
    """The command: sweep and say what was done; or say in one sentence why not, and exit with 1 or try tomorrow."""
    settings = load(SweepSettings)
    url, store = settings.database_url.get_secret_value(), store_of(settings.object_store_url)
    daily = sys.argv[1:] == ["--daily"]
    while True:
        try:
            print(f"sweep: {asyncio.run(sweep_now(url, store))}", flush=True)
        except SweepRefused as error:
            if not daily:
                raise SystemExit(f"sweep: {error}") from None
            print(f"sweep: {error}", file=sys.stderr, flush=True)
        if not daily:
            return
        time.sleep(timedelta(days=1).total_seconds())


if __name__ == "__main__":
    main()

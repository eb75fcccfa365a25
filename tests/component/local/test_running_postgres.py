"""Real PostgreSQL: never as root, and what was committed is still there after SIGKILL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import asyncpg
import psutil
import pytest

from deploy.local.postgres import Postgres, installations
from deploy.local.problems import CannotStart


async def test_postgres_recovers_what_was_committed_before_a_kill(
    open_folder: Path, free_port: Callable[[str], int]
) -> None:
    log = open_folder / "postgres.log"
    postgres = Postgres(open_folder / "postgres", free_port("postgres"), "owner word/?", log)
    await postgres.start()
    try:
        assert postgres.child is not None
        assert psutil.Process(postgres.child.pid).username() != "root"
        connection = await asyncpg.connect(postgres.owner_url)
        await connection.execute("create table kept (word text); insert into kept values ('committed')")
        postgres.kill()
        await postgres.wait()
        connection.terminate()
        await postgres.start()
        connection = await asyncpg.connect(postgres.owner_url)
        assert await connection.fetchval("select word from kept") == "committed"
        assert await connection.fetchval("show fsync") == "on"
        await connection.close()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(postgres.url("postgres", "wrong"))
    finally:
        await postgres.stop()
    assert not postgres.running


async def test_a_process_id_file_that_names_a_stranger_does_not_keep_postgres_down(
    open_folder: Path, free_port: Callable[[str], int]
) -> None:
    log = open_folder / "postgres.log"
    postgres = Postgres(open_folder / "postgres", free_port("postgres"), "word", log, fsync=False)
    await postgres.start()
    await postgres.stop()
    (postgres.folder / "postmaster.pid").write_text("1\n")
    await postgres.start()
    connection = await asyncpg.connect(postgres.owner_url)
    assert await connection.fetchval("show fsync") == "off"
    await connection.close()
    await postgres.stop()


async def test_data_of_another_major_version_are_not_touched(
    open_folder: Path, free_port: Callable[[str], int]
) -> None:
    postgres = Postgres(open_folder / "postgres", free_port("postgres"), "word", open_folder / "postgres.log")
    postgres.folder.mkdir()
    (postgres.folder / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="made by PostgreSQL 9") as refused:
        await postgres.start()
    assert refused.value.code == "other_version"


def test_seventeen_or_newer_is_taken_before_anything_older() -> None:
    assert installations()[0].major >= 17

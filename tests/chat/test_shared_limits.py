"""Facts about the turns that processes with one key take."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import stat
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from summarizer.chat.shared_limits import MAX_LEAD_SECONDS, OwnTurns, SharedTurns, Turns, share_turns

Maker = Callable[[Path], Turns]
MAKERS: list[Maker] = [SharedTurns, lambda _: OwnTurns()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rates" / "key"


@pytest.mark.parametrize("make", MAKERS, ids=["shared", "own"])
def test_turns_follow_each_other(make: Maker, path: Path) -> None:
    turns = make(path)

    assert [
        turns.take(100, 0.5, burst_seconds=1),
        turns.take(100, 0.25, burst_seconds=1),
        turns.take(100, 1, burst_seconds=1),
    ] == [99, 99.5, 99.75]


@pytest.mark.parametrize("make", MAKERS, ids=["shared", "own"])
def test_of_unused_time_only_a_burst_can_be_made_up_for(make: Maker, path: Path) -> None:
    turns = make(path)
    turns.take(100, 1, burst_seconds=1)

    assert turns.take(200, 1, burst_seconds=1) == 199


@pytest.mark.parametrize("make", MAKERS, ids=["shared", "own"])
def test_no_time_is_given_away_before_a_pause_has_ended(make: Maker, path: Path) -> None:
    turns = make(path)
    turns.postpone(100, 130)
    turns.postpone(100, 110)

    assert turns.take(101, 1, burst_seconds=1) == 130


def test_two_holders_of_one_file_never_have_the_same_time(path: Path) -> None:
    one, other = SharedTurns(path), SharedTurns(path)
    starts = [turns.take(100, 1, burst_seconds=1) for turns in (one, other, other, one, other)]

    assert starts == [99, 100, 101, 102, 103]


def test_a_pause_of_one_is_a_pause_of_all_for_some_minutes_at_most(path: Path) -> None:
    SharedTurns(path).postpone(100, 5000)

    assert SharedTurns(path).take(100, 1, burst_seconds=1) == 100 + MAX_LEAD_SECONDS


@pytest.mark.parametrize("content", [b"", b"half", b"\xff" * 8, struct.pack("<d", 1e9), b"long enough for two moments"])
def test_a_file_that_makes_no_sense_or_is_of_another_boot_starts_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_bytes(content)

    assert SharedTurns(path).take(100, 1, burst_seconds=1) == 99


def test_a_file_that_is_deleted_in_between_starts_anew(path: Path) -> None:
    turns = SharedTurns(path)
    turns.take(100, 1, burst_seconds=1)
    path.unlink()
    path.parent.rmdir()

    assert turns.take(100, 1, burst_seconds=1) == 99


def test_the_file_is_for_this_user_alone(path: Path) -> None:
    SharedTurns(path).take(100, 1, burst_seconds=1)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_is_touched_before_the_first_turn(path: Path) -> None:
    SharedTurns(path)

    assert not path.parent.exists()


@pytest.mark.parametrize("kind", ["writable by others", "a file", "nowhere"])
def test_where_the_folder_can_not_be_trusted_or_used_the_process_keeps_its_own_turns_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    folder = tmp_path / "rates"
    if kind == "writable by others":
        folder.mkdir()
        folder.chmod(0o777)
    elif kind == "a file":
        folder.write_text("")
    else:
        folder = tmp_path / "nowhere" / "rates"
    turns = SharedTurns(folder / "key")
    starts = [turns.take(100, 1, burst_seconds=1), turns.take(100, 1, burst_seconds=1)]
    turns.postpone(100, 150)

    assert [*starts, turns.take(100, 1, burst_seconds=1)] == [99, 100, 150]
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "rate limits are not shared with other processes"
    ]


def test_a_link_in_place_of_the_file_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.symlink_to(tmp_path / "target")
    SharedTurns(path).take(100, 1, burst_seconds=1)

    assert not (tmp_path / "target").exists()


def test_neither_key_nor_address_can_be_read_off_the_file() -> None:
    turns = share_turns("https://api.example.com/v1", "sk-secret-key")
    name = turns._path.name

    assert len(name) == 32
    assert "secret" not in str(turns._path)
    assert "example" not in str(turns._path)


def test_each_key_at_each_address_has_its_own_turns() -> None:
    pairs = [("http://a/v1", "k"), ("http://a/v1", "l"), ("http://b/v1", "k"), ("http://a/v1", None)]
    paths = {share_turns(*pair)._path for pair in pairs}

    assert len(paths) == len(pairs)
    assert share_turns("http://a/v1/", "k")._path in paths


def hold_for_ever(path: str) -> None:
    turns = SharedTurns(Path(path))
    turns.take(100, 0.5, burst_seconds=1)
    descriptor = os.open(path, os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    Path(f"{path}.locked").touch()
    time.sleep(60)


def test_a_holder_that_is_killed_with_the_lock_in_its_hand_blocks_nobody(path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=hold_for_ever, args=(str(path),))
    process.start()
    while not Path(f"{path}.locked").exists():
        time.sleep(0.01)
    process.kill()
    process.join()
    process.close()

    assert SharedTurns(path).take(100, 1, burst_seconds=1) == 99.5

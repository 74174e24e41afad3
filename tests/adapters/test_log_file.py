"""What the log writes, what it never writes, and how it lives with other processes and a full disk."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.adapters.log_file import (
    FILE_NAME,
    FILES,
    LARGEST_BYTES,
    JsonLinesHandler,
    close_log,
    open_log,
    read_log,
)
from onering_cli.adapters.redaction import MARK, Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger("onering.tests")


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    yield
    close_log()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "log"


def written(folder: Path) -> str:
    return (folder / FILE_NAME).read_text(encoding="ascii")


def entries(folder: Path, **chosen: Any) -> list[dict[str, Any]]:
    return list(read_log(folder, **{"limit": 1000, **chosen}))


# Entries


def test_an_entry_is_one_line_of_json_with_the_documented_keys(folder: Path) -> None:
    open_log(folder)
    log.info("published %d of %d", 2, 5, extra={"run": "r1", "weights": [280, 12]})
    (entry,) = [json.loads(line) for line in written(folder).splitlines()]
    at = datetime.fromisoformat(entry.pop("at"))
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)
    assert entry == {
        "level": "INFO",
        "logger": "onering.tests",
        "process": os.getpid(),
        "message": "published 2 of 5",
        "fields": {"run": "r1", "weights": [280, 12]},
    }


def test_an_exception_is_written_with_its_traceback(folder: Path) -> None:
    open_log(folder)
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        log.exception("a bug")
    (entry,) = entries(folder)
    assert entry["error"]["type"] == "ZeroDivisionError"
    assert "test_log_file.py" in entry["error"]["traceback"]


def test_control_characters_are_escaped(folder: Path) -> None:
    text = "\x1b]52;c;aGk=\x07\x9b31m\u202ebidi\x7f\x00\r\nnext\u2028 \ud800"
    open_log(folder)
    log.info(text)
    raw = (folder / FILE_NAME).read_bytes()
    assert raw.count(b"\n") == 1
    assert all(0x20 <= byte < 0x7F for byte in raw.rstrip(b"\n"))
    assert entries(folder)[0]["message"] == text


def test_nothing_is_created_before_the_first_entry(folder: Path) -> None:
    open_log(folder)
    log.debug("below the level")
    assert not folder.exists()


def test_the_files_are_for_their_owner_only(folder: Path) -> None:
    old = os.umask(0)
    try:
        open_log(folder)
        log.info("first")
    finally:
        os.umask(old)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600


def test_a_file_that_was_made_readable_is_closed_again(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / FILE_NAME).touch(0o644)
    open_log(folder)
    log.info("first")
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600


def test_opening_again_writes_each_entry_once(folder: Path) -> None:
    open_log(folder)
    open_log(folder, level="WARNING")
    log.info("below")
    log.warning("once")
    assert [entry["message"] for entry in entries(folder)] == ["once"]


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")

    __str__ = __repr__


@pytest.mark.parametrize(
    ("message", "arguments"), [("%d posts", ("many",)), ("%s and %s", ("one",)), ("%s", (Broken(),)), (Broken(), ())]
)
def test_an_entry_that_cannot_be_put_together_is_written_as_far_as_it_goes(
    folder: Path, message: object, arguments: tuple[object, ...]
) -> None:
    open_log(folder)
    log.info(message, *arguments, extra={"broken": Broken(), "number": float("nan")})
    (entry,) = entries(folder)
    assert "Error" in entry["message"] or "raises" in entry["message"]
    assert "whose repr raises" in entry["fields"]["broken"]


def test_very_long_texts_are_cut(folder: Path) -> None:
    open_log(folder)
    log.info("a" * 1_000_000, extra={"text": "b" * 1_000_000, "many": [["c" * 9000] * 50] * 50})
    assert len(written(folder)) < 100_000
    assert entries(folder)[0]["message"].startswith("aaa")


def test_other_packages_loggers_reach_neither_the_log_nor_the_terminal(folder: Path) -> None:
    program = f"""
import logging
from pathlib import Path
from onering_cli.adapters.log_file import open_log
open_log(Path({str(folder)!r}), level="DEBUG")
logging.getLogger("tweepy.client").warning("Bearer AAAA")
logging.getLogger("tweepy.client").debug("Bearer AAAA")
logging.getLogger("onering").debug("ours")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout + ended.stderr == ""
    assert [entry["message"] for entry in entries(folder)] == ["ours"]


# Redaction (fault 55)

SECRETS = {
    "a Groq key": "gsk_abcdefghijklmnop0123456789",
    "a Stripe key": "sk_test_51Habcdefghijklmnop",
    "a restricted Stripe key": "rk_live_51Habcdefghijklmnop",
    "a webhook secret": "whsec_abcdefghijklmnop",
    "an OpenAI-style key": "sk-proj-abcdefghijklmnop",
    "an X access token": "1234567890-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcd",
    "an X bearer token": "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3D",
    "a JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVPmB92K27u",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("sentence", ["{}", "the key {} was refused", "url?x={}&y=1", "['{}']", "a={}", "({})"])
def test_what_looks_like_a_secret_is_redacted_wherever_it_stands(secret: str, sentence: str) -> None:
    clean = Redactor().text(sentence.format(secret))
    assert secret not in clean
    assert MARK in clean


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer s3cr3tvalue",
        "authorization=Basic s3cr3tvalue==",
        "{'Authorization': 'Bearer s3cr3tvalue', 'X': 1}",
        'Authorization: OAuth oauth_consumer_key="s3cr3tvalue", oauth_signature="s3cr3tvalue%3D"',
        'Digest: OAuth oauth_token="a", oauth_signature="s3cr3tvalue%3D"',
        "Cookie: a=b; session=s3cr3tvalue",
        "api_key=s3cr3tvalue",
        "ONERING_X_ACCESS_TOKEN_SECRET=s3cr3tvalue",
        '"client_secret": "s3cr3tvalue"',
        '{"password" : "s3cr3tvalue \\" s3cr3tvalue"}',
        "password => 's3cr3tvalue'",
        "refresh_token=s3cr3tvalue&grant_type=refresh_token",
        "code_verifier=s3cr3tvalue",
        "https://me:s3cr3tvalue@example.com/",
        "https://s3cr3tvalue@example.com/",
        "https://example.com/?a=1&code=s3cr3tvalue&state=s3cr3tvalue#x",
        "-----BEGIN RSA PRIVATE KEY-----\ns3cr3tvalue\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_what_stands_under_a_secrets_name_is_redacted(text: str) -> None:
    clean = Redactor().text(text)
    assert "s3cr3tvalue" not in clean
    assert MARK in clean


@pytest.mark.parametrize(
    "text",
    [
        "published 3 posts in 2.1 s, 280 of 280",
        "usage: input_tokens=512, output_tokens: 88",
        "the draft 01JABC has revision 4",
        "https://example.com/a?page=2",
        "the key moments of sk8 boarding",
        "the bearer of news",
        "2026-08-01T09:30:00Z run 12345-6 blocked",
        "idempotency_key=release-1.2",
    ],
)
def test_ordinary_sentences_stay_as_they_are(text: str) -> None:
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "field",
    [
        *(
            "token",
            "access_token",
            "oauth_signature",
            "code_verifier",
            "client_secret",
            "api_key",
            "X-Api-Key",
            "apikey",
        ),
        *("Authorization", "Set-Cookie", "password", "PASSWD", "passphrase", "credentials", "private_key", "key"),
    ],
)
def test_fields_are_redacted_by_name_at_every_depth(field: str) -> None:
    value = {"outer": [{field: "s3cr3tvalue"}, {field: {"inner": "s3cr3tvalue"}}, {field: 12345}]}
    assert Redactor().structure(value) == {"outer": [{field: MARK}] * 3}


def test_counts_of_tokens_are_no_secrets() -> None:
    usage = {"input_tokens": 512, "max_tokens": 100, "total_tokens": 612, "secret": None, "has_token": True}
    assert Redactor().structure(usage) == usage


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=6).filter(lambda text: len(text.strip()) >= 6))
def test_a_secret_that_was_used_is_redacted_in_every_spelling(secret: str) -> None:
    redactor = Redactor()
    redactor.learn(secret)
    for spelling in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]):
        assert redactor.text(f"before {spelling} after") == redactor.text(f"before {MARK} after")


def test_the_tokens_within_a_kept_set_of_tokens_are_redacted_one_by_one() -> None:
    redactor = Redactor()
    redactor.learn('{"access_token": "first-value", "refresh_token": "second-value", "expires_at": 5}')
    assert redactor.text("first-value and second-value") == f"{MARK} and {MARK}"


def test_what_the_environment_holds_under_a_secrets_name_is_redacted() -> None:
    redactor = Redactor()
    redactor.learn_environment({"SOME_API_KEY": "first-value", "GITHUB_TOKEN": "second-value", "EDITOR": "nano -w"})
    assert redactor.text("first-value second-value nano -w") == f"{MARK} {MARK} nano -w"


def test_a_used_secret_reaches_no_part_of_an_entry(folder: Path) -> None:
    redactor = Redactor()
    open_log(folder, redactor=redactor)
    redactor.learn("hunter2-hunter2")

    class Told:
        def __repr__(self) -> str:
            return "<Told hunter2-hunter2>"

    try:
        int("hunter2-hunter2")
    except ValueError:
        log.exception("failed with %s", Told(), extra={"a": {"b": ["hunter2-hunter2"]}, "c": Told()})
    log.info("%(token)s %(other)s", {"token": "unknown-to-it", "other": "hunter2-hunter2"})
    log.info("headers %s", {"Authorization": "unknown-to-it", "x": "hunter2-hunter2"})
    assert "hunter2" not in written(folder)
    assert "unknown-to-it" not in written(folder)
    assert written(folder).count(MARK) >= 7


@pytest.mark.parametrize(
    "text",
    [
        *(piece * 50_000 for piece in ("a", "eyJ", "token", "gsk_", "://", "A", "=", "a=", "1", "oauth ", "Bearer ")),
        'token="' + "\\" * 200_000,
        "-----BEGIN PRIVATE KEY-----" * 7000,
    ],
)
def test_redaction_takes_time_in_proportion_to_the_text(text: str) -> None:
    began = time.process_time()
    Redactor().text(text)
    assert time.process_time() - began < 2


# Turning over


def handler(folder: Path, **chosen: Any) -> JsonLinesHandler:
    return JsonLinesHandler(folder, Redactor(), **{"largest_bytes": 2_000, "files": 3, **chosen})


def say(to: logging.Handler, message: str) -> None:
    to.handle(logging.makeLogRecord({"name": "onering", "levelname": "INFO", "msg": message}))


def test_the_log_is_bounded_in_files_and_bytes(folder: Path) -> None:
    writer = handler(folder)
    for number in range(200):
        say(writer, f"entry {number}")
    writer.close()
    sizes = {path.name: path.stat().st_size for path in folder.iterdir() if not path.name.endswith(".lock")}
    assert set(sizes) == {"onering.log", "onering.log.1", "onering.log.2"}
    assert all(size <= 2_000 for size in sizes.values())
    numbers = [int(entry["message"].split()[1]) for entry in entries(folder)]
    assert numbers == list(range(numbers[0], 200))


def test_the_documented_bounds_are_those_in_force() -> None:
    assert (LARGEST_BYTES, FILES) == (1_000_000, 5)


def _write_many(folder: Path, name: str, count: int) -> None:
    writer = JsonLinesHandler(folder, Redactor(), largest_bytes=20_000, files=50)
    for number in range(count):
        say(writer, f"{name} {number}")
    writer.close()


def test_processes_that_write_and_turn_over_at_once_lose_and_mix_nothing(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write_many, args=(folder, name, 400)) for name in ("a", "b", "c")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    files = [path for path in folder.glob("onering.log*") if path.suffix != ".lock"]
    lines = [line for path in files for line in path.read_text().splitlines()]
    said = sorted(json.loads(line)["message"] for line in lines)
    assert said == sorted(f"{name} {number}" for name in "abc" for number in range(400))
    assert len(files) > 3, "it never turned over"


def test_while_another_process_holds_the_lock_writing_goes_on(folder: Path) -> None:
    import fcntl

    writer = handler(folder)
    say(writer, "first")
    with (folder / "onering.log.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for number in range(50):
            say(writer, f"entry {number}")
        assert len(written(folder).splitlines()) == 51
    say(writer, "last")
    writer.close()
    assert len(written(folder).splitlines()) == 1


def test_a_log_that_was_deleted_is_begun_anew(folder: Path) -> None:
    writer = handler(folder)
    say(writer, "first")
    (folder / FILE_NAME).unlink()
    folder.joinpath("onering.log.lock").unlink(missing_ok=True)
    folder.rmdir()
    say(writer, "second")
    writer.close()
    assert [entry["message"] for entry in entries(folder)] == ["second"]


# When it cannot be written


def test_a_log_that_cannot_be_written_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    told: list[str] = []
    writer = handler(tmp_path / "log", tell=told.append)
    for _ in range(3):
        say(writer, "entry")
    writer.close()
    (line,) = told
    assert line.startswith("warning: the log")


def test_a_full_disk_is_told_once_on_stderr(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    open_log(folder)
    log.info("before")
    monkeypatch.setattr(os, "write", full)
    log.info("during")
    log.info("during")
    monkeypatch.undo()
    log.info("after")
    captured = capsys.readouterr()
    assert captured.err.count("No space left on device") == 1
    assert captured.out == ""
    assert [entry["message"] for entry in entries(folder)] == ["before", "after"]


def test_half_a_line_from_a_full_disk_does_not_spoil_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write = os.write
    open_log(folder)
    log.info("before")
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[: len(data) // 2]))
    log.info("torn")
    monkeypatch.undo()
    log.info("after")
    assert [entry["message"] for entry in entries(folder)] == ["before", "after"]


# Reading


def test_reading_gives_the_last_entries_in_order_across_files(folder: Path) -> None:
    writer = handler(folder, files=5)
    for number in range(40):
        say(writer, f"entry {number}")
    writer.close()
    assert len(list(folder.glob("onering.log.?"))) >= 2
    assert [entry["message"] for entry in entries(folder, limit=25)] == [f"entry {number}" for number in range(15, 40)]


def test_reading_can_be_limited_by_level_and_time(folder: Path) -> None:
    open_log(folder, level="DEBUG")
    for level in ("debug", "info", "warning", "error"):
        getattr(log, level)(level)
    everything = entries(folder)
    assert [entry["message"] for entry in entries(folder, level="WARNING")] == ["warning", "error"]
    since = datetime.fromisoformat(everything[2]["at"])
    assert [entry["message"] for entry in entries(folder, since=since)] == ["warning", "error"]
    assert entries(folder, since=since + timedelta(days=1)) == []
    assert [entry["message"] for entry in entries(folder, limit=1)] == ["error"]


def test_reading_where_there_is_no_log_gives_nothing(folder: Path) -> None:
    assert entries(folder) == []


def test_lines_that_are_no_entries_are_passed_over(folder: Path) -> None:
    open_log(folder)
    log.info("first")
    with (folder / FILE_NAME).open("ab") as file:
        file.write(b'{"at": "2026\n[]\n{"at": 1, "level": 2}\n\xff\xfe\n\n')
    log.info("second")
    assert [entry["message"] for entry in entries(folder)] == ["first", "second"]


def test_lines_longer_than_a_block_are_read_whole(folder: Path) -> None:
    open_log(folder)
    for letter in "abc":
        log.info("%s", "\N{SNOWMAN}" * 7_990 + letter, extra={"more": ["\N{SNOWMAN}" * 3_000]})
    assert [entry["message"][-1] for entry in entries(folder)] == ["a", "b", "c"]


def test_reading_the_end_of_a_full_log_is_quick(folder: Path) -> None:
    folder.mkdir(parents=True)
    line = json.dumps({"at": "2026-08-01T09:00:00.000000Z", "level": "INFO", "message": "x" * 100}) + "\n"
    for number in range(FILES):
        name = f"{FILE_NAME}.{number}" if number else FILE_NAME
        (folder / name).write_text(line * (LARGEST_BYTES // len(line)))
    began = time.process_time()
    assert len(entries(folder, limit=20)) == 20
    assert time.process_time() - began < 0.05

"""What `read_file` and `read_stdin` accept, and how each refusal reads."""

from __future__ import annotations

import io
import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onering_cli.adapters.sources import LIMIT_BYTES, read_file, read_stdin
from onering_cli.errors import UsageError
from onering_cli.generation.model import MaterialKind

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Rivers carve valleys.\r\n\tSlowly — über Jahrtausende.\n"


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refusal(path: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_file(path)
    assert caught.value.message.startswith(str(path))
    assert "\n" not in caught.value.message
    return caught.value


def test_a_text_is_read_exactly_as_it_was_written(tmp_path: Path) -> None:
    material = read_file(write(tmp_path, "notes.txt", TEXT.encode()))
    assert material.text == TEXT
    assert material.name == str(tmp_path / "notes.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_that_say_what_they_are_are_read(tmp_path: Path, encoding: str) -> None:
    assert read_file(write(tmp_path, "notes.txt", TEXT.encode(encoding))).text == TEXT


def test_utf_16_of_either_byte_order_is_read(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, "be.txt", b"\xfe\xff" + TEXT.encode("utf-16-be"))).text == TEXT


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: text.strip()))
def test_any_text_in_utf_8_comes_back_as_it_is(text: str) -> None:
    text = "Some prose. " + text
    assert read_stdin(io.BytesIO(text.encode())).text == text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.md", MaterialKind.MARKDOWN),
        ("a.MARKDOWN", MaterialKind.MARKDOWN),
        ("a.txt", MaterialKind.PLAIN),
        ("a.rst", MaterialKind.PLAIN),
        ("a.html", MaterialKind.HTML),
        ("a.htm", MaterialKind.HTML),
    ],
)
def test_the_file_name_says_how_the_text_is_marked_up(tmp_path: Path, name: str, kind: MaterialKind) -> None:
    assert read_file(write(tmp_path, name, b"<!doctype html><p># Not decided by this")).kind is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Just prose.\n\nIn two paragraphs.", MaterialKind.PLAIN),
        ("# A title\n\nProse.", MaterialKind.MARKDOWN),
        ("Prose with [a link](https://example.com).", MaterialKind.MARKDOWN),
        ("A title\n=======\n\nProse.", MaterialKind.MARKDOWN),
        ("<!-- saved --> <!-- twice -->\n<!DOCTYPE html><html><p>Prose", MaterialKind.HTML),
        ('<?xml version="1.0"?>\n<html><p>Prose', MaterialKind.HTML),
    ],
)
@pytest.mark.parametrize("name", ["README", "notes.log"])
def test_without_a_telling_name_the_content_decides(tmp_path: Path, name: str, text: str, kind: MaterialKind) -> None:
    assert read_file(write(tmp_path, name, text.encode())).kind is kind
    assert read_stdin(io.BytesIO(text.encode())).kind is kind


def test_a_run_of_comments_without_a_page_is_judged_at_once() -> None:
    assert read_stdin(io.BytesIO(b"<!---->" * 5000 + b"prose")).kind is MaterialKind.PLAIN


def test_an_html_page_is_read_in_the_encoding_it_names(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><p>Köln – “größer”</p>'
    assert "Köln – “größer”" in read_file(write(tmp_path, "page.html", page.encode("cp1252"))).text


def test_a_page_in_an_unknown_encoding_is_refused_by_its_name(tmp_path: Path) -> None:
    page = write(tmp_path, "page.html", b'<html><meta charset="unicode_escape"><p>\\x41')
    assert "'unicode_escape'" in refusal(page).message


def test_prose_that_mentions_a_charset_is_still_utf_8() -> None:
    text = 'Write <meta charset="koi8-r"> for Russian, which is прошлое.'
    assert read_stdin(io.BytesIO(text.encode())).text == text


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.md").message.endswith("does not exist")


def test_a_folder_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path).message.endswith("is a folder")


@pytest.mark.parametrize("name", ["x" * 300, "with\0zero"])
def test_an_impossible_name_is_told(tmp_path: Path, name: str) -> None:
    assert "cannot be read" in refusal(tmp_path / name).message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "secret.md", b"text")
    path.chmod(0)
    assert "may not be read" in refusal(path).message


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_file_with_nothing_in_it_is_empty(tmp_path: Path, data: bytes) -> None:
    assert refusal(write(tmp_path, "empty.md", data)).message.endswith("is empty")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "is a PDF"),
        (b"PK\x03\x04\x14\x00\x06\x00", "is a ZIP archive or an office document"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is a PNG image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "is a JPEG image"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "is binary"),
        (b"text and then\x00 a zero", "is binary"),
        (b"\x00\x80\x81\xfe", "is binary"),
        (bytes(range(1, 8)) * 50, "is binary"),
    ],
)
def test_what_is_no_text_is_named(tmp_path: Path, data: bytes, what: str) -> None:
    error = refusal(write(tmp_path, "notes.md", data))
    assert what in error.message
    assert error.hint


def test_text_full_of_escape_sequences_is_still_text() -> None:
    text = "\x1b[31mred\x1b[0m \x1b]52;c;aGk=\x07 \u202ebidi\u202c " * 100
    assert read_stdin(io.BytesIO(text.encode())).text == text


def test_a_wrong_encoding_is_told_with_the_byte_and_its_place(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "notes.txt", "Gr\xfc\xdfe aus K\xf6ln".encode("latin-1")))
    assert error.message.endswith("is not valid UTF-8: byte 0xfc at offset 2")
    assert "iconv" in error.hint
    assert error.details["offset"] == 2


def test_half_a_utf_16_character_is_told_with_its_place(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "notes.txt", "ab".encode("utf-16") + b"\x3d\xd8"))
    assert "not valid UTF-16: byte 0x3d at offset 6" in error.message


def test_a_50_mb_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    before = _bytes_read()
    assert "larger than 20 MB" in refusal(path).message
    assert _bytes_read() - before < 1_000_000


def _bytes_read() -> int:
    """What this process has read so far, as Linux counts it; 0 elsewhere."""
    try:
        with open("/proc/self/io", "rb") as file:  # noqa: PTH123 -- Path.open would read the same
            return int(file.readline().split()[1])
    except OSError:
        return 0


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    assert len(read_file(write(tmp_path, "large.txt", b"a" * LIMIT_BYTES)).text) == LIMIT_BYTES


class Endless(io.RawIOBase):
    """A stream that never ends, and counts what was taken from it."""

    taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "asked for everything"
        self.taken += size
        return b"a" * size


def test_endless_standard_input_is_left_at_the_limit() -> None:
    stream = Endless()
    with pytest.raises(UsageError, match="stdin is larger than 20 MB"):
        read_stdin(stream)  # type: ignore[arg-type]  # RawIOBase is a binary stream in all but its declared bases
    assert stream.taken < LIMIT_BYTES + 2_000_000


def test_an_endless_pipe_is_left_at_the_limit(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)

    def pour() -> None:
        with fifo.open("wb", buffering=0) as pipe:
            try:
                while True:
                    pipe.write(b"a" * 65_536)
            except BrokenPipeError:
                return

    writer = threading.Thread(target=pour)
    writer.start()
    assert "larger than 20 MB" in refusal(fifo).message
    writer.join(timeout=10)
    assert not writer.is_alive()


def test_a_pipe_with_an_end_is_read(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    os.write(write_end, TEXT.encode())
    os.close(write_end)
    assert read_file(f"/dev/fd/{read_end}").text == TEXT
    os.close(read_end)


def test_an_endless_device_ends_well() -> None:
    with pytest.raises(UsageError, match="larger than 20 MB"):
        read_file("/dev/zero")


def test_empty_standard_input_is_told() -> None:
    with pytest.raises(UsageError, match="stdin is empty"):
        read_stdin(io.BytesIO(b"\n"))


def test_standard_input_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as stream, pytest.raises(UsageError, match="standard input cannot be read"):
        read_stdin(stream)

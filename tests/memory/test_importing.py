"""``onering memory import`` of everything that it takes, and of what it must refuse."""

from __future__ import annotations

import json
import re
import struct
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from doubles.archives import tweet, tweets, write_x_archive
from doubles.repositories import write_repository

from onering_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.program import Result

    Run = Callable[..., Result]


def exported(onering: Run, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in onering("memory", "export", *arguments).out.splitlines()]


def imported(onering: Run, *arguments: str | Path) -> Any:
    result = onering("memory", "import", *arguments, "--words-only", "--json")
    assert result.code == 0, result.err
    return result.json["archives"]


def refused(onering: Run, path: Path) -> str:
    result = onering("memory", "import", path)
    assert result.code == ExitCode.USAGE, result.err
    assert "Traceback" not in result.err
    assert exported(onering) == []
    return result.err


# --- X


@pytest.mark.parametrize("wrapped", [True, False], ids=["since 2019", "before"])
def test_an_archive_of_x_comes_in_as_people_read_it(onering: Run, tmp_path: Path, *, wrapped: bool) -> None:
    short, media = "https://t.co/aaaaaaaaaa", "https://t.co/bbbbbbbbbb"
    picture = {"url": media, "media_url_https": "https://pbs.twimg.com/media/F.jpg", "type": "photo"}
    entries = [
        tweet(
            1,
            f"Cats &amp; dogs &lt;3 {short} {media}",
            entities={"urls": [{"url": short, "expanded_url": "https://example.com/long"}], "media": [picture]},
            extended_entities={"media": [picture, {**picture, "type": "video"}]},
        ),
        tweet(2, "RT @friend: not mine"),
    ]
    (archive,) = imported(onering, write_x_archive(tmp_path / "x.zip", entries, wrapped=wrapped))
    assert (archive["new"], archive["skipped"]) == (1, {"retweets": 1})
    (post,) = exported(onering)
    assert post["text"] == "Cats & dogs <3 https://example.com/long"
    assert post["url"] == f"https://x.com/ann/status/{entries[0]['id_str']}"
    assert [part["kind"] for part in post["media"]] == ["photo", "video"]
    assert post["metrics"] == [{"at": "2026-01-02T03:04:05.000000Z", "likes": 1, "reposts": 1}]
    assert (post["published_at"], post["language"]) == ("2015-01-01T00:37:00.000000Z", "en")


def test_parts_are_read_all_and_answers_to_oneself_become_threads(onering: Run, tmp_path: Path) -> None:
    first, third = tweet(1, "One"), tweet(3, "Three")
    second = tweet(2, "Two", in_reply_to_status_id_str=first["id_str"])
    third["in_reply_to_status_id_str"] = second["id_str"]
    other = tweet(4, "@bob no", in_reply_to_status_id_str="1000")
    (archive,) = imported(onering, write_x_archive(tmp_path / "x.zip", [third, other, second, first], parts=3))
    assert archive["new"] == 4
    assert [(post["text"], post["kind"]) for post in exported(onering)] == [
        ("One", "thread"),
        ("Two", "thread"),
        ("Three", "thread"),
        ("@bob no", "reply"),
    ]


def test_a_note_tweet_replaces_its_beginning(onering: Run, tmp_path: Path) -> None:
    path = write_x_archive(tmp_path / "x.zip", [tweet(1, "A long thought that goes on and… https://t.co/cccccccccc")])
    core = {"text": "A long thought that goes on and on to its end.", "urls": []}
    note = {"noteTweet": {"noteTweetId": "9", "createdAt": "2015-01-01T00:37:00.000Z", "core": core}}
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("data/note-tweet.js", f"window.YTD.note_tweet.part0 = {json.dumps([note])}")
    imported(onering, path)
    assert [post["text"] for post in exported(onering)] == [core["text"]]


def test_a_folder_and_a_tar_are_archives_too_and_hold_the_same_posts(onering: Run, tmp_path: Path) -> None:
    path = write_x_archive(tmp_path / "x.zip", tweets(30))
    (zipped,) = imported(onering, path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")  # noqa: S202 - made above
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as packed:
        packed.add(tmp_path / "folder", "archive")
    for other in (tmp_path / "folder", tmp_path / "x.tar.gz"):
        (again,) = imported(onering, other)
        assert (again["new"], again["known"]) == (0, zipped["new"])


def test_twice_imports_nothing_twice_and_an_older_archive_adds_what_it_alone_has(onering: Run, tmp_path: Path) -> None:
    entries = list(tweets(50))
    (first,) = imported(onering, write_x_archive(tmp_path / "new.zip", entries[20:]))
    (again,) = imported(onering, tmp_path / "new.zip")
    assert (again["unchanged"], again["new"]) == (True, 0)
    (older,) = imported(onering, write_x_archive(tmp_path / "old.zip", entries[:40]))
    assert older["known"] > 0
    total = onering("memory", "stats", "--json").json["posts"]
    assert total == first["new"] + older["new"]


def test_strange_entries_are_counted_and_the_rest_is_taken(onering: Run, tmp_path: Path) -> None:
    entries: list[Any] = [
        tweet(1, "Whole"),
        tweet(1, "A duplicate id"),
        {"full_text": 7},
        [],
        "text",
        tweet(2, "🎉🎉🎉"),
        tweet(3, "https://example.com/only-a-link"),
        tweet(4, "日本語とEnglish混ざる"),
        {**tweet(5, "Out of range"), "created_at": "Wed Foo 99 25:61:61 +0000 99999", "id_str": "5", "id": "5"},
        {**tweet(6, "Dated by its id"), "created_at": None},
    ]
    (archive,) = imported(onering, write_x_archive(tmp_path / "x.zip", entries))
    assert (archive["new"], archive["known"], archive["skipped"]) == (6, 1, {"entries that are no posts": 3})
    dates = {post["text"]: post.get("published_at") for post in exported(onering)}
    assert dates["Out of range"] is None
    assert dates["Dated by its id"] == "2015-01-01T03:42:00.000000Z"


# --- Others


def test_a_mastodon_outbox_comes_in_without_boosts_and_direct_messages(onering: Run, tmp_path: Path) -> None:
    public = "https://www.w3.org/ns/activitystreams#Public"
    note = {
        "id": "https://social.example.com/users/ann/statuses/1",
        "type": "Note",
        "inReplyTo": None,
        "published": "2024-05-06T07:08:09Z",
        "url": "https://social.example.com/@ann/1",
        "to": [public],
        "content": '<p>One &amp; two<br>three <a href="https://example.com/a/long/way"><span class="invisible">https://'
        '</span><span class="ellipsis">example.com/a</span></a></p><p>by <a href="https://x.example.com" '
        'class="u-url mention">@<span>bob</span></a></p>',
        "contentMap": {"en": "…"},
        "attachment": [{"mediaType": "image/png", "url": "/media/1.png", "name": "A cat"}],
    }
    activities = [
        {"type": "Create", "object": note},
        {"type": "Announce", "object": "https://other.example.com/1"},
        {"type": "Create", "object": {**note, "id": "https://x/2", "to": ["https://other.example.com/users/bob"]}},
        {"type": "Create", "object": {**note, "id": "https://x/3", "inReplyTo": note["id"], "content": "<p>Next</p>"}},
    ]
    outbox = {"@context": "…", "id": "outbox.json", "type": "OrderedCollection", "orderedItems": activities}
    (tmp_path / "outbox.json").write_text(json.dumps(outbox), encoding="utf-8")
    (archive,) = imported(onering, tmp_path / "outbox.json")
    assert archive["skipped"] == {"boosts": 1, "direct messages": 1}
    first, second = sorted(exported(onering), key=lambda post: str(post["id"]))
    assert first["text"] == "One & two\nthree https://example.com/a/long/way\n\nby @bob"
    assert first["media"] == [{"kind": "photo", "location": "/media/1.png", "alt": "A cat"}]
    assert (first["kind"], second["kind"], first["language"]) == ("thread", "thread", "en")


def test_a_bluesky_repository_and_its_records_give_the_same_posts(onering: Run, tmp_path: Path) -> None:
    did, link = "did:plc:abc", "https://example.com/a/long/address"
    text = "Grüße example.com/a/lon... und mehr"
    start = len("Grüße ".encode())
    facet = {
        "index": {"byteStart": start, "byteEnd": start + len("example.com/a/lon...")},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": link}],
    }
    record: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2024-05-06T07:08:09.123Z",
        "langs": ["de"],
        "facets": [facet],
    }
    answer = {
        **record,
        "text": "Next",
        "createdAt": "2024-05-06T07:08:10Z",
        "facets": [],
        "reply": {"parent": {"uri": f"at://{did}/app.bsky.feed.post/1"}},
    }
    records = {"app.bsky.feed.post/1": record, "app.bsky.feed.post/2": answer}
    reposts = {"app.bsky.feed.repost/1": {"$type": "app.bsky.feed.repost", "createdAt": "2024-05-06T07:08:09Z"}}
    write_repository(tmp_path / "repo.car", did, {**records, **reposts})
    (archive,) = imported(onering, tmp_path / "repo.car")
    assert (archive["new"], archive["skipped"]) == (2, {"reposts": 1})
    first, _ = exported(onering)
    assert first["text"] == f"Grüße {link} und mehr"
    assert first["url"] == "https://bsky.app/profile/did:plc:abc/post/1"
    listed = [{"uri": f"at://{did}/{key}", "cid": "b", "value": value} for key, value in records.items()]
    (tmp_path / "records.json").write_text(json.dumps({"records": listed}), encoding="utf-8")
    (again,) = imported(onering, tmp_path / "records.json")
    assert (again["new"], again["known"]) == (0, 2)


def test_lines_of_json_and_notes_come_in_under_the_account_that_is_named(onering: Run, tmp_path: Path) -> None:
    lines = ['{"text": "From a line", "account": "bob"}', "no json", '{"id": 1}', "", '[{"text": "a list"}]']
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "one.md").write_text("---\ndate: 2024-05-06\ntitle: x\n---\n# A note\n", encoding="utf-8")
    (tmp_path / "two.md").write_bytes(b"\xff\xfe broken")
    given = [tmp_path / name for name in ("a.jsonl", "one.md", "two.md")]
    lined, notes = imported(onering, *given)
    assert lined["skipped"] == {"lines that are no JSON objects": 2, "lines without a text": 1}
    assert (notes["new"], notes["skipped"]) == (1, {"files that are not UTF-8 text": 1})
    assert {post["account"] for post in exported(onering)} == {"bob", "default"}
    onering("memory", "forget", "--all", "--yes")
    imported(onering, *given, "--account", "work")
    assert {post["account"] for post in exported(onering)} == {"work"}


# --- What must be refused


def test_what_is_no_archive_is_told_in_one_sentence(onering: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.bin").write_bytes(bytes(range(256)))
    (tmp_path / "a.zip").write_bytes(b"PK but no zip")
    (tmp_path / "a.jsonl").write_text("<html>\n</html>\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("IMG_1.jpg", b"...")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("data/manifest.js", "window.x = {}")
    assert "holds nothing" in refused(onering, tmp_path / "empty")
    assert "a.bin is no archive" in refused(onering, tmp_path / "a.bin")
    assert "no zip file" in refused(onering, tmp_path / "a.zip")
    assert "JSONL" in refused(onering, tmp_path / "a.jsonl")
    assert "IMG_1.jpg" in refused(onering, tmp_path / "photos.zip")
    assert "no tweets.js" in refused(onering, tmp_path / "other.zip")
    assert "there is no file" in refused(onering, tmp_path / "absent.zip")


def test_names_that_point_out_of_a_zip_are_refused(onering: Run, tmp_path: Path) -> None:
    for name in ("../evil.txt", "data/../../evil.txt", "/etc/evil", "..\\evil"):
        path = write_x_archive(tmp_path / "x.zip", [tweet(1, "A")])
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, "x")
        assert "points out of the archive" in refused(onering, path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["home", "x.zip"]


def test_a_zip_bomb_is_refused_by_what_it_says_of_itself(onering: Run, tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("tweets.js", "w") as member,
    ):
        for _ in range(80):
            member.write(b"[" + b" " * (1 << 20))
    assert "bomb" in refused(onering, tmp_path / "bomb.zip")


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too(onering: Run, tmp_path: Path) -> None:
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tweets.js", b"[" + b" " * (9 << 20))
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 1000)  # the size in the directory, which readers go by
    path.write_bytes(content)
    assert "damaged" in refused(onering, path)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_a_truncated_zip_changes_nothing(onering: Run, tmp_path: Path, share: float) -> None:
    path = write_x_archive(tmp_path / "x.zip", tweets(200))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert "cut off or damaged" in refused(onering, path)


def test_what_was_whole_before_a_damage_is_kept_and_not_read_again(onering: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    whole = json.dumps([{"tweet": entry} for entry in tweets(60)])
    (folder / "tweets.js").write_text(f"window.YTD.tweets.part0 = {whole}"[:-900], encoding="utf-8")
    result = onering("memory", "import", tmp_path / "data", "--words-only")
    assert result.code == ExitCode.USAGE
    assert re.search(r"cut off after 5\d entries", result.err)
    before = len(exported(onering))
    assert before > 50
    (folder / "tweets.js").write_text(f"window.YTD.tweets.part0 = {whole}", encoding="utf-8")
    (archive,) = imported(onering, tmp_path / "data")
    assert archive["known"] == before


def test_deeply_nested_json_is_damage_not_a_crash(onering: Run, tmp_path: Path) -> None:
    (tmp_path / "tweets.js").write_text("x = [" + "[" * 200_000, encoding="utf-8")
    assert "damaged" in refused(onering, tmp_path / "tweets.js")


# --- Forgetting


def test_what_is_forgotten_is_gone_and_can_come_back(onering: Run, tmp_path: Path) -> None:
    path = write_x_archive(tmp_path / "x.zip", tweets(40))
    onering("memory", "import", path)
    total = len(exported(onering))
    assert onering("memory", "forget").code == ExitCode.USAGE
    assert onering("memory", "forget", "--before", "2015-01-01T12:00").code == ExitCode.USAGE  # nobody can be asked
    result = onering("memory", "forget", "--before", "2015-01-01T12:00", "--yes", "--json").json
    assert 0 < result["forgotten"] < total
    assert len(exported(onering)) == total - result["forgotten"]
    assert onering("memory", "stats", "--json").json["pending"] == 0
    imported(onering, path)
    assert len(exported(onering)) == total
    assert onering("memory", "forget", "--source", str(path), terminal=True, answers="n\n").code == 0
    assert len(exported(onering)) == total
    onering("memory", "forget", "--source", str(path), terminal=True, answers="y\n")
    assert exported(onering) == []


# --- How it looks


def test_a_person_sees_how_far_it_is_and_a_summary_in_whatever_width(onering: Run, tmp_path: Path) -> None:
    path = write_x_archive(tmp_path / "x.zip", tweets(60))
    result = onering("memory", "import", path, terminal=True)
    assert "60 read" in result.err
    assert "made searchable by meaning" in result.err
    assert "(x): 59 new, 0 known already" in result.out
    assert "left out: 1 retweets" in result.out
    assert "ACCOUNT" in onering("memory", "stats", terminal=True).out
    assert onering("memory", "stats", terminal=True, width=20).out == "default (x): 59 posts\n"
    assert "imported before, nothing new" in onering("memory", "import", path).out


def test_many_posts_without_vectors_are_told_of_and_few_get_them_at_once(onering: Run, tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"Thought {number}"}) for number in range(2_001)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    imported(onering, tmp_path / "a.jsonl")
    assert "2,001 posts cannot be found by meaning yet" in onering("search", "thought", "--meaning").err
    onering("memory", "forget", "1", "--yes")
    assert onering("search", "thought", "--meaning").out
    assert onering("memory", "stats", "--json").json["pending"] == 0

"""The JSON object that posting promises to scripts, as a check that every answer has to pass."""

from __future__ import annotations

from typing import Any

STATUSES = {"planned", "posted", "partial", "held", "unknown", "blocked", "rolled_back"}
STATES = {"planned", "sending", "sent", "unknown", "held", "blocked", "deleting", "deleted"}
KEYS = {"operation", "status", "draft", "run", "account", "root", "posts", "remaining", "warnings", "cost_usd"}
FURTHER = {"post": {"repeats"}, "thread.status": {"explanation", "next"}}
POST_KEYS = {"index", "state", "id", "url", "weight"}


def check_report(told: dict[str, Any], *, operation: str, code: int) -> None:
    """Fail unless this is the object that was promised for how a command ended."""
    assert told.keys() == KEYS | FURTHER.get(operation, set()) | ({"error"} if code else set())
    assert told["operation"] == operation
    # A reference that names no run leaves nothing whose status could be told.
    assert told["status"] in STATUSES if told["run"] or operation == "post" else told["status"] is None
    for name in ("draft", "run", "account"):
        assert told[name] is None or (isinstance(told[name], str) and told[name])
    assert told["root"].keys() == {"id", "url"}
    _check_posts(told)
    assert all(isinstance(warning, str) and warning for warning in told["warnings"])
    assert isinstance(told["cost_usd"], float)
    if code:
        assert told["error"].keys() >= {"code", "message", "hint"}
        assert all(isinstance(told["error"][name], str) for name in ("code", "message", "hint"))


def _check_posts(told: dict[str, Any]) -> None:
    posts = told["posts"]
    assert [post["index"] for post in posts] == list(range(1, len(posts) + 1))
    for post in posts:
        # Without a run, `--dry-run` tells all that would be sent; a run's posts have these keys and no others.
        assert post.keys() == POST_KEYS if told["run"] else post.keys() >= POST_KEYS
        assert post["state"] in STATES
        assert (post["id"] is None) == (post["url"] is None)
        assert post["id"] is None or (isinstance(post["id"], str) and post["id"])
        assert isinstance(post["weight"], int)
        assert post["id"] is not None or post["state"] not in {"sent", "deleting", "deleted"}
    assert told["remaining"] == sum(post["state"] != "sent" for post in posts)
    assert told["root"] == ({name: posts[0][name] for name in ("id", "url")} if posts else {"id": None, "url": None})

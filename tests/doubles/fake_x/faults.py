"""What can go wrong on the wire, as data that a test or another process scripts."""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

CREATE = "POST /2/tweets"
HANG_FOR_EVER_S = 1e9


@dataclass(frozen=True, slots=True)
class Fault:
    """One departure from good service.

    Args:
        route: Method and path as a shell pattern (``POST /2/tweets``, ``GET /2/users/*/tweets``).
        reads: Whether the request is read at all; if not, the connection is reset with its bytes unread.
        commits: Whether the request takes effect.
        late_s: It takes effect so many seconds later on the server's clock, and nobody hears of it.
        problem: Answer with this named problem (`problems.NAMED`).
        status: Answer with this status instead of the real one.
        body: Answer with this body instead of the real one.
        content_type: And this content type.
        location: And this ``Location``.
        cut_after_bytes: Close after so many bytes of the answer, head included; below zero counts from its end.
        hang_s: Keep silent so long before the answer (until `release`, at most).
        drip_s: Send the answer byte by byte, with so many seconds between them.
        skip: Leave the first so many matching requests alone.
        times: How many requests it strikes.
    """

    route: str = CREATE
    reads: bool = True
    commits: bool = True
    late_s: float | None = None
    problem: str = ""
    status: int | None = None
    body: str | None = None
    content_type: str = "application/json; charset=utf-8"
    location: str = ""
    cut_after_bytes: int | None = None
    hang_s: float = 0.0
    drip_s: float = 0.0
    skip: int = 0
    times: int = 1

    def matches(self, method: str, path: str) -> bool:
        """Whether it strikes this request."""
        return fnmatch.fnmatchcase(f"{method} {path}", self.route)


NAMED: dict[str, Fault] = {
    "drop_before_read": Fault(reads=False, commits=False),
    "drop_before_accept": Fault(commits=False, cut_after_bytes=0),
    "drop_after_accept": Fault(cut_after_bytes=0),
    "drop_in_status_line": Fault(cut_after_bytes=9),
    "drop_in_headers": Fault(cut_after_bytes=40),
    "drop_in_body": Fault(cut_after_bytes=-5),
    "truncated_201": Fault(status=201, body='{"data":{"id":"12345'),
    "html_201": Fault(status=201, body="<html><body>Something went wrong</body></html>", content_type="text/html"),
    "html_200": Fault(status=200, body="<html><body>Something went wrong</body></html>", content_type="text/html"),
    "list_201": Fault(status=201, body="[]"),
    "empty_201": Fault(status=201, body=""),
    "no_id_201": Fault(status=201, body='{"data":{}}'),
    "bad_id_201": Fault(status=201, body='{"data":{"id":"../../etc"}}'),
    "no_content_204": Fault(status=204, body=""),
    "errors_200": Fault(status=200, body='{"errors":[{"title":"Internal Error","detail":"Try again."}]}'),
    "redirect_302": Fault(status=302, body="", location="/2/tweets"),
    "overloaded_before": Fault(commits=False, problem="overloaded"),
    "overloaded_after": Fault(problem="overloaded"),
    "html_502_after": Fault(status=502, body="<html>Bad gateway</html>", content_type="text/html"),
    "hang_before": Fault(commits=False, hang_s=HANG_FOR_EVER_S),
    "hang_after": Fault(hang_s=HANG_FOR_EVER_S),
    "drip": Fault(drip_s=0.05),
    "accept_late": Fault(late_s=30.0, hang_s=HANG_FOR_EVER_S),
}


def fault(name: str, **changes: Any) -> Fault:
    """A named fault, with changes."""
    return replace(NAMED[name], **changes)


def refusal(problem: str, **changes: Any) -> Fault:
    """An answer with a named problem, without effect."""
    return replace(Fault(commits=False, problem=problem), **changes)


def from_json(record: Mapping[str, Any]) -> Fault:
    """A fault as the admin endpoint takes it: ``{"name": …}`` or ``{"problem": …}`` and any field of `Fault`."""
    changes = {key: value for key, value in record.items() if key != "name"}
    if "name" in record:
        return fault(str(record["name"]), **changes)
    if "problem" in record and "commits" not in record:
        changes["commits"] = False
    return replace(Fault(), **changes)


@dataclass(slots=True)
class Script:
    """The faults still to come, in order; the first that matches a request strikes it."""

    waiting: list[Fault] = field(default_factory=list)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, which is then used up (or passed over once)."""
        for index, candidate in enumerate(self.waiting):
            if not candidate.matches(method, path):
                continue
            if candidate.skip:
                self.waiting[index] = replace(candidate, skip=candidate.skip - 1)
                continue
            if candidate.times > 1:
                self.waiting[index] = replace(candidate, times=candidate.times - 1)
            else:
                del self.waiting[index]
            return candidate
        return None

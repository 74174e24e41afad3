"""The error answers of the X API, worded as the service words them.

Shapes: https://docs.x.com/x-api/fundamentals/response-codes-and-errors (read November 2026). The wording of `detail` is
what the service was seen to send, as collected in the publishing notes; only the text of `detail` tells a duplicate
from any other 403.
"""

from dataclasses import dataclass

_PROBLEMS = "https://api.twitter.com/2/problems/"


@dataclass(frozen=True, slots=True)
class Problem:
    """One way the service says no: the status, the body, and which reset headers come with it."""

    status: int
    body: dict[str, object]
    exhausted: str = ""  # "15min" or "24h": that window is spent, and its headers say until when


def _forbidden(detail: str) -> Problem:
    return Problem(403, {"detail": detail, "type": "about:blank", "title": "Forbidden", "status": 403})


DUPLICATE = _forbidden("You are not allowed to create a Tweet with duplicate content.")
NOT_VISIBLE = _forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
NOT_SUMMONED = _forbidden(
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)
FORBIDDEN = _forbidden("You are not permitted to perform this action.")
TOO_LONG = _forbidden("Your Tweet text is too long. For more information see https://docs.x.com/fundamentals.")
NOT_YOURS = _forbidden("You are not authorized to delete this Tweet.")
SPEND_CAP = Problem(
    403,
    {
        "title": "SpendCapReached",
        "detail": "Your account has hit its spending limit for this billing cycle.",
        "type": _PROBLEMS + "credits",
        "status": 403,
    },
)
CREDITS = Problem(
    402,
    {
        "title": "CreditsDepleted",
        "detail": "Your enrolled account [1234567890] does not have any credits to fulfill this request.",
        "type": _PROBLEMS + "credits",
        "account_id": 1234567890,
    },
)
UNAUTHORIZED = Problem(401, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"})
RATE_15MIN = Problem(
    429, {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}, "15min"
)
RATE_24H = Problem(
    429, {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}, "24h"
)
USAGE_CAPPED = Problem(
    429,
    {
        "account_id": 1234567890,
        "product_name": "standard-basic",
        "title": "UsageCapExceeded",
        "period": "Monthly",
        "scope": "Product",
        "detail": "Usage cap exceeded: Monthly product cap",
        "type": _PROBLEMS + "usage-capped",
    },
)
OVERLOADED = Problem(
    503, {"title": "Service Unavailable", "detail": "Service Unavailable", "type": "about:blank", "status": 503}
)
NOT_FOUND = Problem(404, {"title": "Not Found", "detail": "Not Found", "type": "about:blank", "status": 404})

NAMED = {
    "duplicate": DUPLICATE,
    "reply_not_visible": NOT_VISIBLE,
    "summoned": NOT_SUMMONED,
    "forbidden": FORBIDDEN,
    "too_long": TOO_LONG,
    "spend_cap": SPEND_CAP,
    "credits": CREDITS,
    "unauthorized": UNAUTHORIZED,
    "rate_15min": RATE_15MIN,
    "rate_24h": RATE_24H,
    "usage_capped": USAGE_CAPPED,
    "overloaded": OVERLOADED,
    "not_found": NOT_FOUND,
}


def invalid(message: str) -> Problem:
    """A 400 that says which parameter is wrong."""
    return Problem(
        400,
        {
            "errors": [{"message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": _PROBLEMS + "invalid-request",
        },
    )


def missing(resource_id: str) -> dict[str, object]:
    """What a lookup by id answers, with status 200, when there is no such post."""
    return {
        "errors": [
            {
                "value": resource_id,
                "detail": f"Could not find tweet with id: [{resource_id}].",
                "title": "Not Found Error",
                "resource_type": "tweet",
                "parameter": "id",
                "resource_id": resource_id,
                "type": _PROBLEMS + "resource-not-found",
            }
        ]
    }


class RefusedError(Exception):
    """Raised by a route to answer with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem.body.get("detail", "")))
        self.problem = problem

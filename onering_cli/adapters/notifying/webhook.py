"""Tells a person through an address of theirs that takes JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.adapters.notifying.programs import body, title
from onering_cli.adapters.patience import within
from onering_cli.clock import to_iso
from onering_cli.errors import TryLaterError
from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from onering_cli.scheduling.notices import Notice

WAIT_S = 5.0
_OK = range(200, 300)


class WebhookChannel:
    """Satisfies `Channel` with a POST; a redirect is not followed, and what is answered is not read.

    Args:
        url: http or https; the user's own choice, so that it may be on this machine.
    """

    name = "notify.webhook"

    def __init__(self, url: str) -> None:
        self._url = url

    def tell(self, notice: Notice) -> None:
        """Send the message: ``text`` is what chat services show, the rest is for programs."""
        document = {
            "text": f"{title(notice)}\n{body(notice)}",
            "kind": notice.kind.value,
            "account": notice.account,
            "message": printable(notice.message),
            "hint": printable(notice.hint),
            "at": to_iso(notice.at),
        }
        try:
            status = within(WAIT_S, lambda: self._post(document))
        except TimeoutError as exc:
            raise TryLaterError(f"the webhook did not answer within {WAIT_S:g} s") from exc
        if status not in _OK:
            raise TryLaterError(f"the webhook answered {status}")

    def _post(self, document: dict[str, str]) -> int:
        import requests

        try:
            with requests.post(self._url, json=document, timeout=WAIT_S, allow_redirects=False, stream=True) as answer:
                return answer.status_code
        except requests.RequestException as exc:
            # Not its words, which have the address in them: whoever knows that can write to the person's channel.
            raise TryLaterError(f"the webhook cannot be reached: {type(exc).__name__}") from exc

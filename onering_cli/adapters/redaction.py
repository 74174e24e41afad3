"""Takes secrets out of what is about to be written down: by the names they stand under, by how they look, by value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from math import isfinite

MARK = "[redacted]"

_SHORTEST_SECRET = 6  # shorter ones cannot be told from ordinary words
_LONGEST_TEXT = 8_000
_READ_BEFORE_CUTTING = 200_000  # a secret that is cut in two before it is redacted would no longer be recognised
_DEEPEST = 6
_MOST_ITEMS = 20

# Words that make the name of a field a secret's name. Counts of tokens are no secrets, and models report many of them.
_TELLING_WORDS = (
    r"token(?!s)|secret|passw(?:or)?d|passphrase|api[_-]?key|(?:access|consumer|private|secret|signing)[_-]?key"
    r"|authorization|signature|verifier|credential|cookie"
)


class Redactor:
    """Knows the secrets that were used so far, and what secrets look like."""

    def __init__(self) -> None:
        self._values: set[str] = set()

    def learn(self, value: str) -> None:
        """Redact this value from now on, as it is and as it looks in addresses and in JSON."""
        for secret in _parts(value):
            if len(secret) >= _SHORTEST_SECRET:
                self._values |= _spellings(secret)

    def learn_environment(self, environment: Mapping[str, str]) -> None:
        """Redact, from now on, what stands in the environment under a secret's name, used or not."""
        for name, value in environment.items():
            if _is_secret_name(name):
                self.learn(value)

    def text(self, text: str) -> str:
        """The text without secrets."""
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, MARK)
        for pattern, replacement in _patterns():
            text = pattern.sub(replacement, text)
        return text

    def opening(self, text: str) -> str:
        """The text without secrets, cut where it grows too long for a log."""
        clean = self.text(text[:_READ_BEFORE_CUTTING])
        return clean if len(clean) <= _LONGEST_TEXT else clean[:_LONGEST_TEXT] + "…"

    def ending(self, text: str) -> str:
        """The end of the text, where a traceback says most, without secrets."""
        return self.text(text[-_READ_BEFORE_CUTTING:])[-_LONGEST_TEXT:]

    def structure(self, value: object, *, depth: int = 0) -> object:
        """The value as JSON can hold it, without secrets: those under a secret's name, and those within texts."""
        if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and isfinite(value)):
            return value
        if depth >= _DEEPEST:
            return "…"
        if isinstance(value, Mapping):
            items = list(value.items())[:_MOST_ITEMS]
            return {self.text(str(key)): self._under(str(key), found, depth) for key, found in items}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.structure(item, depth=depth + 1) for item in list(value)[:_MOST_ITEMS]]
        return self.opening(value if isinstance(value, str) else _shown(value))

    def _under(self, key: str, value: object, depth: int) -> object:
        if value is None or isinstance(value, bool) or not _is_secret_name(key):
            return self.structure(value, depth=depth + 1)
        return MARK


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception as exc:  # noqa: BLE001 -- whatever a stranger's repr raises must not stop what is being logged
        return f"<{type(value).__name__}, whose repr raises {type(exc).__name__}>"


def _is_secret_name(name: str) -> bool:
    return bool(_secret_name().search(name))


@cache
def _secret_name() -> re.Pattern[str]:
    return re.compile(rf"^key$|{_TELLING_WORDS}", re.IGNORECASE)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What secrets look like, each with what takes its place; every pattern is linear in the text."""
    alone = r"(?<![A-Za-z0-9])"
    named = (
        rf"(?<![\w-])((?:[\w-]{{0,64}}?(?:{_TELLING_WORDS})[\w-]{{0,32}})[\"']?\s{{0,4}}(?:=>|[:=])\s{{0,4}})"
        r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;&\"'}\])]+)"
    )
    return tuple(
        (re.compile(pattern), replacement)
        for pattern, replacement in (
            (r"(?s)-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END|\Z)", MARK),
            (r"(?i)(\b(?:proxy-)?authorization|\b(?:set-)?cookie)([\"']?\s{0,4}[:=]\s{0,4})[^\r\n]+", rf"\1\2{MARK}"),
            (r"(?i)\b(OAuth\s{1,4})oauth_[^\r\n]*", rf"\1{MARK}"),
            (r"(?i)\b((?:Bearer|Basic)\s{1,4})[A-Za-z0-9._~+/=%-]{6,}", rf"\1{MARK}"),
            (r"(://)[^/\s@\"']{1,512}@", rf"\1{MARK}@"),
            # Groq, Stripe (https://docs.stripe.com/keys), its webhooks, and the sk- of OpenAI-compatible services
            (alone + r"(?:gsk_|[sr]k_(?:live|test)_|whsec_|sk-)[A-Za-z0-9_-]{6,}", MARK),
            # X: an OAuth 1.0a access token opens with the user's number, an app's bearer token with a row of A
            (alone + r"\d{5,20}-[A-Za-z0-9]{30,64}", MARK),
            (alone + r"A{12,}[A-Za-z0-9%]{30,}", MARK),
            (alone + r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?", MARK),
            (rf"(?i){named}", rf"\1{MARK}"),
            (r"(?i)([?&](?:code|key|sig|state)=)[^&\s#\"']+", rf"\1{MARK}"),
        )
    )


def _parts(value: str) -> list[str]:
    """The secrets within a secret: a set of tokens is kept as one JSON object."""
    parts = [value, *value.split()]
    if value.startswith("{"):
        try:
            document = json.loads(value)
        except ValueError:
            return parts
        parts += [text for text in document.values() if isinstance(text, str)]
    return parts


def _spellings(secret: str) -> set[str]:
    from urllib.parse import quote, quote_plus

    return {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1]}

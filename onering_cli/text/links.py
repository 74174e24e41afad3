"""Links in a text, found where twitter-text 3.1.0 finds them.

The reference is one large expression over UTF-16 units, tried at every offset. Here the same rules run in linear time:
a link's domain lies in one run of characters that a domain may hold, around a dot that a top-level domain follows. Half
a character can matter to them, so a text with characters beyond U+FFFF is searched with each as its two surrogates.
This module is slow to import and quick to use: `weights` loads it when a text has a dot before a letter.
"""

import re
from collections.abc import Iterator

from onering_cli.record import record
from onering_cli.text.entity_characters import (
    LATIN_DOMAIN,
    NOT_BEFORE_LINK,
    OUTSIDE_DOMAIN,
    PATH,
    PATH_END,
    QUERY,
    QUERY_END,
)
from onering_cli.text.top_level_domains import ASCII_DOMAINS, INTERNATIONAL_DOMAINS

_MAX_URL_LENGTH = 4096
_MAX_SLUG_LENGTH = 40
_MAX_LABEL_LENGTH = 63
_DEFAULT_PROTOCOL = "https://"

_DOT = re.compile(r"\.(?=[^\x00-@\[-`{-\x7f])")
_ASCII_NAME = re.compile(r"[0-9A-Za-z]+")
_PUNYCODE_NAME = re.compile(r"[xX][nN]--[-0-9a-zA-Z]+")
_DOMAIN_RUN = re.compile(rf"[^{OUTSIDE_DOMAIN}]*")
_NOT_BEFORE = re.compile(rf"[{NOT_BEFORE_LINK}]")
_LATIN_CHAIN = re.compile(rf"(?:[{LATIN_DOMAIN}]+\.)+")
_PORT = re.compile(r":[0-9]+")
_PATH_RUN = re.compile(rf"[{PATH}]*")
_UP_TO_PATH_END = re.compile(rf".*[{PATH_END}]")
_QUERY = re.compile(rf"\?[{QUERY}]*[{QUERY_END}]")
_SHORT_LINK = re.compile(
    rf"[hH][tT][tT][pP][sS]?://[tT]\.[cC][oO]/(?P<slug>[A-Za-z0-9]+)(?:\?[{QUERY}]*[{QUERY_END}])?"
)


_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@record
class Link:
    """A link from `start` to `end`; `length` characters from `start` on are what X replaces.

    The two differ where a bare domain is cut out of a longer one in another script; then X may even replace half a
    character beyond U+FFFF, and count the other half for itself.
    """

    start: int
    end: int
    length: int
    ends_in_half: bool = False


def find_links(text: str) -> list[Link]:
    """The links of `text` in order."""
    if text.isascii() or _ASTRAL.search(text) is None:
        return _links_in_units(text)
    units = _ASTRAL.sub(lambda point: _surrogates(ord(point[0]) - 0x10000), text)
    links = []
    unit = pairs = 0
    for link in _links_in_units(units):
        pairs += len(_PAIR.findall(units, unit, link.start))
        unit = link.start
        before_end = len(_PAIR.findall(units, unit, link.end))
        replaced = units[unit : unit + link.length]
        ends_in_half = "\ud800" <= replaced[-1] <= "\udbff" and _PAIR.match(units, unit + link.length - 1) is not None
        length = link.length - len(_PAIR.findall(replaced))
        links.append(Link(unit - pairs, link.end - pairs - before_end, length, ends_in_half))
    return links


def _surrogates(offset: int) -> str:
    return chr(0xD800 + (offset >> 10)) + chr(0xDC00 + (offset & 0x3FF))


def _links_in_units(units: str) -> list[Link]:
    links: list[Link] = []
    searched = consumed = 0
    while (dot := _next_domain_dot(units, searched)) is not None:
        run = _Run(units, searched, dot)
        searched = run.end
        while consumed < run.end and (candidate := run.next_candidate(consumed)) is not None:
            links.extend(candidate.links())
            consumed = candidate.end
            searched = max(searched, consumed)
    return links


class _Candidate:
    """What the reference's expression matched, before the checks that follow it."""

    __slots__ = ("domain_end", "domain_start", "end", "has_path", "start", "units")

    def __init__(self, units: str, start: int, domain_start: int, domain_end: int) -> None:
        self.units = units
        self.start = start
        self.domain_start = domain_start
        self.domain_end = domain_end
        port = _PORT.match(units, domain_end)
        path_start = port.end() if port else domain_end
        self.has_path = units.startswith("/", path_start)
        path_end = _path_end(units, path_start + 1) if self.has_path else path_start
        query = _QUERY.match(units, path_end)
        self.end = query.end() if query else path_end

    def links(self) -> Iterator[Link]:
        protocol_length = self.domain_start - self.start
        domain = self.units[self.domain_start : self.domain_end]
        length = (protocol_length or len(_DEFAULT_PROTOCOL)) + self.end - self.start
        if length > _MAX_URL_LENGTH or not _is_valid(domain):
            return
        if protocol_length:
            yield from self._short_or_whole()
        elif self.start == 0 or self.units[self.start - 1] not in "-_./":
            yield from self._bare_links(domain)

    def _short_or_whole(self) -> Iterator[Link]:
        """The link itself; t.co takes no further path, and no slug above 40 characters."""
        short = _SHORT_LINK.match(self.units, self.start, self.end)
        if short is None:
            yield Link(self.start, self.end, self.end - self.start)
        elif len(short["slug"]) <= _MAX_SLUG_LENGTH:
            yield Link(self.start, short.end(), short.end() - self.start)

    def _bare_links(self, domain: str) -> Iterator[Link]:
        latin = [domain[start:end] for start, end in _latin_domains(domain)]
        end = 0
        for number, name in enumerate(latin, 1):
            # The reference looks its finding up again, and so may hit the same letters earlier in the domain.
            start = domain.find(name, end)
            end = start + len(name)
            if number == len(latin) and self.has_path:
                yield Link(self.start + start, self.end, len(name) + self.end - self.domain_end)
            else:
                yield Link(self.start + start, self.start + end, len(name))


class _Run:
    """The characters around a dot that a domain may hold, cut into labels at its dots."""

    __slots__ = ("_domains", "_ends", "_label", "_labels", "_protocol_tried", "_units", "end", "start")

    def __init__(self, units: str, floor: int, dot: int) -> None:
        self.start = dot - _run_end(_DOMAIN_RUN, units[floor:dot][::-1], 0)
        self.end = _run_end(_DOMAIN_RUN, units, dot)
        self._units = units
        self._label = 0
        self._protocol_tried = False
        self._labels: list[tuple[int, int]] = []
        start = self.start
        for label in units[self.start : self.end].split("."):
            self._labels.append((start, start + len(label)))
            start += len(label) + 1
        self._domains = [_top_level_end(units, start) for start, _ in self._labels[1:]]
        self._ends = self._domain_ends()

    def _domain_ends(self) -> list[int | None]:
        """For each label the end of the longest domain that starts with it."""
        ends: list[int | None] = [None] * len(self._labels)
        for number in range(len(self._labels) - 2, -1, -1):
            start, end = self._labels[number]
            if start < end and self._units[start] not in "-_" and self._units[end - 1] not in "-_":
                ends[number] = ends[number + 1]
                if ends[number] is None and self._units.find("_", start, end) < 0:
                    ends[number] = self._domains[number]
        return ends

    def next_candidate(self, consumed: int) -> _Candidate | None:
        """The leftmost match that starts behind the first `consumed` characters."""
        if not self._protocol_tried:
            self._protocol_tried = True
            start = self._protocol_start(consumed)
            if start is not None and self._ends[0] is not None:
                return self._candidate(start, self.start, self._ends[0])
        while self._label < len(self._domains):
            start, end = self._labels[self._label]
            domain_end = self._ends[self._label + 1]
            if domain_end is None and self._domains[self._label] is not None:
                # This label is the domain's own name, which must not hold an underscore.
                domain_end = self._domains[self._label]
                start = max(start, self._units.rfind("_", start, end) + 1)
            if domain_end is not None and start < end and self._units[end - 1] not in "-_":
                domain_start = self._domain_start(start, end, consumed)
                if domain_start is not None:
                    return self._candidate(domain_start, domain_start, domain_end)
            self._label += 1
        return None

    def _domain_start(self, start: int, end: int, consumed: int) -> int | None:
        # At the very start the reference tries the second character, with the first ahead of it, before the first.
        places = range(max(start, consumed + 1), end)
        after = next((place for place in places if self._may_start(place)), None)
        at_first = start == consumed == 0 and after != 1 and self._units[0] not in "-_"
        return 0 if at_first else after

    def _may_start(self, place: int) -> bool:
        return self._units[place] not in "-_" and _NOT_BEFORE.match(self._units, place - 1) is None

    def _protocol_start(self, consumed: int) -> int | None:
        for protocol in ("https://", "http://"):
            start = self.start - len(protocol)
            if start < 0 or self._units[start : self.start].lower() != protocol:
                continue
            if start == 0 or (start > consumed and not _NOT_BEFORE.match(self._units, start - 1)):
                return start
        return None

    def _candidate(self, start: int, domain_start: int, domain_end: int) -> _Candidate:
        candidate = _Candidate(self._units, start, domain_start, domain_end)
        while self._label < len(self._labels) and self._labels[self._label][1] < candidate.end:
            self._label += 1
        return candidate


def _path_end(units: str, start: int) -> int:
    """Where the path behind a slash ends: at the last character fit for an end, or the parentheses right behind it."""
    plain: list[tuple[int, int]] = []
    place = start
    while True:
        run_end = _run_end(_PATH_RUN, units, place)
        plain.append((place, run_end))
        place = _parentheses_end(units, run_end)
        if place == run_end:
            break
    ends = (_UP_TO_PATH_END.match(units, first, last) for first, last in reversed(plain))
    end = next((found.end() for found in ends if found), start)
    while (aside_end := _parentheses_end(units, end)) > end:
        end = aside_end
    return end


def _parentheses_end(units: str, start: int) -> int:
    """Where balanced parentheses that start here end; they may hold one more pair, and both hold something."""
    if not units.startswith("(", start):
        return start
    end = _run_end(_PATH_RUN, units, start + 1)
    if end > start + 1 and units.startswith(")", end):
        return end + 1
    if units.startswith("(", end):
        inner_end = _run_end(_PATH_RUN, units, end + 1)
        if inner_end > end + 1 and units.startswith(")", inner_end):
            outer_end = _run_end(_PATH_RUN, units, inner_end + 1)
            if units.startswith(")", outer_end):
                return outer_end + 1
    return start


def _run_end(run: re.Pattern[str], units: str, start: int) -> int:
    found = run.match(units, start)
    return found.end() if found else start


def _next_domain_dot(units: str, start: int) -> int | None:
    for dot in _DOT.finditer(units, start):
        if _top_level_end(units, dot.end()) is not None:
            return dot.start()
    return None


def _top_level_end(units: str, start: int) -> int | None:
    """Where the top-level domain that starts at `start` ends, if one does."""
    name = _ASCII_NAME.match(units, start)
    if name is None:
        return _international_end(units, start)
    end = name.end()
    if name[0].lower() in ASCII_DOMAINS and not units.startswith(("@", "+", "-"), end):
        return end
    punycode = _PUNYCODE_NAME.match(units, start)
    return punycode.end() if punycode else None


def _international_end(units: str, start: int) -> int | None:
    for domain in _INTERNATIONAL.get(_upper(units[start : start + 1]), ()):
        end = start + len(domain)
        if _upper(units[start:end]) == domain and not _NAME_GOES_ON.match(units, end):
            return end
    return None


def _upper(letters: str) -> str:
    """Upper case as JavaScript compares letters: one for one, and never from beyond ASCII into it."""
    return "".join(
        upper if len(upper := letter.upper()) == 1 and upper.isascii() <= letter.isascii() else letter
        for letter in letters
    )


_NAME_GOES_ON = re.compile(r"[0-9a-zA-Z@+-]")
_INTERNATIONAL: dict[str, list[str]] = {}
for _domain in map(_upper, INTERNATIONAL_DOMAINS):
    _INTERNATIONAL.setdefault(_domain[0], []).append(_domain)


def _latin_domains(domain: str) -> Iterator[tuple[int, int]]:
    """The parts of a domain that are domains in Latin letters, which X links without a protocol."""
    position = 0
    while (chain := _LATIN_CHAIN.search(domain, position)) is not None:
        position = chain.end()
        dot = chain.end() - 1
        while dot > chain.start():
            end = _top_level_end(domain, dot + 1)
            if end is not None:
                yield chain.start(), end
                position = end
                break
            dot = domain.rfind(".", chain.start(), dot)


def _is_valid(domain: str) -> bool:
    if domain.startswith("xn--") and next(_latin_domains(domain), None) is None:
        return False
    return all(0 < _punycode_length(label) <= _MAX_LABEL_LENGTH for label in domain.split("."))


def _punycode_length(label: str) -> int:
    """How long a label is once it is written in Punycode; exact up to the limit."""
    if _is_plain(label):
        return len(label)
    points = label.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    if len(points) > _MAX_LABEL_LENGTH:
        return len(points)
    # What Punycode takes for dots, https://www.rfc-editor.org/rfc/rfc3490#section-3.1
    parts = re.split("[\u3002\uff0e\uff61]", points)
    return sum(map(_punycode_part_length, parts)) + len(parts) - 1


def _punycode_part_length(part: str) -> int:
    return len(part) if _is_plain(part) else len("xn--") + len(part.encode("punycode"))


def _is_plain(part: str) -> bool:
    return part.isascii() and "\x7f" not in part

"""How an entry is to be published, in the form in which it is kept until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onering_cli.record import record

if TYPE_CHECKING:
    from onering_cli.publishing.plan import Wishes

_PLAIN = "{}"


@record
class Options:
    """What the user asked for beside the draft itself.

    Args:
        wishes: As for a post at once; whether the account is Premium is seen when it is due.
        strict: Never send again what may have arrived.
        media: Further files for the first post, absolute, each with its description.
        again: Post the draft although it was posted before: what a series and a rotation do.
        folder: What the draft's media paths count from.
        strict_repeats: Refuse when it repeats what was published by then.
    """

    wishes: Wishes
    strict: bool = False
    media: tuple[tuple[str, str], ...] = ()
    again: bool = False
    folder: str = ""
    strict_repeats: bool = False


def written(options: Options) -> str:
    """Options as JSON; what is as always is left out."""
    import json

    wishes = options.wishes
    poll = wishes.poll
    told: dict[str, Any] = {
        "form": wishes.form,
        "numbered": wishes.numbered,
        "reply_to_id": wishes.reply_to_id,
        "quote_id": wishes.quote_id,
        "poll": [*poll.options, poll.duration_minutes] if poll else None,
        "made_with_ai": wishes.made_with_ai,
        "waived": sorted(wishes.waived),
        "strict": options.strict,
        "media": options.media,
        "again": options.again,
        "folder": options.folder,
        "strict_repeats": options.strict_repeats,
    }
    plain = {"form": "thread"}
    kept = {name: value for name, value in told.items() if value and value != plain.get(name)}
    return json.dumps(kept, ensure_ascii=False) if kept else _PLAIN


def read(text: str, *, premium: bool) -> Options:
    """The options that `written` wrote.

    Args:
        text: JSON.
        premium: Whether the account is Premium now.
    """
    import json

    from onering_cli.publishing.lint import Rule
    from onering_cli.publishing.model import Form, Poll
    from onering_cli.publishing.plan import Wishes

    told: dict[str, Any] = {} if text == _PLAIN else json.loads(text)
    poll = told.get("poll")
    wishes = Wishes(
        form=Form(told.get("form", Form.THREAD)),
        numbered=told.get("numbered", False),
        premium=premium,
        reply_to_id=told.get("reply_to_id", ""),
        quote_id=told.get("quote_id", ""),
        poll=Poll(tuple(poll[:-1]), poll[-1]) if poll else None,
        made_with_ai=told.get("made_with_ai", False),
        waived=frozenset(Rule(name) for name in told.get("waived", ())),
    )
    media = tuple((path, alt) for path, alt in told.get("media", ()))
    return Options(
        wishes,
        told.get("strict", False),
        media,
        again=told.get("again", False),
        folder=told.get("folder", ""),
        strict_repeats=told.get("strict_repeats", False),
    )

"""What can happen to a segment, and what the engine does next."""

from enum import Enum

from onering_cli.publishing.elapsed import Stamp
from onering_cli.publishing.model import Segment, Upload
from onering_cli.publishing.outcomes import (
    Ambiguous,
    Blocked,
    Created,
    Duplicate,
    Gone,
    MediaGone,
    NotSent,
    ParentNotVisible,
    RateLimited,
    Unavailable,
)
from onering_cli.publishing.ports import Certainty
from onering_cli.publishing.rules import PublishingSettings
from onering_cli.publishing.sameness import Findings
from onering_cli.record import record


@record
class Taken:
    """A process has claimed the run and turns to this segment."""


@record
class MediaReady:
    """One media file is at the platform."""

    position: int
    upload: Upload


@record
class Ready:
    """All is prepared: the segment can be sent.

    Args:
        watermark: The newest own id right now; the parent's id for a segment that answers one of ours.
        key: For a destination that takes one, else "".
    """

    watermark: str
    key: str


@record
class Looked:
    """The timeline was read for the segment."""

    findings: Findings
    watermark_visible: bool


@record
class NoOracle:
    """The timeline cannot tell: the text repeats within the account's recent posts, or there is no text."""


@record
class ParentChecked:
    """The post that the segment answers was looked up."""

    exists: bool


@record
class WatermarkChecked:
    """The segment's watermark, which the timeline does not show, was looked up."""

    exists: bool


@record
class RemovalChecked:
    """A post whose deletion was not answered was looked up."""

    exists: bool


@record
class Recheck:
    """A person asks to look once more."""


@record
class Absent:
    """A person has looked, and says that the post is not there."""


@record
class Adopt:
    """A person has looked, and says which post it is."""

    remote_id: str
    url: str


@record
class Cleared:
    """The cause of a block is gone."""


@record
class RollBack:
    """The run is to be undone."""


CreateAnswer = Created | NotSent | RateLimited | Blocked | ParentNotVisible | MediaGone | Duplicate | Ambiguous
DeleteAnswer = Gone | NotSent | RateLimited | Blocked | Ambiguous
Event = (
    Taken
    | MediaReady
    | Ready
    | CreateAnswer
    | DeleteAnswer
    | Unavailable
    | Looked
    | NoOracle
    | ParentChecked
    | WatermarkChecked
    | RemovalChecked
    | Recheck
    | Absent
    | Adopt
    | Cleared
    | RollBack
)


class Effect(Enum):
    """What the engine does once the segment is durable; all but the last two lead to another event."""

    PREPARE = "wait for the pause, upload what is missing, take the watermark"
    SEND = "call create"
    LOOK = "wait for the time of the next look, then read the timeline"
    CHECK_PARENT = "look the parent up"
    CHECK_WATERMARK = "wait for the time of the next look, then look the watermark up"
    REMOVE = "wait for the pause, then call delete"
    CHECK_REMOVAL = "look the deleted post up"
    PROCEED = "turn to the next segment"
    STOP = "leave the run: only time or a person can help"


Step = tuple[Segment, Effect]


@record
class Context:
    """What a transition depends on beside the segment and the event.

    Args:
        now: The time of the event.
        settings: The user's.
        certainty: How the destination settles what was not answered.
        strict: Ask before anything is sent again.
        rolling_back: The run is being undone.
        answers: The segment answers a post.
    """

    now: Stamp
    settings: PublishingSettings
    certainty: Certainty
    strict: bool
    rolling_back: bool
    answers: bool

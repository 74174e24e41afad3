"""The words that carry what a text is about."""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_][\w+#]*(?:[-'’.][^\W_][\w+#]*)*")
_LEAST_LETTERS = 3
_STEM_LEAST = 4

# The commonest words of each language, which tell nothing about a subject.
_COMMON = frozenset(
    """
    a about above across after again against ago all almost alone along already also although always am among an and
    another any anyone anything are aren't around as at away back be became because become been before behind being
    below best better between both but by came can can't cannot come comes could couldn't did didn't different do does
    doesn't doing don't done down during each either else enough even ever every everyone everything far few first
    following for found from full further gave get gets getting give given gives go goes going good got great had
    hadn't has hasn't have haven't having he hence her here hers herself him himself his how however i i'd i'll i'm
    i've if in indeed instead into is isn't it it's its itself just keep kept know known last later least less let
    let's like likely little look made mainly make makes making many may maybe me mean means might mine more most
    mostly much must my myself near nearly need needs neither never new next no nobody none nor not nothing now of off
    often old on once one ones only onto or other others otherwise our ours out over own part per perhaps place
    possible put quite rather really same say says second see seem seems seen several shall she should shouldn't since
    so some someone something sometimes soon still such take taken takes than that that's the their theirs them
    themselves then there therefore these they they're thing things think this those though through thus to together
    too took toward towards two under unless until up upon us use used useful uses using usually various very via want
    wants was wasn't way ways we we're we've well went were what whatever when where whether which while who whole
    whom whose why will with within without won't work works would wouldn't yes yet you you'll you're you've your
    yours aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist da
    dabei damit dann das dass dein dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort
    du durch ein eine einem einen einer eines einige er es etwas euch für gegen gewesen hab habe haben hat hatte
    hatten hier hin hinter ich ihm ihn ihnen ihr ihre im immer in ins ist ja jede jedem jeden jeder jedes jetzt kann
    kein keine keinen man mehr mein meine mit muss nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine
    seinem seinen seiner selbst sich sie sind so soll sondern sowie über um und uns unser unter viel vom von vor war
    waren warum was weil welche wenn werden wer wie wieder will wir wird wo wurde wurden zu zum zur zwar zwischen au
    aux avec ce ces cet cette chez comme comment dans de des donc du elle elles en encore entre est et était être eu
    fait faut il ils je la le les leur leurs lui mais me même mes moi mon ne nos notre nous on ont ou où par pas peu
    peut plus pour pourquoi quand que quel quelle qui quoi sa sans se ses si son sont sous sur ta te tes toi ton tous
    tout toute toutes très tu un une vos votre vous al algo algunos ante antes cada como con contra cual cuando cuya
    del desde donde dos el ella ellas ellos en entre era eran es esa ese eso esta está están estas este esto estos fue
    fueron ha había han hasta hay la las le les lo los más me mi mientras muy nada ni no nos nosotros otra otras otro
    otros para pero poco por porque puede pueden que quien se según ser si sí sido sin sobre son su sus también tan
    tanto te tener tiene tienen toda todas todo todos tu tus un una unas uno unos ya yo
    """.split()  # noqa: SIM905 - a word list reads best as running text
)


def terms(text: str) -> list[str]:
    """The content words of a text in order, folded and without common endings; common words are left out."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return [
        stem(word)
        for word in (match.removesuffix("'s") for match in _WORD.findall(folded))
        if len(word) >= _LEAST_LETTERS and word not in _COMMON
    ]


def is_common(word: str) -> bool:
    """Whether a word is one of the commonest of its language."""
    return word.casefold().replace("’", "'") in _COMMON


def stem(word: str) -> str:
    """A folded word without the endings that number and tense give it."""
    for ending in ("ization", "ations", "ation", "ingly", "ings", "ing", "edly", "ies", "ied", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= _STEM_LEAST and not word.endswith("ss"):
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > _STEM_LEAST else word


def shared(text: str, wanted: Iterable[str]) -> float:
    """The share of `wanted` terms that the text holds, 0.0 to 1.0; 0.0 when none are wanted."""
    looked_for = set(wanted)
    return len(looked_for.intersection(terms(text))) / len(looked_for) if looked_for else 0.0

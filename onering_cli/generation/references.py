"""Openings that lean on something said before: pronouns, demonstratives and connectives without their other half."""

import re
from functools import cache

from onering_cli.generation.phrases import alternatives

# Words that lean wherever they open a text.
_ALWAYS = {
    "en": r"""
        however | therefore | thus | hence | moreover | furthermore | additionally | in addition(?! to\b) | consequently
        nevertheless | nonetheless | conversely | alternatively | similarly | likewise | accordingly | subsequently
        afterwards? | thereby | thereafter | as a (?:result|consequence)(?! of\b) | for (?:example|instance)
        on the (?:other|one) hand | on the contrary | (?:in|by) (?:contrast|comparison)(?! (?:with|to)\b)
        in other words | in particular | to (?:this|that) end | that (?:said|is|being said) | even so | if (?:so|not)
        either way | in (?:either|any|both|that|this|such) cases? | at the same time | in turn | by the same token
        (?:since|until|by|from) then(?: on)? | not only that | because of (?:this|that|it|these|them)
        rather than (?:this|that|it)
        as (?:such|above|before|mentioned|noted|described|discussed|shown|stated|explained|seen)
        (?:the|this) (?:former|latter|above|aforementioned) | the (?:other|same)(?: one)? | ditto | e\.g\. | i\.e\.
        and | but | or | nor | so | also | otherwise | anyway | meanwhile | yes | no
        here (?:is|are|was|were) | here[’']s""",
    "de": r"""
        jedoch | allerdings | daher | deshalb | deswegen | darum | außerdem | zudem | ferner | überdies | dennoch
        trotzdem | nichtsdestotrotz | dagegen | hingegen | stattdessen | folglich | somit | also | aber | und | oder
        denn | doch | dabei | dadurch | dafür | davon | dazu | danach | daraufhin | anschließend | zum beispiel
        beispielsweise | ebenso | auch | (?:letz|ers)tere[rsnm]? | im gegensatz dazu | mit anderen worten
        (?:dies|jen|solch|ihr|sein)e[rsmn]? | dies | dessen | deren | ihr | sein | er | ihn | ihm""",
    "fr": r"""
        cependant | toutefois | néanmoins | pourtant | donc | ainsi | mais | et | ou | or | car | de plus | en outre
        par ailleurs | par conséquent | en effet | par exemple | en revanche | au contraire | puis | ensuite | enfin
        aussi | du coup | d[’']ailleurs | en d[’']autres termes | cela | ceci | ça | cette | cet | ces
        c(?:elui|elle|eux|elles)-(?:ci|là) | elles? | ils | ses | son | sa | leurs? | ce (?:dernier|qui|que)""",
    "es": r"""
        sin embargo | no obstante | pero | y | e | o | además | también | por (?:lo )?tanto | por (?:eso|ello)
        por consiguiente | así que | así | entonces | luego | después | por ejemplo | en cambio
        por otr[oa] (?:lado|parte) | asimismo | finalmente | en otras palabras | es decir
        est[eao]s? | es[eao]s? | aquel(?:l[oa]s?)? | ell[oa]s? | él | sus? | dich[oa]s?""",
}
# Words that lean when a comma follows.
_BEFORE_COMMA = {
    "en": r"""
        then | next | later | still | yet | finally | lastly | second(?:ly)? | third(?:ly)? | instead | again | indeed
        in fact | of course | specifically | once again | this time | to be sure | even then | equally | besides
        after all | here | there | more importantly""",
    "de": "dann | schließlich | zweitens | drittens | erneut | tatsächlich | natürlich",
    "fr": "alors | finalement | deuxièmement | bien sûr | certes",
    "es": "segundo | por último | de hecho | claro",
}
# Patterns of more than one word.
_PHRASES = {
    "en": r"""
        (?:this|that|these|those|it|its|he|she|they|them|their|his|her|him|such)(?:[’'](?:s|re|ll|ve|d))?
        (?:PREPOSITION|CONJUNCTION|PURPOSE) (?:(?:all|both|each|either|(?:one|some) of) )?LEANING
        (?:one|some|most|many|all|both|each|none|few|several|any|n?either|two|three|half|the rest|part) of PRONOUN
        (?:both|n?either|others|some|many|most|few|several|another)(?= VERB\b)
        another(?! (?:word|man|day|time)\b)(?= \w+)
        doing (?:so|this|that|it) | the (?:former|latter|above|following)
        there (?:is|are|was|were) (?:\w+ ){0,4}(?:for|to|behind|about) (?:this|that|it|these|them)(?=[:,.;]| VERB\b)
        (?:as with|just like|like|unlike|compared (?:to|with)) [^,.;:]{1,100}, (?:this|it|they|these|those|he|she)
        (?:(?:by|despite|given|due to|because of) )?the (?:\w+ )?fact that (?:it|they|this|these|he|she)
        note (?:for|on|about) (?:both|these|those|this|each|all|either)
        (?:whereas|whereby|which(?![^.!]*\?))
        (?:then|still|yet|next|instead|later|again)(?= (?:i|you|we|he|she|it|they|there|this|that|the)\b)""",
    "de": r"""
        (?:das|sie|es)(?= VERB\b) | damit(?= (?:VERB|lässt)\b)
        (?:in|aus|mit|nach|bei|von|zu|für|trotz|wegen) dies(?:e[rsmn]?)""",
    "fr": r"""
        c[’'](?:est|était) | ce(?= (?:sont|n[’']est|fut|sera|projet|livre|cas|choix|type|genre|document)\b) | il
        (?:pour|dans|avec|après|avant|malgré|à) (?:cela|ceci|ça|ce|cette|cet|ces)""",
    "es": r"""
        (?:en|para|con|por|tras|desde|a pesar de) (?:est[aeo]s?|es[aeo]s?|ello|aquell[oa]s?)
        lo (?:anterior|mismo) | el mismo | la misma""",
}
_PARTS = {
    "en": {
        "PREPOSITION": r"""
            in | for | to | at | by | with | from | on | after | before | despite | like | unlike | until | since
            under | through | given | beyond | using | of | into | without | within | besides | instead of | based on
            due to | thanks to | with all | along with | in addition to | on top of | in spite of | as well as
            apart from | in light of | in response to | prior to | as (?:for|to|of) | doing""",
        "CONJUNCTION": r"because | as | once | when | while | if | whenever | where | although | though",
        "PURPOSE": r"to (?:do|achieve|solve|fix|avoid|prevent|address|make|get|use|handle|help)(?: with)?",
        "LEANING": r"""
            (?:this(?! TIME\b)
            |that(?=,| (?:reason|case|point|way|sense|time|end|purpose|moment|context|date|last|latter)\b)
            |these(?! days\b)|those(?! (?:who|of|whose|with|that)\b)|it|its|they|them|their|he|she|him|his|her|such
            |so)""",
        "PRONOUN": r"(?:them|these|those|it|this|that|its|their)",
        "VERB": r"""
            (?:is|are|was|were|has|have|had|can|could|will|would|do|does|did|may|might|must|should|also|of which)""",
    },
    "de": {
        "VERB": r"""
            (?:ist|sind|war|waren|hat|haben|hatte|wird|werden|wurde|kann|können|konnte|soll|muss|bedeutet|heißt|macht
            |liegt|führt|gilt|zeigt|bringt|kostet|funktioniert|reicht)"""
    },
}
# Uses that look the same and point at no text: "It is easy to …", "This week …", "Those who …", "Es gibt …".
_STANDS_ALONE = {
    "en": r"""
        it ?BE (?:(?:ADVERB) ){0,2}(?:JUDGED)\b
        it (?:turn(?:s|ed) out|goes without saying|makes? (?:no |little |more |perfect )?(?:sense|difference))\b
        it (?:seem|appear|follow|happen)(?:s|ed) (?:\w+ )?(?:that|to|as)\b
        it (?:takes|took|(?:would|will|may|can) take) (?:\S+ ){1,8}to\b
        it (?:helps|pays|matters|hurts) (?:to|that|if|when|how|whether|who)\b
        it (?:rain|snow)(?:s|ed|ing)\b
        it (?:is|was) (?:(?:still|already|nearly|almost|just|only|too) )?(?:WEATHER)\b
        this (?:past |coming |last )?TIME\b | these days\b | those (?:who|of (?:us|you)|whose|with|that|wanting)\b
        this (?:is|was) (?:an?|the) (?:story|tale|account|history|list|thread|guide|introduction)\b
        he who\b | they say\b | that which\b | no (?!,)\w | so (?:far|long as|much for|many|called|you|what)\b
        so-called\b | or (?:so|else)\b | or- | (?:for|with) all (?:its|his|her|their)\b""",
    "de": r"""
        es (?:gibt|gab|regnet|schneit|war einmal|lohnt sich|geht um|handelt sich)\b
        es (?:ist|war|wird|bleibt) (?:\w+ ){0,2}(?:möglich|wichtig|leicht|schwer|klar|wahr|bekannt|zeit|nötig|einfach)\b
        es (?:ist|war) ein (?:fehler|irrtum|glück)\b | in diesem (?:jahr|sommer|winter)\b
        diese (?:woche|tage)\b | dieses (?:jahr|mal)\b | diesen (?:monat|sommer|winter)\b | auch wenn\b""",
    "fr": r"""
        il (?:y a|y avait|faut|fallait|s[’']agit|pleut|suffit|existe|était une fois|est (?:\w+ )?(?:de|que))\b
        il est (?:possible|important|difficile|facile|clair|vrai|rare|temps|utile|impossible)\b
        cette (?:année|semaine|fois)\b | ces jours-ci\b | cet (?:été|hiver)\b""",
    "es": r"est[ea] (?:año|semana|mes|vez|verano|invierno)\b | estos días\b | y si\b",
}
_STANDS_ALONE_PARTS = {
    "BE": r"""
        (?:(?:[’']|i|wa)s|(?:has|had) been|(?:will|would|can|could|may|might|must|should) be|(?:is|was)n[’']t)""",
    "ADVERB": r"""
        not | also | very | quite | often | always | never | now | just | only | much | far | so | too | generally
        usually | well | still | particularly | especially | highly | widely | perhaps | probably | hardly | no longer
        entirely | perfectly | rather | more | most""",
    "JUDGED": r"""
        easy | easier | hard | harder | difficult | possible | impossible | important | clear | unclear | true | false
        worth | tempting | common | uncommon | rare | best | better | good | bad | necessary | unnecessary | useful
        likely | unlikely | known | said | obvious | fair | safe | simple | wise | natural | essential | crucial
        helpful | recommended | customary | sad | strange | odd | surprising | amazing | remarkable | time | convenient
        enough | critical | vital | reasonable | sensible | pointless | cheap | expensive | fun | nice | great | painful
        trivial | interesting | ironic | inevitable | believed | estimated | expected | assumed | understood | accepted
        acknowledged | agreed | no secret
        a (?:pity|shame|mistake|fact|truism|truth|commonplace|good idea|bad idea|matter|question|pleasure|relief)""",
    "WEATHER": r"""
        late | early | dark | cold | hot | warm | winter | summer | spring | autumn | night | noon | midnight | morning
        evening | raining | snowing | MONTH | DAY | \d{4} | \d+ o[’']clock
        (?:an?|the) (?:\w+ ){0,3}(?:day|night|morning|evening|afternoon|year|week)""",
    "TIME": r"""
        (?:time|morning|afternoon|evening|week|weekend|month|year|spring|summer|autumn|fall|winter|quarter|decade
        |century|DAY|MONTH)""",
    "MONTH": r"""
        (?:january|february|march|april|may|june|july|august|september|october|november|december)""",
    "DAY": r"(?:mon|tues|wednes|thurs|fri|satur|sun)day",
}
_LEAD = re.compile(r"[\s\"'“”‘’«»„‚(\[*_>•·–—\-#\d.)/:;,…¿¡‹›]*")
_LABEL = re.compile(r"[^\n.!?:]{1,120}\n")


def dangling_opening(text: str, language: str = "en") -> str | None:
    """The words that open `text` and point at something before it, as written; None when it stands alone.

    "It", "This", "However", "For that reason" and their like are told from uses that lean on nothing: "It is easy to",
    "This week", "Those who". English is read closely, German, French and Spanish by their most common words; of other
    languages nothing is held against a text. A bullet, a number or a quotation mark before the first word is passed
    over, and what follows a title on a line of its own is held to lean on that title.

    Args:
        text: A post, or a sentence that would open one.
        language: ISO 639-1 code; a region after it is ignored.
    """
    patterns = _patterns(language[:2].lower())
    if patterns is None:
        return None
    stands_alone, leans = patterns
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    label = _LABEL.match(text, start)
    if label and len(label[0].split()) > 1 and text[label.end() :].strip():
        return None
    if stands_alone.match(text, start):
        return None
    found = leans.match(text, start)
    return found[0].strip() if found else None


@cache
def _patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    if code not in _ALWAYS:
        return None
    parts = {**_STANDS_ALONE_PARTS, **_PARTS.get(code, {})}
    stands_alone = alternatives(_STANDS_ALONE[code], parts)
    before_comma = alternatives(_BEFORE_COMMA[code], {})
    always = alternatives(_ALWAYS[code], {})
    phrases = alternatives(_PHRASES[code], parts)
    return (
        re.compile(stands_alone, re.IGNORECASE),
        re.compile(rf"(?:{phrases}|{always})(?![\w-])|(?:{before_comma})(?=,)", re.IGNORECASE),
    )

"""The emoji of more than one character that X counts as one.

Derived by tests/text/data/derive_tables.py: every sequence that Unicode 17 recommends for interchange
(https://unicode.org/Public/17.0.0/emoji/, Unicode-3.0) and those that twitter-text 3.1.0 joins through
twemoji-parser 11.0.2 (https://github.com/twitter/twemoji-parser, MIT). ``+`` stands for ZERO WIDTH JOINER.
"""

STYLED = (
    # Followed by VARIATION SELECTOR-16.
    r"\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9-\u21aa\u231a-\u231b\u2328\u23cf\u23ed-\u23ef"
    r"\u23f1-\u23f2\u23f8-\u23fa\u24c2\u25aa-\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2604\u260e\u2611\u2614-\u2615"
    r"\u2618\u261d\u2620\u2622-\u2623\u2626\u262a\u262e-\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f-\u2660"
    r"\u2663\u2665-\u2666\u2668\u267b\u267e-\u267f\u2692-\u2697\u2699\u269b-\u269c\u26a0-\u26a1\u26a7\u26aa-\u26ab"
    r"\u26b0-\u26b1\u26bd-\u26be\u26c4-\u26c5\u26c8\u26cf\u26d1\u26d3-\u26d4\u26e9-\u26ea\u26f0-\u26f5\u26f7-\u26fa"
    r"\u26fd\u2702\u2708-\u2709\u270c-\u270d\u270f\u2712\u2714\u2716\u271d\u2721\u2733-\u2734\u2744\u2747\u2757"
    r"\u2763-\u2764\u27a1\u2934-\u2935\u2b05-\u2b07\u2b1b-\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f004"
    r"\U0001f170-\U0001f171\U0001f17e-\U0001f17f\U0001f202\U0001f21a\U0001f22f\U0001f237\U0001f321\U0001f324-\U0001f32c"
    r"\U0001f336\U0001f37d\U0001f396-\U0001f397\U0001f399-\U0001f39b\U0001f39e-\U0001f39f\U0001f3cb-\U0001f3ce"
    r"\U0001f3d4-\U0001f3df\U0001f3f3\U0001f3f5\U0001f3f7\U0001f43f\U0001f441\U0001f4fd\U0001f549-\U0001f54a"
    r"\U0001f56f-\U0001f570\U0001f573-\U0001f579\U0001f587\U0001f58a-\U0001f58d\U0001f590\U0001f5a5\U0001f5a8"
    r"\U0001f5b1-\U0001f5b2\U0001f5bc\U0001f5c2-\U0001f5c4\U0001f5d1-\U0001f5d3\U0001f5dc-\U0001f5de\U0001f5e1\U0001f5e3"
    r"\U0001f5e8\U0001f5ef\U0001f5f3\U0001f5fa\U0001f6cb\U0001f6cd-\U0001f6cf\U0001f6e0-\U0001f6e5\U0001f6e9\U0001f6f0"
    r"\U0001f6f3"
)

TONED = (
    # Followed by a skin tone.
    r"\u261d\u26f7\u26f9\u270a-\u270d\U0001f385\U0001f3c2-\U0001f3c4\U0001f3c7\U0001f3ca-\U0001f3cc"
    r"\U0001f442-\U0001f443\U0001f446-\U0001f450\U0001f466-\U0001f469\U0001f46b-\U0001f478\U0001f47c\U0001f481-\U0001f483"
    r"\U0001f485-\U0001f487\U0001f48f\U0001f491\U0001f4aa\U0001f574-\U0001f575\U0001f57a\U0001f590\U0001f595-\U0001f596"
    r"\U0001f645-\U0001f647\U0001f64b-\U0001f64f\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f6c0\U0001f6cc\U0001f90c\U0001f90f"
    r"\U0001f918-\U0001f91f\U0001f926\U0001f930-\U0001f939\U0001f93c-\U0001f93e\U0001f977\U0001f9b5-\U0001f9b6"
    r"\U0001f9b8-\U0001f9b9\U0001f9bb\U0001f9cd-\U0001f9cf\U0001f9d1-\U0001f9dd\U0001fac3-\U0001fac5\U0001faf0-\U0001faf8"
)

STYLED_AND_TONED = (
    # Followed by both.
    r"\u261d\u26f7\u26f9\u270c\u270d\U0001f3cb\U0001f3cc\U0001f574\U0001f575\U0001f590"
)

_FLAGS_LINE = (
    "AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW "
    "BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CQ CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EA EC EE EG EH ER "
    "ES ET EU FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID "
    "IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA "
    "MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA "
    "PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST "
    "SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF "
    "WS XK YE YT ZA ZM ZW"
)
FLAGS = frozenset(_FLAGS_LINE.split())

_PLAIN_LINE = (
    # No skin tone anywhere.
    "⛓️+💥 ⛹️+♀️ ⛹️+♂️ ❤️+🔥 ❤️+🩹 🍄+🟫 🍋+🟩 🏃+♀️ 🏃+♀️+➡️ 🏃+♂️ 🏃+♂️+➡️ "
    "🏃+➡️ 🏄+♀️ 🏄+♂️ 🏊+♀️ 🏊+♂️ 🏋️+♀️ 🏋️+♂️ 🏌️+♀️ 🏌️+♂️ 🏳️+⚧️ 🏳️+🌈 "
    "🏴+☠️ 🐈+⬛ 🐕+🦺 🐦+⬛ 🐦+🔥 🐻+❄️ 👁+🗨 👁️+🗨️ 👨+⚕️ 👨+⚖️ 👨+✈️ 👨+❤️+👨 "
    "👨+❤️+💋+👨 👨+🌾 👨+🍳 👨+🍼 👨+🎓 👨+🎤 👨+🎨 👨+🏫 👨+🏭 👨+👦 👨+👦+👦 👨+👧 👨+👧+👦 "
    "👨+👧+👧 👨+👨+👦 👨+👨+👦+👦 👨+👨+👧 👨+👨+👧+👦 👨+👨+👧+👧 👨+👩+👦 👨+👩+👦+👦 "
    "👨+👩+👧 👨+👩+👧+👦 👨+👩+👧+👧 👨+💻 👨+💼 👨+🔧 👨+🔬 👨+🚀 👨+🚒 👨+🦯 👨+🦯+➡️ 👨+🦰 "
    "👨+🦱 👨+🦲 👨+🦳 👨+🦼 👨+🦼+➡️ 👨+🦽 👨+🦽+➡️ 👩+⚕️ 👩+⚖️ 👩+✈️ 👩+❤️+👨 "
    "👩+❤️+👩 👩+❤️+💋+👨 👩+❤️+💋+👩 👩+🌾 👩+🍳 👩+🍼 👩+🎓 👩+🎤 👩+🎨 👩+🏫 👩+🏭 👩+👦 "
    "👩+👦+👦 👩+👧 👩+👧+👦 👩+👧+👧 👩+👩+👦 👩+👩+👦+👦 👩+👩+👧 👩+👩+👧+👦 👩+👩+👧+👧 "
    "👩+💻 👩+💼 👩+🔧 👩+🔬 👩+🚀 👩+🚒 👩+🦯 👩+🦯+➡️ 👩+🦰 👩+🦱 👩+🦲 👩+🦳 👩+🦼 "
    "👩+🦼+➡️ 👩+🦽 👩+🦽+➡️ 👮+♀️ 👮+♂️ 👯+♀️ 👯+♂️ 👰+♀️ 👰+♂️ 👱+♀️ 👱+♂️ "
    "👳+♀️ 👳+♂️ 👷+♀️ 👷+♂️ 💁+♀️ 💁+♂️ 💂+♀️ 💂+♂️ 💆+♀️ 💆+♂️ 💇+♀️ 💇+♂️ "
    "🕴️+♀️ 🕴️+♂️ 🕵️+♀️ 🕵️+♂️ 😮+💨 😵+💫 😶+🌫️ 🙂+↔️ 🙂+↕️ 🙅+♀️ 🙅+♂️ "
    "🙆+♀️ 🙆+♂️ 🙇+♀️ 🙇+♂️ 🙋+♀️ 🙋+♂️ 🙍+♀️ 🙍+♂️ 🙎+♀️ 🙎+♂️ 🚣+♀️ 🚣+♂️ "
    "🚴+♀️ 🚴+♂️ 🚵+♀️ 🚵+♂️ 🚶+♀️ 🚶+♀️+➡️ 🚶+♂️ 🚶+♂️+➡️ 🚶+➡️ 🤦+♀️ 🤦+♂️ "
    "🤵+♀️ 🤵+♂️ 🤷+♀️ 🤷+♂️ 🤸+♀️ 🤸+♂️ 🤹+♀️ 🤹+♂️ 🤼+♀️ 🤼+♂️ 🤽+♀️ 🤽+♂️ "
    "🤾+♀️ 🤾+♂️ 🦸+♀️ 🦸+♂️ 🦹+♀️ 🦹+♂️ 🧍+♀️ 🧍+♂️ 🧎+♀️ 🧎+♀️+➡️ 🧎+♂️ "
    "🧎+♂️+➡️ 🧎+➡️ 🧏+♀️ 🧏+♂️ 🧑+⚕️ 🧑+⚖️ 🧑+✈️ 🧑+🌾 🧑+🍳 🧑+🍼 🧑+🎄 🧑+🎓 "
    "🧑+🎤 🧑+🎨 🧑+🏫 🧑+🏭 🧑+💻 🧑+💼 🧑+🔧 🧑+🔬 🧑+🚀 🧑+🚒 🧑+🤝+🧑 🧑+🦯 🧑+🦯+➡️ 🧑+🦰 "
    "🧑+🦱 🧑+🦲 🧑+🦳 🧑+🦼 🧑+🦼+➡️ 🧑+🦽 🧑+🦽+➡️ 🧑+🧑+🧒 🧑+🧑+🧒+🧒 🧑+🧒 🧑+🧒+🧒 "
    "🧑+🩰 🧔+♀️ 🧔+♂️ 🧖+♀️ 🧖+♂️ 🧗+♀️ 🧗+♂️ 🧘+♀️ 🧘+♂️ 🧙+♀️ 🧙+♂️ 🧚+♀️ "
    "🧚+♂️ 🧛+♀️ 🧛+♂️ 🧜+♀️ 🧜+♂️ 🧝+♀️ 🧝+♂️ 🧞+♀️ 🧞+♂️ 🧟+♀️ 🧟+♂️"
)
PLAIN = frozenset(_PLAIN_LINE.split())

_ONE_TONE_LINE = (
    # One skin tone, here left out.
    "⛹+♀️ ⛹+♂️ 🏃+♀️ 🏃+♀️+➡️ 🏃+♂️ 🏃+♂️+➡️ 🏃+➡️ 🏄+♀️ 🏄+♂️ 🏊+♀️ 🏊+♂️ "
    "🏋+♀️ 🏋+♂️ 🏌+♀️ 🏌+♂️ 👨+⚕️ 👨+⚖️ 👨+✈️ 👨+🌾 👨+🍳 👨+🍼 👨+🎓 👨+🎤 👨+🎨 "
    "👨+🏫 👨+🏭 👨+💻 👨+💼 👨+🔧 👨+🔬 👨+🚀 👨+🚒 👨+🦯 👨+🦯+➡️ 👨+🦰 👨+🦱 👨+🦲 👨+🦳 "
    "👨+🦼 👨+🦼+➡️ 👨+🦽 👨+🦽+➡️ 👩+⚕️ 👩+⚖️ 👩+✈️ 👩+🌾 👩+🍳 👩+🍼 👩+🎓 👩+🎤 👩+🎨 "
    "👩+🏫 👩+🏭 👩+💻 👩+💼 👩+🔧 👩+🔬 👩+🚀 👩+🚒 👩+🦯 👩+🦯+➡️ 👩+🦰 👩+🦱 👩+🦲 👩+🦳 "
    "👩+🦼 👩+🦼+➡️ 👩+🦽 👩+🦽+➡️ 👮+♀️ 👮+♂️ 👯+♀️ 👯+♂️ 👰+♀️ 👰+♂️ 👱+♀️ "
    "👱+♂️ 👳+♀️ 👳+♂️ 👷+♀️ 👷+♂️ 💁+♀️ 💁+♂️ 💂+♀️ 💂+♂️ 💆+♀️ 💆+♂️ 💇+♀️ "
    "💇+♂️ 🕴+♀️ 🕴+♂️ 🕵+♀️ 🕵+♂️ 🙅+♀️ 🙅+♂️ 🙆+♀️ 🙆+♂️ 🙇+♀️ 🙇+♂️ 🙋+♀️ "
    "🙋+♂️ 🙍+♀️ 🙍+♂️ 🙎+♀️ 🙎+♂️ 🚣+♀️ 🚣+♂️ 🚴+♀️ 🚴+♂️ 🚵+♀️ 🚵+♂️ 🚶+♀️ "
    "🚶+♀️+➡️ 🚶+♂️ 🚶+♂️+➡️ 🚶+➡️ 🤦+♀️ 🤦+♂️ 🤵+♀️ 🤵+♂️ 🤷+♀️ 🤷+♂️ 🤸+♀️ "
    "🤸+♂️ 🤹+♀️ 🤹+♂️ 🤼+♀️ 🤼+♂️ 🤽+♀️ 🤽+♂️ 🤾+♀️ 🤾+♂️ 🦸+♀️ 🦸+♂️ 🦹+♀️ "
    "🦹+♂️ 🧍+♀️ 🧍+♂️ 🧎+♀️ 🧎+♀️+➡️ 🧎+♂️ 🧎+♂️+➡️ 🧎+➡️ 🧏+♀️ 🧏+♂️ 🧑+⚕️ "
    "🧑+⚖️ 🧑+✈️ 🧑+🌾 🧑+🍳 🧑+🍼 🧑+🎄 🧑+🎓 🧑+🎤 🧑+🎨 🧑+🏫 🧑+🏭 🧑+💻 🧑+💼 🧑+🔧 "
    "🧑+🔬 🧑+🚀 🧑+🚒 🧑+🦯 🧑+🦯+➡️ 🧑+🦰 🧑+🦱 🧑+🦲 🧑+🦳 🧑+🦼 🧑+🦼+➡️ 🧑+🦽 🧑+🦽+➡️ "
    "🧑+🩰 🧔+♀️ 🧔+♂️ 🧖+♀️ 🧖+♂️ 🧗+♀️ 🧗+♂️ 🧘+♀️ 🧘+♂️ 🧙+♀️ 🧙+♂️ 🧚+♀️ "
    "🧚+♂️ 🧛+♀️ 🧛+♂️ 🧜+♀️ 🧜+♂️ 🧝+♀️ 🧝+♂️"
)
ONE_TONE = frozenset(_ONE_TONE_LINE.split())

_TWO_TONES_LINE = (
    # Two skin tones, here left out, alike or not.
    "👨+❤️+👨 👨+❤️+💋+👨 👩+❤️+👨 👩+❤️+👩 👩+❤️+💋+👨 👩+❤️+💋+👩 🧑+🤝+🧑"
)
TWO_TONES = frozenset(_TWO_TONES_LINE.split())

_TWO_UNLIKE_TONES_LINE = (
    # Two skin tones, here left out, that differ; two that are alike have a character of their own.
    "👨+🐰+👨 👨+🤝+👨 👨+🫯+👨 👩+🐰+👩 👩+🤝+👨 👩+🤝+👩 👩+🫯+👩 🧑+❤️+💋+🧑 🧑+❤️+🧑 🧑+🐰+🧑 🧑+🫯+🧑 🫱+🫲"
)
TWO_UNLIKE_TONES = frozenset(_TWO_UNLIKE_TONES_LINE.split())

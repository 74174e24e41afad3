"""The emoji of more than one character that X counts as one.

Derived by tests/text/data/derive_tables.py: every sequence that Unicode 17 recommends for interchange
(https://unicode.org/Public/17.0.0/emoji/, Unicode-3.0) and those that twitter-text 3.1.0 joins through
twemoji-parser 11.0.2 (https://github.com/twitter/twemoji-parser, MIT). ``+`` stands for ZERO WIDTH JOINER.
"""

_STYLED_LINE = (
    # Followed by VARIATION SELECTOR-16.
    "© ® ‼ ⁉ ™ ℹ ↔ ↕ ↖ ↗ ↘ ↙ ↩ ↪ ⌚ ⌛ ⌨ ⏏ ⏭ ⏮ ⏯ ⏱ ⏲ ⏸ ⏹ ⏺ Ⓜ ▪ ▫ ▶ "
    "◀ ◻ ◼ ◽ ◾ ☀ ☁ ☂ ☃ ☄ ☎ ☑ ☔ ☕ ☘ ☝ ☠ ☢ ☣ ☦ ☪ ☮ ☯ ☸ ☹ ☺ ♀ ♂ ♈ ♉ "
    "♊ ♋ ♌ ♍ ♎ ♏ ♐ ♑ ♒ ♓ ♟ ♠ ♣ ♥ ♦ ♨ ♻ ♾ ♿ ⚒ ⚓ ⚔ ⚕ ⚖ ⚗ ⚙ ⚛ ⚜ ⚠ ⚡ "
    "⚧ ⚪ ⚫ ⚰ ⚱ ⚽ ⚾ ⛄ ⛅ ⛈ ⛏ ⛑ ⛓ ⛔ ⛩ ⛪ ⛰ ⛱ ⛲ ⛳ ⛴ ⛵ ⛷ ⛸ ⛹ ⛺ ⛽ ✂ ✈ ✉ "
    "✌ ✍ ✏ ✒ ✔ ✖ ✝ ✡ ✳ ✴ ❄ ❇ ❗ ❣ ❤ ➡ ⤴ ⤵ ⬅ ⬆ ⬇ ⬛ ⬜ ⭐ ⭕ 〰 〽 ㊗ ㊙ 🀄 "
    "🅰 🅱 🅾 🅿 🈂 🈚 🈯 🈷 🌡 🌤 🌥 🌦 🌧 🌨 🌩 🌪 🌫 🌬 🌶 🍽 🎖 🎗 🎙 🎚 🎛 🎞 🎟 🏋 🏌 🏍 "
    "🏎 🏔 🏕 🏖 🏗 🏘 🏙 🏚 🏛 🏜 🏝 🏞 🏟 🏳 🏵 🏷 🐿 👁 📽 🕉 🕊 🕯 🕰 🕳 🕴 🕵 🕶 🕷 🕸 🕹 "
    "🖇 🖊 🖋 🖌 🖍 🖐 🖥 🖨 🖱 🖲 🖼 🗂 🗃 🗄 🗑 🗒 🗓 🗜 🗝 🗞 🗡 🗣 🗨 🗯 🗳 🗺 🛋 🛍 🛎 🛏 "
    "🛠 🛡 🛢 🛣 🛤 🛥 🛩 🛰 🛳"
)
STYLED = frozenset(_STYLED_LINE.split())

_TONED_LINE = (
    # Followed by a skin tone.
    "☝ ⛷ ⛹ ✊ ✋ ✌ ✍ 🎅 🏂 🏃 🏄 🏇 🏊 🏋 🏌 👂 👃 👆 👇 👈 👉 👊 👋 👌 👍 👎 👏 👐 👦 👧 "
    "👨 👩 👫 👬 👭 👮 👯 👰 👱 👲 👳 👴 👵 👶 👷 👸 👼 💁 💂 💃 💅 💆 💇 💏 💑 💪 🕴 🕵 🕺 🖐 "
    "🖕 🖖 🙅 🙆 🙇 🙋 🙌 🙍 🙎 🙏 🚣 🚴 🚵 🚶 🛀 🛌 🤌 🤏 🤘 🤙 🤚 🤛 🤜 🤝 🤞 🤟 🤦 🤰 🤱 🤲 "
    "🤳 🤴 🤵 🤶 🤷 🤸 🤹 🤼 🤽 🤾 🥷 🦵 🦶 🦸 🦹 🦻 🧍 🧎 🧏 🧑 🧒 🧓 🧔 🧕 🧖 🧗 🧘 🧙 🧚 🧛 "
    "🧜 🧝 🫃 🫄 🫅 🫰 🫱 🫲 🫳 🫴 🫵 🫶 🫷 🫸"
)
TONED = frozenset(_TONED_LINE.split())

_STYLED_AND_TONED_LINE = (
    # Followed by both.
    "☝ ⛷ ⛹ ✌ ✍ 🏋 🏌 🕴 🕵 🖐"
)
STYLED_AND_TONED = frozenset(_STYLED_AND_TONED_LINE.split())

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

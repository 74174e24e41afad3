// Speaks for the reference, npm twitter-text 3.1.0, whose directory TWITTER_TEXT names.
//
//   node reference.cjs cases    a JSON array of strings on stdin -> weight and entities of each
//   node reference.cjs tables   the character classes and lists that its expressions are made of, case closed over
//
// Offsets count UTF-16 units, as everything in JavaScript does.
"use strict";

const home = process.env.TWITTER_TEXT;
const twitter = require(home);
const regexps = require(`${home}/dist/regexp/index.js`);
const emoji = require(require.resolve("twemoji-parser", { paths: [home] }));

function describe(text) {
  const entities = { url: [], cashtag: [], mention: [], hashtag: [] };
  for (const entity of twitter.extractEntitiesWithIndices(text)) {
    const kind = entity.url ? "url" : entity.cashtag ? "cashtag" : entity.hashtag ? "hashtag" : "mention";
    entities[kind].push(entity.indices);
  }
  return [twitter.parseTweet(text).weightedLength, entities.url, entities.cashtag, entities.mention, entities.hashtag];
}

// Every UTF-16 unit that a class matches under the reference's own flags, as ranges.
function ranges(source, flags) {
  const one = new RegExp(`^${source}$`, flags);
  const found = [];
  for (let unit = 0; unit <= 0xffff; unit++) {
    if (!one.test(String.fromCharCode(unit))) continue;
    const last = found[found.length - 1];
    if (last && last[1] === unit - 1) last[1] = unit;
    else found.push([unit, unit]);
  }
  return found;
}

function astral(source) {
  const one = new RegExp(`^(?:${source})$`);
  const found = [];
  for (let point = 0x10000; point <= 0x10ffff; point++) {
    if (!one.test(String.fromCodePoint(point))) continue;
    const last = found[found.length - 1];
    if (last && last[1] === point - 1) last[1] = point;
    else found.push([point, point]);
  }
  return found;
}

function alternatives(regexp) {
  return regexp.source.replace(/^\(\?:\(\?:/, "").replace(/\)\(\?=.*$/, "").split("|");
}

// Code points that the emoji expression joins with what follows them.
function joined(suffix) {
  const found = [];
  for (let point = 0x21; point <= 0x1ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const text = String.fromCodePoint(point) + suffix;
    const first = emoji.parse(text)[0];
    if (first && first.text === text) found.push(point);
  }
  return found;
}

function pairs() {
  const found = [];
  for (let a = 0x1f1e6; a <= 0x1f1ff; a++) {
    for (let b = 0x1f1e6; b <= 0x1f1ff; b++) {
      const text = String.fromCodePoint(a, b);
      if (emoji.parse(text)[0].text === text) found.push(text);
    }
  }
  return found;
}

function tables() {
  const s = (name) => regexps[name].source;
  const tag = `[${s("bmpLetterAndMarks")}]`;
  return {
    gtld: alternatives(regexps.validGTLD),
    cctld: alternatives(regexps.validCCTLD),
    tag_letter: ranges(tag, "i"),
    tag_other: ranges(`[${s("bmpNumerals")}${s("hashtagSpecialChars")}]`, "i"),
    tag_letter_astral: astral(s("astralLetterAndMarks")),
    tag_other_astral: astral(s("astralNumerals")),
    domain: ranges(s("validDomainChars"), "i"),
    before_url: ranges(s("validUrlPrecedingChars").replace("|^)", ")"), "i"),
    ascii_domain: ranges(`[\\-a-z0-9${s("latinAccentChars")}]`, "i"),
    latin_accent: ranges(`[${s("latinAccentChars")}]`, ""),
    path: ranges(s("validGeneralUrlPathChars"), "i"),
    path_end: ranges(s("validUrlPathEndingChars").split("]|")[0] + "]", "i"),
    query: ranges(s("validUrlQueryChars"), "i"),
    query_end: ranges(s("validUrlQueryEndingChars"), "i"),
    spaces: ranges(s("spaces"), "i"),
    after_cashtag: ranges(`(?:\\s|[${s("punct")}])`, "i"),
    emoji_style: joined("\ufe0f"),
    toned: joined("\u{1f3fb}"),
    styled_toned: joined("\ufe0f\u{1f3fb}"),
    flags: pairs(),
  };
}

const mode = process.argv[2];
if (mode === "tables") {
  process.stdout.write(JSON.stringify(tables()));
} else {
  const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
  process.stdout.write(JSON.stringify(texts.map(describe)));
}

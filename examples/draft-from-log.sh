#!/bin/sh
# Draft a thread from the commits since the last tag; print the draft's id, then number, weight and opening of each post.
# Usage: draft-from-log.sh [POSTS]          (needs git, python3 and onering on PATH)
set -eu

last=$(git describe --tags --abbrev=0 2>/dev/null || true)

git log --no-merges --reverse --format='- %s%n%n%b' ${last:+"$last.."} |
    onering generate - --topic "what is new" ${1:+--posts "$1"} --json |
    python3 -c '
import json, sys

thread = json.load(sys.stdin)
if "error" in thread:
    sys.exit(thread["error"]["message"])
print(thread["draft"])
for post in thread["posts"]:
    print(post["index"], "{weight}/280".format(**post), post["text"].splitlines()[0][:60], sep="\t")
'

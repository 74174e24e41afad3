#!/bin/sh
# Draft a thread from the commits since the last tag, and print its id and how full each post is.
# Usage: draft-from-log.sh [POSTS]     (needs git, jq and onering on PATH)
set -eu

since=$(git describe --tags --abbrev=0 2>/dev/null || git rev-list --max-parents=0 HEAD | tail -n 1)

git log --no-merges --format='- %s%n%n%b' "$since..HEAD" |
    onering generate - --topic "What is new" ${1:+--posts "$1"} --json |
    jq -r '.draft, (.posts[] | "\(.index)\t\(.weight)/280\t\(.text | gsub("\n"; " ") | .[:60])")'

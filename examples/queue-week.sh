#!/bin/sh
# Queue a folder of drafts, one for each free slot, the first by name next; run it again for new files only.
# Usage: queue-week.sh FOLDER
set -eu

folder=${1:?"usage: queue-week.sh FOLDER"}
onering slot set "mon-fri 09:30" --tz Europe/London >/dev/null

for draft in "$folder"/*.md; do
  [ -e "$draft" ] || continue # there was none
  onering draft lint "$draft" >/dev/null
  onering post "$draft" --next-slot --yes
  mkdir -p "$folder/queued"
  mv "$draft" "$folder/queued/"
done

onering schedule list --week

#!/bin/sh
# The golden cases through the command, compared byte for byte with the files in data/golden.
#
#   golden.sh                 check every case
#   golden.sh --write CASE    write the expected table of a case, once its numbers were checked by other means
set -eu
LC_ALL=C
export LC_ALL
source=${ITG_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
build=${ITG_BUILD:-$source/_build}
wanted=
if [ $# -gt 0 ]; then
  [ "$1" = --write ] && [ $# = 2 ] || { echo "usage: golden.sh [--write CASE]"; exit 2; }
  wanted=$2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$source/tests/data/golden"

# cases.csv as lines "case measure inputs options table", with a byte between that no text holds.
awk '{
  record = record == "" ? $0 : record "\n" $0
  if (gsub(/"/, "\"", record) % 2) next
  n = quoted = 0; field = ""; out = ""
  for (i = 1; i <= length(record) + 1; i++) {
    c = substr(record, i, 1)
    if (quoted && c == "\"" && substr(record, i + 1, 1) == "\"") { field = field c; i++ }
    else if (c == "\"") quoted = !quoted
    else if (c == "" || (c == "," && !quoted)) { if (++n <= 5) out = out (n > 1 ? "\037" : "") field; field = "" }
    else field = field c
  }
  gsub(/\n/, " ", out)
  if (lines++) print out
  record = ""
}' cases.csv > "$work/cases"

passed=0 failed=0 written=0
while IFS=$(printf '\037') read -r name measure inputs options table; do
  [ -z "$wanted" ] || [ "$wanted" = "$name" ] || continue
  set -- "$measure" --quiet --format csv --table "${table:-estimates}" --options "${options:-{\}}"
  while [ -n "$inputs" ]; do
    set -- "$@" --input "${inputs%%;*}"
    case $inputs in *';'*) inputs=${inputs#*;} ;; *) inputs= ;; esac
  done
  if ! "$build/integrade" "$@" > "$work/found" 2> "$work/errors" < /dev/null; then
    echo "FAIL: $name: $(cat "$work/errors")"
    failed=$((failed + 1))
  elif [ -n "$wanted" ]; then
    cp "$work/found" "$name.csv"
    written=1
  elif cmp -s "$work/found" "$name.csv"; then
    passed=$((passed + 1))
  else
    echo "FAIL: $name"
    diff "$name.csv" "$work/found" | head -n 6
    failed=$((failed + 1))
  fi
done < "$work/cases"
if [ -n "$wanted" ]; then
  [ $written = 1 ] || { echo "golden.sh: cases.csv has no case '$wanted' that can be computed"; exit 1; }
  exit 0
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]

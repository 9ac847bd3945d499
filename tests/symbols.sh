#!/bin/sh
# The library exports what integrade.h declares and nothing else, and is linked to what it should be.
set -eu
header=$ITG_SOURCE/src/integrade.h
library=$(ls "$ITG_BUILD"/.libs/libintegrade.so | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed -n 's/^ITG_API [^(]*[ *]\(itg_[a-z0-9_]*\)(.*/\1/p' "$header" | sort > "$work/declared"
nm -D --defined-only "$library" | awk '{print $3}' | sort > "$work/exported"
[ "$(wc -l < "$work/declared")" -gt 30 ]
diff "$work/declared" "$work/exported" || { echo "declared (<) and exported (>) symbols differ"; exit 1; }
for need in openblas pcre2-8 yaml jansson Rmath md; do
  readelf -d "$library" | grep -q "NEEDED.*lib$need" || { echo "the library is not linked to $need"; exit 1; }
done

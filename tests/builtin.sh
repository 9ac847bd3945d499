#!/bin/sh
# src/itg_builtin.c is what instruments/ says now, and every definition passes its own worked examples.
set -eu
sh "$ITG_SOURCE"/instruments/builtin.sh | cmp - "$ITG_SOURCE"/src/itg_builtin.c || { echo "stale: run make builtin"; exit 1; }
"$ITG_BUILD"/integrade instruments check "$ITG_SOURCE"/instruments/*.yaml > "$ITG_BUILD"/builtin.found
count=$(wc -l < "$ITG_BUILD"/builtin.found)
rm "$ITG_BUILD"/builtin.found
[ "$count" = "$(ls "$ITG_SOURCE"/instruments/*.yaml | wc -l)" ] && [ "$count" -ge 100 ] || { echo "only $count definitions"; exit 1; }

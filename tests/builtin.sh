#!/bin/sh
# src/itg_builtin.c is what instruments/ says now, and every definition passes its own worked examples.
set -eu
sh "$ITG_SOURCE"/instruments/builtin.sh | cmp - "$ITG_SOURCE"/src/itg_builtin.c || { echo "stale: run make builtin"; exit 1; }
count=0
for file in "$ITG_SOURCE"/instruments/*.yaml; do
  "$ITG_BUILD"/integrade instruments check "$file" > /dev/null || { echo "$file fails its check"; exit 1; }
  count=$((count + 1))
done
[ $count -ge 9 ] || { echo "only $count definitions"; exit 1; }

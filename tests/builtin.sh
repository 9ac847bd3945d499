#!/bin/sh
# src/itg_builtin.c is what instruments/ says now, and every definition passes its own worked examples.
set -eu
sh "$ITG_SOURCE"/instruments/builtin.sh | cmp - "$ITG_SOURCE"/src/itg_builtin.c || { echo "stale: run make builtin"; exit 1; }
"$ITG_BUILD"/integrade instruments check "$ITG_SOURCE"/instruments/*.yaml > "$ITG_BUILD"/builtin.found
count=$(wc -l < "$ITG_BUILD"/builtin.found)
rm "$ITG_BUILD"/builtin.found
[ "$count" = "$(ls "$ITG_SOURCE"/instruments/*.yaml | wc -l)" ] && [ "$count" -ge 100 ] || { echo "only $count definitions"; exit 1; }
# The catalogue of vignettes/instruments.md names every definition that has a group, and nothing else.
cd "$ITG_SOURCE"
sed -n 's/^| `\([a-z0-9-]*\)` | [a-z]* | [A-J-][ 0-9].*/\1/p' vignettes/instruments.md | sort > "$ITG_BUILD"/catalogue.named
for file in instruments/*.yaml; do
  ! grep -q '^group: ' "$file" || basename "$file" .yaml
done | sort > "$ITG_BUILD"/catalogue.found
diff "$ITG_BUILD"/catalogue.named "$ITG_BUILD"/catalogue.found || { echo "vignettes/instruments.md: the table is wrong"; exit 1; }
rm "$ITG_BUILD"/catalogue.named "$ITG_BUILD"/catalogue.found

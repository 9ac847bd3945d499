#!/bin/sh
# The corpora of the fuzz targets, given to each once (tests/fuzz/run searches for more).
set -u
source=${ITG_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
build=${ITG_BUILD:-$source/_build}
for target in csv definition evaluation state; do
  "$build/tests/fuzz/$target" "$source/tests/fuzz/corpus/$target" > "$build/tests/fuzz/$target.out" 2>&1 ||
    { echo "FAIL: $target"; cat "$build/tests/fuzz/$target.out"; exit 1; }
  echo "$target: $(cat "$build/tests/fuzz/$target.out")"
done

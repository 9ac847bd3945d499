#!/bin/sh
# The public header compiles alone, as C and as C++, without a warning.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '#include "integrade.h"\nint main(void) { return itg_version()[0] == 0; }\n' > "$work/alone.c"
cp "$work/alone.c" "$work/alone.cc"
${ITG_CC:-cc} -std=c99 -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror -I"$ITG_SOURCE/src" -c "$work/alone.c" -o "$work/c.o"
${ITG_CXX:-c++} -std=c++11 -Wall -Wextra -Wpedantic -Werror -I"$ITG_SOURCE/src" -c "$work/alone.cc" -o "$work/cc.o"

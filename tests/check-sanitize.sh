#!/bin/sh
# The C tests under the address and undefined sanitizers: source folder $1, build folder $2.
set -eu
mkdir -p "$2"
cd "$2"
[ -f Makefile ] || "$1"/configure --enable-sanitize --disable-shared --enable-static CFLAGS="-g -O1" > configure.log 2>&1 || { cat configure.log; exit 1; }
make -s -j2 > make.log 2>&1 || { cat make.log; exit 1; }
make -s -j2 check TESTS="$(ls "$1"/tests/test_*.c | sed 's|.*/\(.*\)\.c|tests/\1|' | tr '\n' ' ')" ITG_QUICK=1 > check.log 2>&1 || { cat check.log tests/*.log; exit 1; }
grep -c '^PASS' check.log | sed 's/$/ test programs, no sanitizer report/'

#!/bin/sh
# Build the R package from the unpacked tarball $1 and check it as CRAN does, in folder $2.
set -eu
rm -rf "$2"
mkdir -p "$2"
cd "$2"
R CMD build "$1" > build.log 2>&1 || { cat build.log; exit 1; }
# Without -g, as the debug information is three quarters of the installed size, which is checked.
echo 'CFLAGS = -O2 -Wall' > makevars
R_MAKEVARS_USER=$(pwd)/makevars
export R_MAKEVARS_USER
_R_CHECK_FORCE_SUGGESTS_=false _R_CHECK_CRAN_INCOMING_=false _R_CHECK_SYSTEM_CLOCK_=false \
  R CMD check --as-cran --no-manual integrade_*.tar.gz > check.log 2>&1 || { cat check.log; cat integrade.Rcheck/tests/*.fail 2> /dev/null; exit 1; }
status=$(sed -n 's/^Status: //p' integrade.Rcheck/00check.log)
[ "$status" = OK ] || { cat check.log; echo "R CMD check: $status; wanted OK"; exit 1; }
readelf -d integrade.Rcheck/integrade/libs/integrade.so > needed.txt
for need in pcre2-8 yaml jansson md; do
  grep -q "NEEDED.*lib$need" needed.txt || { echo "the R package is not linked to $need"; exit 1; }
done
exported=$(nm -D --defined-only integrade.Rcheck/integrade/libs/integrade.so | awk '{print $3}')
[ "$exported" = R_init_integrade ] || { echo "the R package exports: $exported"; exit 1; }
R_LIBS=$2/integrade.Rcheck sh "$1/tests/pages.sh" r
echo "R CMD check --as-cran: OK"

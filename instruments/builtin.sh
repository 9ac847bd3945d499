#!/bin/sh
# Print src/itg_builtin.c: every definition of this folder as C text, sorted by id, and the catalogue of systems.
# The file is committed, so that R and pip build without this script; `make check` fails when it is stale.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")"
quoted() { sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/     "/' -e 's/$/\\n"/' "$1"; }
echo '/* itg_builtin.c - generated from instruments/ by instruments/builtin.sh; do not edit. */'
echo '#include "itg_definition.h"'
echo
echo 'const itg_builtin itg_builtins[] = {'
count=0
for file in *.yaml; do
  [ -e "$file" ] || continue
  printf '    {"%s",\n' "${file%.yaml}"
  quoted "$file"
  echo '    },'
  count=$((count + 1))
done
echo '    {NULL, NULL},'
echo '};'
echo
echo "const int itg_builtin_count = $count;"
echo
echo 'const char itg_catalogue_text[] ='
quoted catalogue.csv
echo '    ;'

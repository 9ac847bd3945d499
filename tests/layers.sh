#!/bin/sh
# An include may point only to the same or a lower layer (CONTRIBUTING.md); fronts use integrade.h only.
set -eu
cd "${ITG_SOURCE:-$(dirname "$0")/..}/src"
layer() {
  case $1 in
    integrade.h | itg_base.h | itg_sum.h | itg_vector.h | itg_random* | itg_alias* | itg_sort* | itg_thread* | itg_blas* | itg_special* | itg_beside* | itg_error.c | itg_memory.c | itg_text.c) echo 0 ;;
    itg_frame* | itg_table* | itg_csv* | itg_pattern* | itg_result* | itg_tree*) echo 1 ;;
    itg_node* | itg_schema* | itg_definition* | itg_builtin* | itg_state*) echo 2 ;;
    itg_csv_read.c) echo 2 ;;
    itg_evaluation* | itg_report* | itg_svg* | itg_json*) echo 4 ;;
    itg_*) echo 3 ;;
    *) echo 5 ;;
  esac
}
bad=0 seen=0
for file in itg_*.[ch]; do
  own=$(layer "$file")
  for include in $(sed -n 's/^#include "\(.*\)"/\1/p' "$file"); do
    seen=$((seen + 1))
    # The CSV reader takes its options through the schema checker.
    case $file:$include in itg_csv.c:itg_node.h) continue ;; esac
    if [ "$(layer "$include")" -gt "$own" ]; then
      echo "$file (layer $own) includes $include (layer $(layer "$include"))"
      bad=1
    fi
  done
done
for file in r_*.c cli/*.c ../python/integrade/_core.c; do
  [ -e "$file" ] || continue
  if sed -n 's/^#include "\(.*\)"/\1/p' "$file" | grep '^itg_\|/itg_'; then
    echo "$file is a front and may include integrade.h only"
    bad=1
  fi
done
[ $seen -gt 50 ] || { echo "only $seen includes were seen: the test is broken"; exit 1; }
exit $bad

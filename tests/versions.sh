#!/bin/sh
# The version stands once, in integrade.h; everything else agrees with it.  README and NEWS name every measure, and
# the counts they state are those of what is built in.
set -eu
cd "$ITG_SOURCE"
version=$(sed -n 's/^#define ITG_VERSION "\(.*\)"/\1/p' src/integrade.h)
[ -n "$version" ]
[ "$(sed -n 's/^Version: //p' DESCRIPTION)" = "$version" ] || { echo "DESCRIPTION is not at $version"; exit 1; }
grep -q "integrade $version" NEWS.md || { echo "NEWS.md has no entry for $version"; exit 1; }
[ "$("$ITG_BUILD"/integrade --version | head -n 1)" = "integrade $version" ] || { echo "the command is not at $version"; exit 1; }
grep -q "^Version: $version" "$ITG_BUILD"/src/integrade.pc || { echo "integrade.pc is not at $version"; exit 1; }
for measure in $("$ITG_BUILD"/integrade measures | cut -d ' ' -f 1); do
  for file in README.md NEWS.md; do
    grep -q "\`$measure\`" "$file" || { echo "$file does not name the measure $measure"; exit 1; }
  done
done
states() { # FILE 'text with the count'
  tr '\n' ' ' < "$1" | tr -s ' ' | grep -qFe "$2" || { echo "$1 does not say: $2"; exit 1; }
}
of_kind() { "$ITG_BUILD"/integrade instruments list --kind "$1" | grep -c .; }
sets=$(of_kind valueset)
systems=$(($(wc -l < instruments/catalogue.csv) - 1))
states README.md "($sets value sets)"
states NEWS.md "- $sets EQ-5D value sets and crosswalks"
states README.md "DMIC, 89 elements, and $(($(of_kind checklist) - 1)) others"
states README.md "any of the $systems measurement systems"
states NEWS.md "The catalogue of the $systems measurement systems"

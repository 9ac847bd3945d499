#!/bin/sh
# The command as a shell sees it: the cases of data/cli/cases.txt, then what a line of text cannot say.
#
#   $ integrade arguments       run (by the shell, in a folder of its own with the files of data/cli)
#   > line                      the whole standard output, line by line
#   ~ part                      part of standard output
#   ! part                      part of standard error; no '!' line: standard error must be empty
#   = code                      exit code, ends the case
set -u
LC_ALL=C
export LC_ALL
source=${ITG_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
build=${ITG_BUILD:-$source/_build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/in"
ln -s "$build/integrade" "$work/bin/integrade"
PATH=$work/bin:$PATH
cp "$source"/tests/data/cli/* "$work/in"
cp "$source"/inst/example/*.csv "$work/in"
cd "$work/in" || exit 1
printf 'unit,partner,rank\nA,"B\n' > open-quote.csv
printf '\001\377\376\000junk' > junk.csv
: > empty.csv
seq -s , 10000000 > wide.csv
mkdir folder

passed=0 failed=0
fine() { passed=$((passed + 1)); }
wrong() { # what, detail
  failed=$((failed + 1))
  echo "FAIL: $1"
  printf '  %.900s\n' "$2"
}

# ---- cases ----
command= whole= has_whole=no parts= errors=
run_case() { # exit code
  eval "$command" > ../out 2> ../err < /dev/null
  code=$?
  why=
  [ "$code" = "$1" ] || why="exit code $code, expected $1"
  if [ $has_whole = yes ]; then
    printf '%s' "$whole" | cmp -s - ../out || why="$why; standard output differs: $(head -c 600 ../out)"
  fi
  printf '%s' "$parts" > ../parts
  while IFS= read -r part; do
    grep -qF -- "$part" ../out || why="$why; standard output lacks '$part': $(head -c 600 ../out)"
  done < ../parts
  printf '%s' "$errors" > ../errors
  while IFS= read -r part; do
    grep -qF -- "$part" ../err || why="$why; standard error lacks '$part': $(head -c 600 ../err)"
  done < ../errors
  if [ -z "$errors" ] && [ -s ../err ]; then why="$why; standard error: $(head -c 600 ../err)"; fi
  if [ -z "$why" ]; then fine; else wrong "$command" "$why"; fi
}
newline='
'
while IFS= read -r line || [ -n "$line" ]; do
  text=${line#??}
  case $line in
    '$ '*) command=$text whole= has_whole=no parts= errors= ;;
    '> '* | '>') [ "$line" = '>' ] && text=; whole=$whole$text$newline has_whole=yes ;;
    '~ '*) parts=$parts$text$newline ;;
    '! '*) errors=$errors$text$newline ;;
    '= '*) run_case "$text" ;;
    '' | '#'*) ;;
    *) wrong "cases.txt" "not understood: $line" ;;
  esac
done < cases.txt

# ---- every measure describes itself, and its help is made from that ----
for measure in $(integrade measures | cut -d ' ' -f 1); do
  integrade "$measure" --help > ../out 2> ../err
  code=$?
  if [ $code = 0 ] && [ ! -s ../err ] && grep -q '^Usage: integrade ' ../out && grep -q '^Source' ../out &&
    integrade describe "$measure" | cmp -s - ../out && integrade describe "$measure" --format json | grep -q '"roles"'; then
    fine
  else
    wrong "$measure --help" "exit code $code $(cat ../err)"
  fi
done

# ---- the bundled evaluation: twice the same bytes, nothing fetched, nobody's paths ----
one=$work/one two=$work/two
if integrade run "$source/inst/example/evaluation.yaml" -o "$one" > ../out 2> ../err && [ ! -s ../err ] &&
  (cd / && integrade run "$source/inst/example/evaluation.yaml" -o "$two" --threads 1 --quiet); then
  if diff -r "$one" "$two" > ../diff; then fine; else wrong "two runs" "$(head ../diff)"; fi
  if grep -l "$work\|$source" "$one"/* > ../names; then wrong "paths of this machine" "$(cat ../names)"; else fine; fi
  if grep -q '<script\|<link\|<img\|javascript:\|url(h\|@import' "$one/report.html"; then wrong "report" "fetches or runs something"; else fine; fi
  if [ "$(wc -c < "$one/report.html")" -lt 2097152 ]; then fine; else wrong "report" "larger than 2 MiB"; fi
  if grep -q "report.html are in $one" ../out && grep -q '^study  *cea  *icer, ' ../out; then fine; else wrong "summary of a run" "$(cat ../out)"; fi
else
  wrong "the bundled evaluation" "$(cat ../err)"
fi

# ---- nothing half done ----
if ls "$work" | grep -q '\.part-'; then wrong "left over" "$(ls "$work")"; else fine; fi
integrade matrix ratings.csv -o folder > ../out 2> ../err
if [ $? = 3 ] && [ -s ../err ] && [ -d folder ]; then fine; else wrong "-o folder" "$(cat ../err)"; fi
integrade matrix ratings.csv --quiet -o made.json && integrade matrix ratings.csv --quiet --format json > ../out
if cmp -s made.json ../out; then fine; else wrong "-o file.json" "differs from --format json"; fi

# ---- signals and pipes ----
{ echo patient,provider; i=0; while [ $i -lt 20000 ]; do echo $i,a; i=$((i + 1)); done; } > many.csv
integrade matrix functional-synthetic.csv --replicates 100000 > ../out 2> ../err &
job=$!
sleep 1
kill -INT $job
wait $job
code=$?
if [ $code = 130 ] && [ ! -s ../out ]; then fine; else wrong "interrupt" "exit code $code: $(cat ../err)"; fi
# A result on its way out is no work to be finished: Ctrl-C ends it (a full pipe keeps it from being written).
mkfifo ../pipe
integrade continuity many.csv --table patients --quiet > ../pipe 2> ../err &
job=$!
exec 3< ../pipe
sleep 1
kill -INT $job
wait $job
code=$?
exec 3<&-
if [ $code = 130 ]; then fine; else wrong "interrupt of printing" "exit code $code: $(cat ../err)"; fi
integrade matrix functional-synthetic.csv --replicates 0 --quiet 2> ../err | head -n 1 > /dev/null
if [ ! -s ../err ]; then fine; else wrong "closed pipe" "$(cat ../err)"; fi
if [ -w /dev/full ]; then
  integrade matrix ratings.csv --quiet > /dev/full 2> ../err
  if [ $? = 3 ]; then fine; else wrong "full disk" "$(cat ../err)"; fi
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]

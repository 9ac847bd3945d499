#!/bin/sh
# What README.md and the pages in vignettes/ show is run: pages.sh [sh|r|python] (default sh).
#
# Each page has a folder of its own with a copy of the bundled example; its fences of one language run in order, as one
# script that must not fail.  Comments of the page say what a fence is besides:
#   <!-- file: NAME -->   the fence is this file
#   <!-- run -->          what the fence prints is compared with the fences after <!-- prints -->
#   <!-- not run -->      the fence needs what a test has not
set -u
LC_ALL=C
export LC_ALL
language=${1:-sh}
source=$(cd "${ITG_SOURCE:-$(dirname "$0")/..}" && pwd)
build=${ITG_BUILD:-$source/_build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "$language" = sh ]; then
  mkdir "$work/bin"
  ln -s "$build/integrade" "$work/bin/integrade"
  PATH=$work/bin:$PATH
fi
: > "$work/before.sh"
echo 'grDevices::pdf(NULL)' > "$work/before.r"
echo 'import matplotlib; matplotlib.use("Agg")' > "$work/before.python"

ran=0 failed=0
for page in "$source"/README.md "$source"/vignettes/*.md; do
  name=${page##*/}
  mkdir -p "$work/$name/inst"
  cp -R "$source/inst/example" "$work/$name/inst/example"
  cp "$source"/inst/example/*.csv "$source"/inst/example/*.yaml "$work/$name"
  cd "$work/$name" || exit 1
  : > ../expected
  cp "../before.$language" script
  awk -v language="$language" '
    /^<!-- file: / { file = $3; next }
    /^<!-- run -->/ { run = 1; next }
    /^<!-- prints -->/ { file = "../expected"; next }
    /^<!-- not run -->/ { skip = 1; next }
    /^```/ { if (!open) {
               if (file == "" && !skip && $0 == "```" language) {
                 file = "script"; fences++
                 if (language == "sh") print "{" >> file
               }
               folder = file
               if (sub("/[^/]*$", "", folder) && folder != "..") system("mkdir -p " folder)
             } else {
               if (file == "script" && language == "sh") print run ? "} >> \"$FOUND\"" : "} > /dev/null" >> file
               file = ""; run = skip = 0
             }
             open = !open; next }
    open && file != "" { if (file == "script") print >> file; else print > file }
    END { print fences + 0 }' "$page" > ../fences
  [ "$(cat ../fences)" -gt 0 ] || continue
  : > ../found
  FOUND=$work/found
  export FOUND
  case $language in
    sh) sh -e script ;;
    r) Rscript script ;;
    python) "${PYTHON:-python3}" script ;;
  esac > ../out 2> ../err
  code=$?
  ran=$((ran + $(cat ../fences)))
  if [ $code != 0 ] || { [ "$language" = sh ] && ! cmp -s ../expected ../found; }; then
    failed=$((failed + 1))
    echo "FAIL: $language of $name (exit code $code)"
    tail -n 15 ../err
    [ "$language" != sh ] || diff ../found ../expected | cut -c 1-300
  fi
done
echo "$ran fences of $language run, $failed pages failed"
[ $failed = 0 ] && [ $ran -gt 0 ]

#!/bin/sh
# Source package, wheel and tests of the Python front, from the unpacked tarball $1, in folder $2, with Python $3.
set -eu
rm -rf "$2"
mkdir -p "$2/sdist" "$2/unpacked" "$2/wheel" "$2/site"
cd "$1/python"
"$3" setup.py -q sdist --dist-dir "$2/sdist" > "$2/sdist.log" 2>&1 || { cat "$2/sdist.log"; exit 1; }
tar -xzf "$2"/sdist/integrade-*.tar.gz -C "$2/unpacked"
cd "$2"/unpacked/integrade-*
"$3" -m pip wheel -q --no-build-isolation --no-deps --no-index -w "$2/wheel" . > "$2/wheel.log" 2>&1 || { cat "$2/wheel.log"; exit 1; }
ls "$2"/wheel/integrade-*-cp311-abi3-*.whl > /dev/null || { echo "the wheel is not cp311-abi3"; exit 1; }
"$3" -m pip install -q --no-deps --no-index --target "$2/site" "$2"/wheel/integrade-*.whl > "$2/install.log" 2>&1 || { cat "$2/install.log"; exit 1; }
object=$(ls "$2"/site/integrade/_core*.so)
exported=$(nm -D --defined-only "$object" | awk '{print $3}')
[ "$exported" = PyInit__core ] || { echo "the extension exports: $exported"; exit 1; }
cd "$1/python/tests"
PYTHONPATH="$2/site" PYTHONDONTWRITEBYTECODE=1 "$3" -m pytest -q -p no:cacheprovider .
PYTHONPATH="$2/site" PYTHON="$3" sh "$1/tests/pages.sh" python

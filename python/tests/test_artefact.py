"""The extension itself: what it exports, what it needs, and that it is one wheel for every CPython from 3.11."""

import pathlib
import re
import shutil
import subprocess

import pytest

import integrade
from integrade import _core

OBJECT = pathlib.Path(_core.__file__)


def read_elf(*options):
    if not shutil.which("readelf"):
        pytest.skip("readelf is not installed")
    return subprocess.run(["readelf", "--wide", *options, str(OBJECT)], check=True, capture_output=True, text=True).stdout


def symbols(defined):
    for line in read_elf("--dyn-syms").splitlines():
        fields = line.split()
        if len(fields) >= 8 and fields[0].rstrip(":").isdigit() and fields[4] in ("GLOBAL", "WEAK"):
            if (fields[6] != "UND") == defined:
                yield fields[7].split("@")[0]


def test_only_the_module_entry_is_exported():
    assert set(symbols(defined=True)) == {"PyInit__core"}


def test_only_the_stable_interface_of_cpython_is_used():
    used = {name for name in symbols(defined=False) if name.startswith(("Py", "_Py"))}
    assert used
    # Private names that the stable ABI itself has.
    allowed = {"_Py_NoneStruct", "_Py_Dealloc", "_Py_NotImplementedStruct", "_Py_TrueStruct", "_Py_FalseStruct"}
    assert {name for name in used if name.startswith("_Py") and not name.endswith("_SizeT")} <= allowed


def test_object_bears_the_abi3_tag():
    assert OBJECT.name.endswith(".abi3.so")


def test_core_libraries_are_linked_not_found_by_chance():
    needed = " ".join(re.findall(r"NEEDED.*\[(.*)\]", read_elf("-d")))
    for library in ("libyaml", "libjansson", "libpcre2-8", "libopenblas", "libRmath"):
        assert library in needed


def test_version_is_that_of_the_core():
    assert integrade.__version__ == _core.version()


def test_types_are_shipped():
    here = pathlib.Path(integrade.__file__).parent
    assert (here / "py.typed").exists() and (here / "_core.pyi").exists()
    stub = (here / "_core.pyi").read_text()
    entries = {name for name in dir(_core) if not name.startswith("_")}
    assert set(re.findall(r"^def (\w+)", stub, re.M)) == entries

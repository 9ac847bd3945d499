"""Build integrade._core: the core's sources and the glue, as one limited-API extension.

Everything else stands in pyproject.toml.
"""

import os
import re
import subprocess
from glob import glob

from setuptools import Extension, setup
from wheel.bdist_wheel import bdist_wheel

LIBRARIES = ["yaml-0.1", "jansson", "libpcre2-8", "openblas", "libRmath", "libmd"]
PACKAGES = "libyaml-dev libjansson-dev libpcre2-dev libopenblas-dev r-mathlib libmd-dev"


def version() -> str:
    with open("csrc/integrade.h", encoding="utf-8") as header:
        return re.search(r'#define ITG_VERSION "([^"]+)"', header.read()).group(1)


def pkg_config(what: str) -> list:
    command = [os.environ.get("PKG_CONFIG", "pkg-config"), what, *LIBRARIES]
    try:
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        raise SystemExit(f"integrade needs {', '.join(LIBRARIES)} and pkg-config; on Debian: apt-get install "
                         f"pkg-config {PACKAGES}") from None


class abi3_wheel(bdist_wheel):
    """One wheel for CPython 3.11 and later."""

    def get_tag(self):
        return ("cp311", "abi3", super().get_tag()[2])


core = Extension(
    "integrade._core",
    sources=sorted(glob("integrade/_*.c")) + sorted(glob("csrc/itg_*.c")),
    depends=sorted(glob("integrade/_*.h")) + sorted(glob("csrc/*.h")) + glob("csrc/*.inc"),
    include_dirs=["csrc"],
    define_macros=[("Py_LIMITED_API", "0x030B0000"), ("MATHLIB_STANDALONE", None), ("ITG_API", ""),
                   ("_POSIX_C_SOURCE", "200809L")],
    extra_compile_args=["-std=c11", "-ffp-contract=off", "-fvisibility=hidden", "-pthread", *pkg_config("--cflags")],
    extra_link_args=["-pthread", *pkg_config("--libs")],
    py_limited_api=True,
)

setup(
    version=version(),
    ext_modules=[core],
    packages=["integrade"],
    package_data={"integrade": ["py.typed", "*.pyi", "example/*", "example/*/*"]},
    exclude_package_data={"integrade": ["*.c", "*.h"]},
    cmdclass={"bdist_wheel": abi3_wheel},
)

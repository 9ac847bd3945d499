"""Failures of the core as exceptions, one class per family of codes."""

from __future__ import annotations

from typing import Optional


class IntegradeError(ValueError):
    """Anything the core refuses; the message says what is wrong, where, what is allowed, what to do.

    Attributes
    ----------
    code : str
        Name of the status, such as ``"ITG_ERR_COLUMN"``.
    exit : int
        Exit code of the command ``integrade`` for the same failure.
    row, line : int or None
        Data row, and line of the file, both counted from 1.
    source, column : str or None
        File or table, and column or key, where the failure lies.
    """

    def __init__(self, message: str, code: str = "ITG_ERR_INTERNAL", exit: int = 1, row: Optional[int] = None,
                 line: Optional[int] = None, source: Optional[str] = None, column: Optional[str] = None) -> None:
        super().__init__(message)
        self.code, self.exit, self.row, self.line, self.source, self.column = code, exit, row, line, source, column

    def __reduce__(self):  # type: ignore[no-untyped-def]
        return type(self), (str(self), self.code, self.exit, self.row, self.line, self.source, self.column)


class InternalError(IntegradeError):
    """A defect of integrade, or no memory, or no thread (100 family)."""


class OptionError(IntegradeError):
    """An impossible argument or option, or an unknown measure (200 family)."""


class InputError(IntegradeError):
    """A file, column or value that cannot be used (300 family)."""


class DefinitionError(IntegradeError):
    """A definition or evaluation file that is wrong (400 family)."""


class GateError(IntegradeError):
    """A quality gate of an evaluation failed (500 family)."""


class NumericError(IntegradeError):
    """A number that cannot be computed to the promised accuracy (600 family)."""


class DisclosureError(IntegradeError):
    """The disclosure rule forbids the export (800 family)."""


# The exit code of the command is the family.
FAMILIES = {1: InternalError, 2: OptionError, 3: InputError, 4: DefinitionError, 5: GateError, 6: NumericError,
            8: DisclosureError}


def make(code: str, message: str, exit: int, row: Optional[int] = None, line: Optional[int] = None,
         source: Optional[str] = None, column: Optional[str] = None) -> BaseException:
    """The exception for a failure of the core (called by ``_core``)."""
    if code == "ITG_ERR_INTERRUPTED":
        return KeyboardInterrupt(message)
    if code == "ITG_ERR_MEMORY":
        return MemoryError(message)
    return FAMILIES.get(exit, IntegradeError)(message, code, exit, row, line, source, column)


def failure(code: str, message: str, **where: object) -> BaseException:
    """A failure found before the core is called, in the words the core would use."""
    exit = {"ARGUMENT": 2, "OPTION": 2, "INSTRUMENT": 4}.get(code, 3)
    return make(f"ITG_ERR_{code}", f"{message} (ITG_ERR_{code})", exit, **where)  # type: ignore[arg-type]

"""Evaluation files: several analyses in one run, with a report."""

from __future__ import annotations

import os
from collections.abc import Mapping
from html import escape
from typing import Any, Dict, Iterator, Optional, Union

from . import _core
from ._result import Result
from ._run import _threads

Path = Union[str, "os.PathLike[str]"]


class Evaluation(Mapping):  # type: ignore[type-arg]
    """The results of an evaluation file, by the id of each analysis.

    Attributes
    ----------
    title : str
    html : str
        The report as a page that stands alone; notebooks show it.
    folder : str or None
        The folder that the evaluation file names for its output.
    """

    __slots__ = ("title", "html", "folder", "_results")
    title: str
    html: str
    folder: Optional[str]
    _results: Dict[str, Result]

    def __init__(self, title: str, folder: Optional[str], results: Dict[str, Result], html: str) -> None:
        for name, value in (("title", title), ("folder", folder), ("_results", results), ("html", html)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an evaluation cannot be changed: {name}")

    def __reduce__(self) -> Any:
        return Evaluation, (self.title, self.folder, self._results, self.html)

    def __getitem__(self, id: str) -> Result:
        return self._results[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)

    def summary(self) -> str:
        """The estimates of every analysis as text."""
        parts = [f"{id}\n{'-' * len(id)}\n{result.summary()}" for id, result in self._results.items()]
        return "\n\n".join([self.title, *parts])

    def __str__(self) -> str:
        wide = max(map(len, self._results), default=0)
        lines = [f"{id.ljust(wide)}  {result!r}" for id, result in self._results.items()]
        return "\n".join([self.title, *lines, "summary() gives the estimates, [id] one result, html the report."])

    def __repr__(self) -> str:
        return f"<integrade evaluation '{self.title}': {', '.join(self._results)}>"

    def _repr_html_(self) -> str:
        return (f'<iframe title="{escape(self.title)}" srcdoc="{escape(self.html)}" sandbox="" '
                'style="width:100%;height:40em;border:1px solid #888"></iframe>')


def evaluate(path: Path, out: Optional[Path] = None, *, threads: Optional[int] = None) -> Evaluation:
    """Read and run an evaluation file; paths in it are relative to the file.

    Parameters
    ----------
    path : str or path
        The evaluation file, YAML or JSON.
    out : str or path, optional
        Folder for tables (CSV, JSON), ``provenance.json`` and ``report.html``, made if absent; either all files
        appear or none.  Without it nothing is written.
    threads : int, optional
        Default at most two.  The number never shows in a result.

    Raises
    ------
    InputError, DefinitionError
        With ``source``, ``line`` and ``column``.
    """
    title, folder, results, html = _core.evaluate(path, out, _threads(threads))
    return Evaluation(title, folder, {id: Result(*parts) for id, parts in results.items()}, html)

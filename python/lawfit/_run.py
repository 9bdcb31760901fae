"""Run directories."""

from __future__ import annotations

import base64
import contextlib
import csv
import html
import json
import os
import re
import shutil
import tempfile
import weakref
from typing import Any, Optional

from ._arguments import Arguments
from ._errors import LawfitError
from ._frames import frame
from ._process import run

#: The figures that may answer what was asked, by the table that has the answer: the first that can be drawn is shown.
_FIGURES = (
    ("candidates", "candidates"),
    ("plans", "plans"),
    ("searched_laws", "search-front"),
    ("mixtures", "mixtures"),
    ("backtests", "forecast-cones"),
    ("predictions", "answer"),
    ("laws", "fit-curves"),
)


class Figure:
    """A figure of a run; ``svg`` is its text."""

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def save(self, path: Any) -> None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg)

    def _repr_html_(self) -> str:
        # A picture of its own: names within the drawings of one page would be mixed up.
        return f'<img alt="figure" src="data:image/svg+xml;base64,{base64.b64encode(self.svg.encode()).decode()}">'


class Run:
    """A run directory: what a fit or a sweep found. ``run.predictions`` or ``run["predictions"]`` is a result table, as a frame.

    A run that was made without ``out=`` lies in a temporary folder, which is removed with the object.

    :param directory: one that lawfit wrote
    :raises LawfitError: if there is no finished run
    """

    def __init__(
        self,
        directory: Any,
        *,
        _summary: Optional[str] = None,
        _folder: Optional[str] = None,
        _library: Optional[str] = None,
    ) -> None:
        self.directory = os.fspath(directory)
        # A sweep with quiet=True prints none.
        self._summary = None if not _summary else re.sub(
            r"^tables in .*: (.*) \(lawfit show .*\)$", r"tables: \1", _summary, flags=re.M
        )
        self._library = _library
        self._cache: dict = {}
        path = os.path.join(self.directory, "manifest.json")
        if not os.path.exists(path):
            # It says what is there instead.
            run(["show", self.directory])
        with open(path, encoding="utf-8") as file:
            #: What was run and how: docs/results.md.
            self.manifest = json.load(file)
        if _folder is not None:
            weakref.finalize(self, shutil.rmtree, _folder, ignore_errors=True)

    @property
    def warnings(self) -> list:
        """What may make its numbers untrue, in lines."""
        return self.manifest["warnings"]

    @property
    def tables(self) -> dict:
        """Numbers of rows of its result tables, by name (docs/results.md)."""
        return self.manifest["results"]

    @property
    def summary(self) -> str:
        """What was found, for people."""
        if self._summary is None:
            self._summary = run(["show", self.directory]).text
        return self._summary

    def table(self, name: str, **options: Any) -> Any:
        """A result table.

        :param options: those of ``lawfit show``: ``where="task = 'piqa_val'"``, ``columns=[...]``, ``limit``
        """
        key = json.dumps([name, options], default=str)
        if key not in self._cache:
            words = ["show", self.directory, name, *Arguments("").options(options)]
            rows = json.loads(run([*words, "--format=json"]).text)
            # Of a table without rows JSON does not say the columns.
            columns = [] if rows else next(csv.reader(run([*words, "--format=csv"]).text.splitlines()), [])
            self._cache[key] = frame(rows, columns, self._library)
        return self._cache[key]

    def __getitem__(self, name: str) -> Any:
        return self.table(name)

    def __getattr__(self, name: str) -> Any:
        tables = {} if name.startswith("_") or name == "manifest" else self.tables
        if name not in tables:
            raise AttributeError(f"a run has no {name}; its tables are {', '.join(tables)}")
        return self.table(name)

    def __dir__(self) -> list:
        return [*super().__dir__(), *self.tables]

    def __fspath__(self) -> str:
        return self.directory

    def __repr__(self) -> str:
        return self.summary

    def figure(self, name: Optional[str] = None, theme: str = "light") -> Figure:
        """A figure of its report (docs/report.md).

        :param name: by default the first that answers what was asked
        :raises LawfitError: if the run has no data for it
        """
        if name is None:
            *others, name = [figure for table, figure in _FIGURES if self.tables.get(table, 0) > 0] or ["answer"]
            for other in others:
                with contextlib.suppress(LawfitError):
                    return self.figure(other, theme)
        with tempfile.TemporaryDirectory(prefix="lawfit-python-") as folder:
            path = os.path.join(folder, "figure.svg")
            run(["report", self.directory, f"--figure={name}", f"--theme={theme}", f"--out={path}"])
            with open(path, encoding="utf-8") as file:
                return Figure(file.read())

    def _repr_html_(self) -> str:
        said = "".join(f"<p>warning: {html.escape(line)}</p>" for line in self.warnings)
        text = f"<pre>{html.escape(self.summary)}</pre>{said}"
        try:
            return text + self.figure()._repr_html_()
        except LawfitError:
            return text

"""Tables of results as data frames."""

from __future__ import annotations

import html
import importlib.util
import json
from typing import Any, Mapping, Sequence

#: Whole numbers beyond it are rounded numbers to the command line.
_EXACT = 2**53

_INFINITE = {"Infinity": float("inf"), "-Infinity": float("-inf")}

#: Rows that are shown of a table.
_SHOWN = 60


class Table(list):
    """A table where neither pandas nor polars is there: a list of rows, which are dicts. ``table["name"]`` is a column, as a list."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        super().__init__(rows)
        self.columns = list(columns)

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return super().__getitem__(key)
        if key not in self.columns:
            raise KeyError(f"{key}; the columns are {', '.join(self.columns)}")
        return [row[key] for row in self]

    def __repr__(self) -> str:
        lines, left = self._lines()
        widths = [max(map(len, texts)) for texts in zip(*lines)]
        texts = ["  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in lines]
        return "\n".join([*texts, *left])

    def _repr_html_(self) -> str:
        lines, left = self._lines()
        rows = [
            "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in line)
            for tag, line in zip(["th", *["td"] * len(lines)], lines)
        ]
        said = "".join(f"<p>{html.escape(line)}</p>" for line in left)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>{said}"

    def _lines(self) -> tuple[list[list[str]], list[str]]:
        """The head and the first rows as texts, without the columns that have no value, and what is left out."""
        names = [name for name in self.columns if len(self) == 0 or any(row[name] is not None for row in self)]
        lines = [names, *([_shown(row[name]) for name in names] for row in self[:_SHOWN])]
        empty = [name for name in self.columns if name not in names]
        left = [f"... {len(self) - _SHOWN} more rows"] if len(self) > _SHOWN else []
        return lines, left + ([f"without a value: {', '.join(empty)}"] if empty else [])


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else " ".join(str(value).split())


def frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = (), library: str | None = None) -> Any:
    """Rows of JSON as a frame: of pandas if it is there, else of polars, else a ``Table``.

    :param columns: names of the columns where there is no row
    :param library: ``"polars"`` for a frame of polars
    """
    names = list(rows[0]) if rows else list(columns)
    values = {name: _numbers([row[name] for row in rows]) for name in names}
    chosen = library if library == "polars" else next(filter(_is_there, ("pandas", "polars")), None)
    if chosen == "pandas":
        import pandas

        return pandas.DataFrame(values, columns=names)
    if chosen == "polars":
        import polars

        return polars.DataFrame(values)
    return Table([dict(zip(names, cells)) for cells in zip(*values.values())], names)


def _is_there(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _numbers(values: list) -> list:
    """A column with its numbers of one type, and infinite ones as such, which JSON writes as text."""
    numbers = [_INFINITE.get(value, value) if isinstance(value, str) else value for value in values]
    some = [value for value in numbers if value is not None]
    if not some or not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in some):
        return values
    if all(isinstance(value, int) and abs(value) <= _EXACT for value in some):
        return numbers
    return [None if value is None else float(value) for value in numbers]


def read(text: str, library: str | None) -> Any:
    """JSON of the command line: an array is a frame, an object with nothing but arrays of objects a dict of frames, any other a dict."""
    try:
        content = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    if _are_rows(content):
        return frame(content, library=library)
    if isinstance(content, dict) and content and all(_are_rows(part) for part in content.values()):
        return {name: frame(rows, library=library) for name, rows in content.items()}
    return content


def _are_rows(content: Any) -> bool:
    return isinstance(content, list) and all(isinstance(row, dict) for row in content)

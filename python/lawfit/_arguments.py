"""What is given to a command as the words of its command line."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Iterator

from ._errors import LawfitError
from ._tables import TABLES, is_rows, kind_of, write_table

#: Options whose value is a table even where it is a list of dicts, which elsewhere is a list of points.
_TABLES = ("table", "predict", "candidates")

#: Options whose value is a file of keys and values.
_FILES = ("layout", "grammar")

#: Options that are given once for each name of a dict.
_EACH = ("actual", "choose")


#: What may be given by its place.
_GIVEN = f"{TABLES}, a run, or a name that the command knows"


class Arguments:
    """The words of one call, and the files that it needs.

    :param folder: where files are written
    :param takes: what a dict stands for that is given by its place: ``"table"`` or ``"sweep"``
    """

    def __init__(self, folder: str, takes: str = "table") -> None:
        self.folder = folder
        self.takes = takes
        #: What the user calls the files that are written, by their paths.
        self.names: dict[str, str] = {}
        #: The library of the frames that were given.
        self.library: str | None = None

    def positionals(self, given: tuple) -> Iterator[str]:
        for place, value in enumerate(given):
            if value is None or (isinstance(value, (list, tuple)) and len(value) == 0):
                raise LawfitError(f"argument {place + 1} is {value!r}; allowed: {_GIVEN}")
            if isinstance(value, Mapping) and self.takes == "sweep":
                yield self._file(self._sweep(value), "sweep")
            elif isinstance(value, (list, tuple)) and not is_rows(value):
                yield from self.positionals(tuple(value))
            elif isinstance(value, Mapping) or is_rows(value) or kind_of(value) is not None:
                yield self._table(value, "table")
            else:
                path = _path(value)
                # A name that begins so is no option.
                yield f".{os.sep}{path}" if path.startswith("-") else path

    def options(self, asked: Mapping[str, Any]) -> list[str]:
        return [word for option, value in asked.items() for word in self._option(option, value)]

    def _option(self, option: str, value: Any) -> Iterator[str]:
        if value is None:
            return
        if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
            value = value.item()
        if value is True:
            yield f"--{option}"
        elif value is False:
            yield f"--{option}=false"
        elif kind_of(value) is not None or (option in _TABLES and (isinstance(value, Mapping) or is_rows(value))):
            yield f"--{option}={self._table(value, option)}"
        elif isinstance(value, Mapping) and option in _FILES:
            yield f"--{option}={self._file(value, option)}"
        elif isinstance(value, Mapping):
            pairs = [f"{name}={_value(part, option)}" for name, part in value.items()]
            yield from (f"--{option}={pair}" for pair in (pairs if option in _EACH else [",".join(pairs)]))
        elif isinstance(value, (list, tuple)) or hasattr(value, "tolist"):
            for one in value if isinstance(value, (list, tuple)) else value.tolist():
                yield from self._option(option, one)
        else:
            yield f"--{option}={_path(value)}"

    def _table(self, value: Any, name: str) -> str:
        if kind_of(value) == "polars":
            self.library = "polars"
        while name in self.names.values():
            name += "+"
        path = write_table(value, self.folder, name)
        self.names[path] = name
        return path

    def _sweep(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """A sweep with its tables as files. Paths are relative to the working folder, not to the file that it is written to."""
        keys = dict(spec)
        table = keys.get("table")
        if isinstance(table, Mapping) or is_rows(table) or kind_of(table) is not None:
            keys["table"] = self._table(table, "table")
        elif table is not None:
            paths = [_path(path) for path in (table if isinstance(table, (list, tuple)) else [table])]
            keys["table"] = [path if "://" in path else os.path.abspath(path) for path in paths]
        return keys

    def _file(self, content: Mapping[str, Any], name: str) -> str:
        """A file of keys and values: JSON, which is YAML too."""
        path = os.path.join(self.folder, f"{name}.yaml")
        try:
            text = json.dumps(content, indent=2, default=_plain)
        except (TypeError, ValueError) as error:
            raise LawfitError(f"{name}: {error}") from None
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.names[path] = name
        return path


def _plain(value: Any) -> Any:
    """A number or an array of numpy as Python's."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{value!r} is of type {type(value).__name__}, which a file of keys cannot hold")


def _path(value: Any) -> str:
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def _value(value: Any, option: str) -> str:
    """A value of a dict: a pair is a range, or of a prior the centre and its standard deviation."""
    if isinstance(value, (list, tuple)):
        return ("+-" if option == "prior" else "..").join("" if end is None else _path(end) for end in value)
    return _path(value)

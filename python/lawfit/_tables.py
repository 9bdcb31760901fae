"""Tables of Python as files that the command line reads."""

from __future__ import annotations

import datetime
import decimal
import json
import os
from collections.abc import Mapping
from typing import Any, Iterable

from ._errors import LawfitError


#: What may stand for a table.
TABLES = "a path, a frame of pandas, polars or pyarrow, a dict of columns, or a list of dicts"


def kind_of(value: Any) -> str | None:
    """``"pandas"``, ``"polars"`` or ``"pyarrow"`` for a frame of theirs, else None."""
    module = type(value).__module__.split(".")[0]
    return module if module in ("pandas", "polars", "pyarrow") and hasattr(type(value), "columns") else None


def is_rows(value: Any) -> bool:
    """Whether it is a list of dicts."""
    return isinstance(value, (list, tuple)) and len(value) > 0 and all(isinstance(row, Mapping) for row in value)


def write_table(value: Any, folder: str, name: str) -> str:
    """Writes a table as it is: Parquet where it is a frame and its library can, else JSON lines, which keep text apart from numbers as CSV
    does not.

    :param value: a frame of pandas, polars or pyarrow; a dict of columns; a list of dicts
    :param name: what messages call it, and the file without its ending
    :returns: the path of the file
    :raises LawfitError: for names of columns that are no text, columns of different length, and values that no cell can hold
    """
    kind = kind_of(value)
    if kind == "pandas":
        value = _plain_pandas(value, name)
    elif kind == "polars" and hasattr(value, "collect"):
        value = value.collect()
    elif kind == "pyarrow" and not hasattr(value, "to_batches"):
        import pyarrow

        value = pyarrow.Table.from_batches([value])
    if kind is not None:
        _check_names(value.column_names if kind == "pyarrow" else value.columns, name)
        path = os.path.join(folder, f"{name}.parquet")
        if _wrote_parquet(value, kind, path):
            return path
    columns = _columns(value, kind, name)
    _check_names(list(columns), name)
    path = os.path.join(folder, f"{name}.jsonl")
    keys = [json.dumps(column) for column in columns]
    with open(path, "w", encoding="utf-8") as file:
        for row, cells in enumerate(zip(*columns.values())):
            texts = (_cell(cell, name, row, column) for cell, column in zip(cells, columns))
            file.write("{" + ", ".join(f"{key}: {text}" for key, text in zip(keys, texts)) + "}\n")
    return path


def _plain_pandas(frame: Any, name: str) -> Any:
    """A frame with the levels of its index that have names as columns, and as text what Parquet would hold as numbers or records."""
    if any(level is not None for level in frame.index.names):
        try:
            frame = frame.reset_index()
        except ValueError as error:
            raise LawfitError(f"{name}: the index cannot become a column: {error}") from None
    _check_names(list(frame.columns), name)
    for column, dtype in frame.dtypes.items():
        if str(dtype).startswith(("period", "interval")):
            frame = frame.assign(**{column: frame[column].map(str, na_action="ignore").astype(object)})
    return frame


def _check_names(names: Iterable[Any], table: str) -> None:
    seen = set()
    for place, column in enumerate(names):
        if not isinstance(column, str):
            raise LawfitError(f"{table}: column {place + 1} is named {column!r}; allowed: a text")
        if column in seen:
            raise LawfitError(f"{table}: two columns are named {column!r}; allowed: one column of a name")
        seen.add(column)


def _wrote_parquet(frame: Any, kind: str, path: str) -> bool:
    """Whether the frame could be written as Parquet with every value as it is."""
    if kind == "polars":
        frame.write_parquet(path)
        return True
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        return False
    try:
        table = pyarrow.Table.from_pandas(frame, preserve_index=False) if kind == "pandas" else frame
        pyarrow.parquet.write_table(table, path)
    except (pyarrow.ArrowException, OverflowError):
        # Columns of several types, and whole numbers of more than 64 bits.
        return False
    return True


def _columns(value: Any, kind: str | None, name: str) -> dict[str, list]:
    if kind == "pandas":
        return {column: value[column].tolist() for column in value.columns}
    if kind == "pyarrow":
        return value.to_pydict()
    if isinstance(value, Mapping):
        columns = {column: _listed(cells, name, column) for column, cells in value.items()}
        lengths = {column: len(cells) for column, cells in columns.items()}
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"{column} {length}" for column, length in lengths.items())
            raise LawfitError(f"{name}: the columns have different numbers of rows: {said}; allowed: the same number")
    elif is_rows(value):
        names = dict.fromkeys(column for row in value for column in row)
        columns = {column: [row.get(column) for row in value] for column in names}
    else:
        columns = {}
    if not any(len(cells) for cells in columns.values()):
        raise LawfitError(
            f"{name}: {_short(value)} has no rows; allowed: {TABLES}",
        )
    return columns


def _listed(cells: Any, table: str, column: Any) -> list:
    if hasattr(cells, "tolist"):
        cells = cells.tolist()
    elif not isinstance(cells, (str, bytes, Mapping)) and hasattr(cells, "__iter__"):
        cells = list(cells)
    if not isinstance(cells, list):
        raise LawfitError(f"{table}, column {column!r}: {_short(cells)}; allowed: a list with a value for each row")
    return cells


def _cell(value: Any, table: str, row: int, column: str) -> str:
    """A value as JSON. A NaN in Python's lists and in pandas is a missing number; infinite numbers stay, and lawfit says where they are."""
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        value = value.item()
    if value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value):
        return "null"
    if isinstance(value, (bool, int, float, str)):
        return json.dumps(value)
    if isinstance(value, decimal.Decimal):
        return "null" if value.is_nan() else str(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return json.dumps(value.isoformat())
    if isinstance(value, datetime.timedelta):
        return json.dumps(str(value))
    raise LawfitError(
        f"{table}, row {row + 1}, column {json.dumps(column)}: {_short(value)} is of type {type(value).__name__}; "
        "allowed: a number, a text, a truth value, a date, or None where it is missing",
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."

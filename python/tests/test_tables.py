"""What becomes of tables that are given, without the command line."""

import datetime
import decimal
import json
import tempfile
import unittest

from lawfit import LawfitError
from lawfit._frames import Table, read
from lawfit._tables import write_table


def written(value):
    with tempfile.TemporaryDirectory() as folder:
        path = write_table(value, folder, "table")
        if path.endswith(".parquet"):
            import pyarrow.parquet

            return pyarrow.parquet.read_table(path).to_pylist()
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]


class Tables(unittest.TestCase):
    def test_values_stay_as_they_are(self):
        rows = [
            {"run": "001", "n": 2**60 + 1, "my loss": 3.1, "day": datetime.date(2024, 1, 2), "ok": True},
            {"run": "1e5", "n": 10**24 + 1, "my loss": float("nan"), "day": None, "share": decimal.Decimal("0.1")},
        ]
        first, second = written(rows)
        self.assertEqual(first, {"run": "001", "n": 2**60 + 1, "my loss": 3.1, "day": "2024-01-02", "ok": True, "share": None})
        self.assertEqual(second, {"run": "1e5", "n": 10**24 + 1, "my loss": None, "day": None, "ok": None, "share": 0.1})

    def test_a_dict_of_columns_is_the_same_table(self):
        self.assertEqual(written({"a b": (1, 2), "c": iter(["x", None])}), [{"a b": 1, "c": "x"}, {"a b": 2, "c": None}])

    def test_infinite_numbers_reach_lawfit_which_refuses_them(self):
        self.assertEqual(written({"loss": [float("inf")]}), [{"loss": float("inf")}])

    def test_what_is_no_table_is_one_line(self):
        for value, said in [
            ({"a": [1, 2], "b": [1]}, "table: the columns have different numbers of rows: a 2, b 1; allowed: the same number"),
            ({"a": [1, object]}, 'table, row 2, column "a": <class \'object\'> is of type type; allowed: a number'),
            ({"a": "xyz"}, "table, column 'a': 'xyz'; allowed: a list with a value for each row"),
            ({1: [2]}, "table: column 1 is named 1; allowed: a text"),
            ({}, "table: {} has no rows; allowed: a path"),
        ]:
            with self.subTest(said), self.assertRaises(LawfitError) as caught:
                written(value)
            self.assertTrue(str(caught.exception).startswith(said), caught.exception)

    def test_pandas_keeps_types_categories_and_named_indices(self):
        pandas = self.library("pandas")
        frame = pandas.DataFrame(
            {
                "size": pandas.Categorical(["7B", None]),
                "n": [2**60 + 1, 2],
                "loss": [float("nan"), 2.5],
                "quarter": pandas.period_range("2024Q1", periods=2, freq="Q"),
            },
            index=pandas.Index(["001", "b"], name="run"),
        )
        first, second = written(frame)
        self.assertEqual(first, {"run": "001", "size": "7B", "n": 2**60 + 1, "loss": None, "quarter": "2024Q1"})
        self.assertEqual(second, {"run": "b", "size": None, "n": 2, "loss": 2.5, "quarter": "2024Q2"})
        # No Parquet column holds these.
        mixed = pandas.DataFrame({"x": [1, "a"], "big": [10**24, 1]})
        self.assertEqual(written(mixed), [{"x": 1, "big": 10**24}, {"x": "a", "big": 1}])

    def test_columns_of_pandas_need_names(self):
        pandas = self.library("pandas")
        for columns, said in [([0, 1], "is named 0"), (["a", "a"], "two columns are named 'a'")]:
            with self.assertRaisesRegex(LawfitError, said):
                written(pandas.DataFrame([[1, 2]], columns=columns))

    def test_polars_and_arrow_tell_nan_and_null_apart(self):
        self.library("pyarrow")
        polars = self.library("polars")
        frame = polars.DataFrame({"loss": [float("nan"), None]})
        for table in [frame, frame.lazy(), frame.to_arrow()]:
            first, second = written(table)
            self.assertNotEqual(first["loss"], first["loss"])
            self.assertIsNone(second["loss"])

    def library(self, name):
        try:
            return __import__(name)
        except ImportError:
            self.skipTest(f"{name} is not installed")


class Results(unittest.TestCase):
    def test_an_infinite_number_is_not_a_missing_one(self):
        frame = read('[{"upper": "Infinity", "n": 1}, {"upper": null, "n": 2}, {"upper": 2, "n": 3}]', None)
        upper = list(frame["upper"])
        self.assertEqual((upper[0], upper[2]), (float("inf"), 2))
        self.assertTrue(upper[1] is None or upper[1] != upper[1])
        self.assertEqual(list(frame["n"]), [1, 2, 3])

    def test_without_libraries_a_table_says_what_it_leaves_out(self):
        table = Table([{"task": "<b>", "error": 1 / 3, "actual": None}] * 61, ["task", "error", "actual"])
        lines = repr(table).splitlines()
        self.assertEqual(lines[:2], ["task  error", "<b>   0.333333"])
        self.assertEqual(lines[-2:], ["... 1 more rows", "without a value: actual"])
        self.assertIn("<td>&lt;b&gt;</td><td>0.333333</td>", table._repr_html_())
        self.assertEqual(table["error"][60], 1 / 3)
        with self.assertRaisesRegex(KeyError, "eror; the columns are task, error, actual"):
            table["eror"]


if __name__ == "__main__":
    unittest.main()

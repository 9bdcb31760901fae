"""The package with the command line itself: data without noise, whose law is known."""

import contextlib
import io
import math
import os
import unittest
import warnings

import lawfit

A, B, ALPHA, BETA, E = 406.4, 410.7, 0.34, 0.28, 1.69
RUNS = [
    {"my N": n, "D": d, "loss": A / n**ALPHA + B / d**BETA + E}
    for n in (1e8, 4e8, 1.6e9)
    for d in (5e9, 2e10, 8e10)
]


class Lawfit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            cls.fit = lawfit.fit(RUNS, law="chinchilla", loss="huber", residual="log", x={"N": "my N"}, starts=8)
        cls.said = [str(one.message) for one in caught]

    def test_a_fit_has_its_parameters_as_a_frame_and_is_removed_with_the_object(self):
        found = dict(zip(self.fit.parameters["quantity"], self.fit.parameters["estimate"]))
        for name, value in [("A", A), ("B", B), ("alpha", ALPHA), ("beta", BETA), ("E", E)]:
            self.assertAlmostEqual(found[name] / value, 1, 6)
        self.assertRegex(repr(self.fit), r"^loss: L = 406.4/N\^0.34 \+ 410.7/D\^0.28 \+ 1.69\n")
        self.assertIs(self.fit.parameters, self.fit["parameters"])
        # What the summary says in short is said in full.
        self.assertCountEqual(self.said, self.fit.warnings)
        self.assertRegex(self.fit.warnings[0], "^table: its columns were guessed .* y = loss")
        copy = lawfit.Run(self.fit.directory)
        self.assertEqual(copy.tables, self.fit.tables)
        with self.assertRaisesRegex(AttributeError, "a run has no parametres; its tables are cells, "):
            self.fit.parametres

    def test_a_plan_by_a_fit_is_the_closed_form(self):
        plan = lawfit.plan(self.fit, budget=1e22)
        best = (ALPHA * A / (BETA * B)) ** (1 / (ALPHA + BETA)) * (1e22 / 6) ** (BETA / (ALPHA + BETA))
        self.assertAlmostEqual(math.log(list(plan["n"])[0] / best), 0, 5)

    def test_a_cell_that_is_no_number_and_an_unknown_keyword_are_one_line(self):
        with self.assertRaises(lawfit.LawfitError) as caught:
            lawfit.fit({"N": [1e8, 2e8], "loss": [3.1, "?"]}, law="loss = E + A/N^a")
        self.assertRegex(str(caught.exception), r'^table, row 2 \(line 2\), column "loss": "\?" is not a number; allowed: ')
        self.assertEqual(caught.exception.exit_code, 2)

    def test_a_notebook_shows_summary_warnings_and_figure(self):
        shown = self.fit._repr_html_()
        self.assertIn("<pre>loss: L = 406.4/N^0.34", shown)
        self.assertIn("<p>warning: table: its columns were guessed", shown)
        self.assertIn("data:image/svg+xml;base64,", shown)

    @classmethod
    def tearDownClass(cls):
        directory = cls.fit.directory
        del cls.fit
        assert not os.path.exists(directory), f"{directory} is left"


if __name__ == "__main__":
    unittest.main()

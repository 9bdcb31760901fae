"""How calls become command lines, and what becomes of what these say: with a stand-in for lawfit."""

import contextlib
import inspect
import io
import json
import os
import pathlib
import shlex
import signal
import sys
import tempfile
import textwrap
import threading
import time
import unittest
import warnings
from unittest import mock

import lawfit
from lawfit import _process
from lawfit._command import Command


@contextlib.contextmanager
def stand_in(code):
    """Takes a program of Python for lawfit, whose words are in `words`."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a program.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write("import json, os, sys\nwords = sys.argv[1:]\n" + textwrap.dedent(code))
        with mock.patch.dict(os.environ, LAWFIT=f"{shlex.quote(sys.executable)} -S -E {shlex.quote(path)}"):
            yield folder


def words_of(command, *given, **options):
    with stand_in("print(json.dumps({'words': words}))"):
        return command(*given, format="json", **options)["words"]


class Words(unittest.TestCase):
    def test_every_keyword_is_an_option(self):
        for options, words in [
            (dict(n_max="70B", next=True, interval=False, seed=None), ["--n-max=70B", "--next", "--interval=false"]),
            (dict(law=["chinchilla", "y = a*x"], delta=1e-3), ["--law=chinchilla", "--law=y = a*x", "--delta=0.001"]),
            (dict(x={"N": "my params", "D": "d*1e9"}), ["--x=N=my params,D=d*1e9"]),
            (dict(at=[{"N": 7e9}, {"N": 70e9}]), ["--at=N=7000000000.0", "--at=N=70000000000.0"]),
            (dict(bounds={"a": (0, 2), "E": (0, None)}, prior={"b": (0.3, 0.05)}), ["--bounds=a=0..2,E=0..", "--prior=b=0.3+-0.05"]),
            (dict(actual={"loss": 2.2, "score": 0.7}), ["--actual=loss=2.2", "--actual=score=0.7"]),
        ]:
            with self.subTest(options):
                self.assertEqual(words_of(lawfit.plan, "runs.csv", **options), ["plan", "runs.csv", "--format=json", *words])

    def test_tables_and_files_are_written_for_the_call_and_removed(self):
        with stand_in(
            """
            texts = {word.split("=")[0]: open(word.split("=")[-1]).read() for word in words[1:4]}
            print(json.dumps([{"word": word, "text": text} for word, text in texts.items()]))
            sys.stderr.write(words[1] + "\\n")
            """
        ), contextlib.redirect_stderr(io.StringIO()) as said:
            table, predict, layout = lawfit.isoflop(
                {"n": [1]}, predict=[{"n": 2}], layout={"columns": {"n": "size"}}
            )["text"]
        self.assertEqual(json.loads(table), {"n": 1})
        self.assertEqual(json.loads(predict), {"n": 2})
        self.assertEqual(json.loads(layout), {"columns": {"n": "size"}})
        self.assertEqual(said.getvalue(), "table\n")

    def test_what_is_given_by_its_place_is_a_table_or_a_path(self):
        self.assertEqual(words_of(lawfit.plan, "-runs.csv"), ["plan", f".{os.sep}-runs.csv", "--format=json"])
        for given, said in [((None,), "argument 1 is None; allowed: "), (("t.csv", []), "argument 2 is []; allowed: ")]:
            with self.subTest(said), self.assertRaises(lawfit.LawfitError) as caught:
                lawfit.plan(*given)
            self.assertTrue(str(caught.exception).startswith(said), caught.exception)

    def test_paths_of_a_sweep_are_those_of_the_working_folder(self):
        with stand_in("print(open(words[1]).read())"):
            sweep = lawfit.sweep({"method": "ladder", "table": "runs.csv"}, format="json")
            with_rows = lawfit.sweep({"table": [{"n": 1}]}, dry_run=True)
        self.assertEqual(sweep, {"method": "ladder", "table": [os.path.abspath("runs.csv")]})
        self.assertEqual(with_rows, {"table": "table"})


class Runs(unittest.TestCase):
    def test_a_run_directory_is_opened_and_a_table_without_rows_has_its_columns(self):
        with stand_in("print('[]' if words[-1] == '--format=json' else 'cell,\"the reason\"' if len(words) > 2 else 'a summary')") as folder:
            with open(os.path.join(folder, "manifest.json"), "w", encoding="utf-8") as file:
                json.dump({"results": {"problems_skipped": 0}, "warnings": []}, file)
            opened = lawfit.Run(folder)
            self.assertEqual(list(opened.problems_skipped.columns), ["cell", "the reason"])
            self.assertEqual(len(opened.problems_skipped), 0)
            self.assertEqual(repr(opened), "a summary\n")
            self.assertEqual(words_of(lawfit.plan, opened), ["plan", folder, "--format=json"])

    def test_a_quiet_run_has_a_summary_and_the_figure_is_the_first_that_can_be_drawn(self):
        with stand_in(
            """
            def option(name): return next(word.split("=")[1] for word in words if word.startswith(name))
            if words[0] == "sweep":
                os.makedirs(option("--out"))
                with open(option("--out") + "/manifest.json", "w") as file:
                    json.dump({"results": {"mixtures": 1, "predictions": 2}, "warnings": []}, file)
            elif words[0] == "show": print("what show prints")
            elif option("--figure") == "mixtures": sys.exit(sys.stderr.write("lawfit: no data\\n") and 2)
            else:
                with open(option("--out"), "w") as file: file.write(option("--figure"))
            """
        ):
            made = lawfit.sweep("ladder", quiet=True)
            self.assertEqual(repr(made), "what show prints\n")
            self.assertEqual(made.figure().svg, "answer")
            with self.assertRaisesRegex(lawfit.LawfitError, "^no data$"):
                made.figure("mixtures")

    def test_help_and_completion_are_those_of_the_command_line(self):
        command = Command("plan")
        with mock.patch.dict(os.environ, LAWFIT="/no/such/program"):
            self.assertEqual(command.__doc__, "lawfit plan: its help needs the command line")
        with stand_in("print('the help' if words[-1] == '--help' else '--help\\n--version\\n--n-max\\n--law')"):
            self.assertEqual(command.__doc__, "the help\n")
            self.assertEqual(str(inspect.signature(command)), "(*given, n_max=None, law=None, **options)")


class Said(unittest.TestCase):
    def test_warnings_are_those_of_python_at_the_line_of_the_call_and_progress_passes(self):
        with stand_in(
            """
            sys.stderr.write("read 3 rows\\nwarning: few runs\\nwarning: guessed: see below\\n")
            print("done")
            """
        ), contextlib.redirect_stderr(io.StringIO()) as said, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            printed = lawfit.report("run")
        self.assertEqual(repr(printed), "done\n")
        self.assertEqual(said.getvalue(), "read 3 rows\n")
        self.assertEqual([(str(one.message), one.category, one.filename) for one in caught], [("few runs", lawfit.LawfitWarning, __file__)])

    def test_an_error_is_one_line_with_the_exit_code(self):
        with stand_in("sys.exit(sys.stderr.write('lawfit: --seed: \"x\"; allowed: a number\\n') and 2)"):
            with self.assertRaises(lawfit.LawfitError) as caught:
                lawfit.fit("t.csv", seed="x")
        self.assertEqual((str(caught.exception), caught.exception.exit_code), ('--seed: "x"; allowed: a number', 2))

    def test_a_program_that_is_none_is_named(self):
        for given, said in [
            ("/no/such/program", "/no/such/program is no file that can be run"),
            ("/no/such/lawfit.js", "/no/such/lawfit.js is no file that can be run"),
            ("node /no/such/lawfit.js", "/no/such/lawfit.js is no file that can be run"),
            ("'/no/such", "No closing quotation"),
        ]:
            with self.subTest(given), mock.patch.dict(os.environ, LAWFIT=given):
                with self.assertRaises(lawfit.LawfitError) as caught:
                    lawfit.doctor()
                self.assertEqual(str(caught.exception), f"LAWFIT={given}: {said}; allowed: a path (.../bin/lawfit.js) or a command line")
        with stand_in("sys.exit(sys.stderr.write('Traceback\\n') and 7)"), contextlib.redirect_stderr(io.StringIO()):
            with self.assertRaisesRegex(lawfit.LawfitError, "exit code 7: Traceback$"):
                lawfit.doctor()

    def test_the_checkout_around_the_package_is_found_or_an_installed_command(self):
        with mock.patch.dict(os.environ, LAWFIT=""):
            self.assertTrue(_process.program()[1].endswith(os.path.join("bin", "lawfit.js")))
            with tempfile.TemporaryDirectory() as folder, mock.patch.object(_process, "_CHECKOUT", "none"):
                inner, bin = os.path.join(folder, "inner"), os.path.join(folder, "node_modules", ".bin")
                os.makedirs(inner)
                os.makedirs(bin)
                with mock.patch.dict(os.environ, PATH=""), mock.patch("pathlib.Path.cwd", lambda: pathlib.Path(inner)):
                    with self.assertRaisesRegex(lawfit.LawfitError, "^the command line lawfit was not found; allowed: npm install"):
                        _process.program()
                    command = os.path.join(bin, "lawfit.cmd" if os.name == "nt" else "lawfit")
                    with open(command, "w", encoding="utf-8"):
                        pass
                    os.chmod(command, 0o700)
                    self.assertEqual(_process.program(), [command])

    @unittest.skipIf(os.name == "nt", "Windows has no SIGINT for one process")
    def test_an_interrupt_of_python_alone_reaches_lawfit_once_and_keeps_its_run(self):
        with stand_in(
            """
            import signal, time
            count = []
            def stop(*_):
                count.append(1)
                sys.stderr.write("stopping: finished work is kept\\n")
            signal.signal(signal.SIGINT, stop)
            sys.stderr.write("begun " + words[-1].split("=")[1] + "\\n")
            sys.stderr.flush()
            while not count: time.sleep(0.005)
            sys.exit(130)
            """
        ), contextlib.redirect_stderr(io.StringIO()) as said, mock.patch.object(_process, "_PATIENCE", 0.05):

            def interrupt():
                while "begun" not in said.getvalue():
                    time.sleep(0.005)
                os.kill(os.getpid(), signal.SIGINT)

            threading.Thread(target=interrupt).start()
            with self.assertRaises(KeyboardInterrupt), mock.patch("shutil.rmtree") as removed:
                lawfit.fit("t.csv")
        begun, stopping = said.getvalue().splitlines()
        self.assertEqual(stopping, "stopping: finished work is kept")
        removed.assert_not_called()
        os.rmdir(os.path.dirname(begun.split()[1]))


if __name__ == "__main__":
    unittest.main()

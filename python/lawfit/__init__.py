"""Fits scaling laws of language models, in bulk, through the command line of lawfit.

``lawfit.fit(table, law="chinchilla", ...)`` is ``lawfit fit TABLE --law chinchilla ...``: each command is a function, and each of its options
a keyword. A table is a path, a frame of pandas, polars or pyarrow, a dict of columns, or a list of dicts. ``help(lawfit.fit)`` lists the
keywords; ``lawfit.Run(path)`` opens a run directory.
"""

from ._command import Command
from ._errors import LawfitError, LawfitWarning
from ._run import Figure, Run

__version__ = "0.1.0"

# What gives a run directory.
fit = Command("fit", gives="run")
search = Command("search", gives="run")
sweep = Command("sweep", gives="run", takes="sweep")
bootstrap = Command("bootstrap", gives="run", takes="sweep")
backtest = Command("backtest", gives="run", takes="sweep")
mix = Command("mix", gives="run", takes="sweep")
merge = Command("merge", gives="run")

# What gives tables or, in a dict, everything that it found.
plan = Command("plan", gives="json")
isoflop = Command("isoflop", gives="json")
inspect = Command("inspect", gives="json")
forecast = Command("forecast", gives="json")
score = Command("score", gives="json")
show = Command("show", gives="json")
compare = Command("compare", gives="json")
status = Command("status", gives="json")
forms = Command("forms", gives="json")
reproduce = Command("reproduce", gives="json")

# What writes files, and says so. `import` is a word of Python.
import_ = Command("import")
simulate = Command("simulate")
report = Command("report")
doctor = Command("doctor")

__all__ = [name for name, value in list(globals().items()) if isinstance(value, Command)]
__all__ += ["Figure", "LawfitError", "LawfitWarning", "Run"]

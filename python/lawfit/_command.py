"""Commands of the command line as functions: every option is a keyword, which the command line itself checks."""

from __future__ import annotations

import inspect
import os
import shutil
import tempfile
from typing import Any

from ._arguments import Arguments
from ._errors import LawfitError, warn
from ._frames import read
from ._process import run
from ._run import Run


class Text(str):
    """What a command prints for people."""

    def __repr__(self) -> str:
        return str(self)


class Command:
    """A command. Its keywords are its options, with ``_`` for ``-``: ``n_max="70B"`` is ``--n-max 70B``.

    A list gives an option for each value, a dict is written ``name=value,...``, a pair in it is a range, None leaves an option out.
    ``help(command)`` prints what the command line says of it.
    """

    def __init__(self, name: str, gives: str = "text", takes: str = "table") -> None:
        """
        :param gives: ``"run"``, ``"json"`` or ``"text"``
        :param takes: what a dict stands for that is given by its place: ``"table"`` or ``"sweep"``
        """
        self.__name__ = self.__qualname__ = name
        self._gives = gives
        self._takes = takes
        self._known: dict[str, str] = {}

    def __call__(self, *given: Any, **options: Any) -> Any:
        asked = {name.rstrip("_").replace("_", "-"): value for name, value in options.items() if value is not None}
        folder = tempfile.mkdtemp(prefix="lawfit-python-")
        is_kept = False
        try:
            arguments = Arguments(folder, self._takes)
            words = [self.__name__, *arguments.positionals(given)]
            # A shard is a part of a run, and what a sweep would take is no run.
            makes_run = self._gives == "run" and not any(asked.get(name) for name in ("format", "shard", "dry-run"))
            if not makes_run:
                if self._gives == "json" or asked.get("dry-run"):
                    asked.setdefault("format", "json")
                printed = run([*words, *arguments.options(asked)], arguments.names).text
                return read(printed, arguments.library) if asked.get("format") == "json" else Text(printed)
            directory = asked.get("out") or (words[1] if self.__name__ == "merge" else None)
            is_temporary = directory is None
            if is_temporary:
                directory = asked["out"] = os.path.join(folder, "run")
            words += arguments.options(asked)
            try:
                output = run(words, arguments.names)
            except KeyboardInterrupt:
                # Finished work may be there, from which the same call with this out= continues.
                is_kept = is_temporary
                raise
            made = Run(directory, _summary=output.text, _folder=folder, _library=arguments.library)
            is_kept = True
            for line in made.warnings if output.is_shortened else []:
                if line not in output.warned:
                    warn(line)
            return made
        finally:
            if not is_kept:
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        return self._said("--help") or f"lawfit {self.__name__}: its help needs the command line"

    @property
    def __signature__(self) -> inspect.Signature:
        """The keywords, so that notebooks complete them."""
        words = self._said("--get-yargs-completions").split()
        names = [word[2:].replace("-", "_") for word in words if word.startswith("--")]
        keyword = inspect.Parameter.KEYWORD_ONLY
        return inspect.Signature(
            [
                inspect.Parameter("given", inspect.Parameter.VAR_POSITIONAL),
                *(inspect.Parameter(name, keyword, default=None) for name in names if name not in ("help", "version")),
                inspect.Parameter("options", inspect.Parameter.VAR_KEYWORD),
            ],
        )

    def _said(self, what: str) -> str:
        """What the command line says of the command, asked once; nothing where it does not run, as programs read this of every object."""
        if what not in self._known:
            words = [self.__name__, what] if what == "--help" else [what, "lawfit", self.__name__, "--"]
            try:
                self._known[what] = run(words).text
            except LawfitError:
                return ""
        return self._known[what]

    def __repr__(self) -> str:
        return f"<lawfit {self.__name__}: help() lists its keywords>"

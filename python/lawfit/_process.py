"""Finds the command line and runs it."""

from __future__ import annotations

import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from typing import Mapping, NamedTuple, Sequence

from ._errors import LawfitError, warn

_CHECKOUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bin", "lawfit.js")

#: Seconds that a process may take to say that it stops, before it is taken for one that was not interrupted.
_PATIENCE = 1.0

_WARNING = "warning: "

#: What the environment variable LAWFIT may hold.
_LAWFIT = "a path (.../bin/lawfit.js) or a command line"


def program() -> list[str]:
    """The words that start the command line: ``LAWFIT`` (a path or a command line), the checkout that this package lies in, and as ``npx``
    finds it: a package of the working folder or of one above, or ``lawfit`` on the path.
    """
    given = os.environ.get("LAWFIT", "").strip()
    if given:
        return _given(given)
    if os.path.exists(_CHECKOUT):
        return _started([os.path.normpath(_CHECKOUT)])
    here = pathlib.Path.cwd()
    # Not by npx itself, which asks a registry for what it does not find.
    folders = [str(folder / "node_modules" / ".bin") for folder in (here, *here.parents)]
    found = shutil.which("lawfit", path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))
    if found is not None:
        return [found]
    raise LawfitError(
        "the command line lawfit was not found; allowed: npm install lawfit in this folder or one above, lawfit on the path, "
        f"or the environment variable LAWFIT with {_LAWFIT}",
        1,
    )


def _given(given: str) -> list[str]:
    """The words of ``LAWFIT``, whose first, and of node the second, have to be there."""
    try:
        words = [given] if os.path.isfile(given) else shlex.split(given, posix=os.name != "nt")
    except ValueError as error:
        raise LawfitError(f"LAWFIT={given}: {error}; allowed: {_LAWFIT}", 1) from None
    is_node = pathlib.PurePath(words[0]).stem == "node"
    scripts = [word for word in words[: 2 if is_node else 1] if word.endswith(".js")]
    programs = [] if words[0].endswith(".js") else words[:1]
    missing = [word for word in scripts if not os.path.isfile(word)] + [word for word in programs if shutil.which(word) is None]
    if missing:
        raise LawfitError(f"LAWFIT={given}: {missing[0]} is no file that can be run; allowed: {_LAWFIT}", 1)
    return _started(words)


def _started(words: list[str]) -> list[str]:
    if not words[0].endswith(".js"):
        return words
    node = shutil.which("node")
    if node is None:
        raise LawfitError(f"node was not found, which runs {words[0]}; allowed: Node 20.19 or newer on the path")
    return [node, *words]


#: How a warning ends whose text stands beside the numbers of a summary.
_SHORTENED = ": see below"


class Output(NamedTuple):
    """What a command printed."""

    text: str
    #: Warnings that were given.
    warned: list[str]
    #: Whether others are only in what was printed.
    is_shortened: bool


def run(words: Sequence[str], names: Mapping[str, str] = {}) -> Output:
    """Runs the command line.

    What it says meanwhile (progress) goes to ``sys.stderr`` as it comes, and its warnings are Python's.

    :param names: paths of files that were written for this call, by which lawfit calls them, and what the user calls them
    :raises LawfitError: with its one line, if it fails
    """
    command = [*program(), *words]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise LawfitError(f"{command[0]}: cannot be run: {error.strerror or error}", 1) from None
    printed: list[str] = []
    reader = threading.Thread(target=lambda: printed.append(process.stdout.read()), daemon=True)
    reader.start()
    said: list[str] = []
    try:
        for line in process.stderr:
            _say(_renamed(line.rstrip("\n"), names), said)
        code = process.wait()
    except KeyboardInterrupt:
        _stop(process, said)
        raise
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        reader.join()
        process.stdout.close()
        process.stderr.close()
    if code != 0:
        raise LawfitError(_reason(said, command, code), code)
    for line in said:
        if line.startswith("lawfit: "):
            _show(line)
    warned = [line[len(_WARNING) :] for line in said if line.startswith(_WARNING)]
    return Output(_renamed(printed[0], names), warned, any(line.endswith(_SHORTENED) for line in warned))


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for path, name in names.items():
        # As it is, and as JSON writes a path of Windows.
        text = text.replace(path, name).replace(path.replace("\\", "\\\\"), name)
    return text


def _say(line: str, said: list[str]) -> None:
    said.append(line)
    if line.startswith(_WARNING):
        if not line.endswith(_SHORTENED):
            warn(line[len(_WARNING) :])
    elif not line.startswith("lawfit: "):
        _show(line)


def _show(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _reason(said: Sequence[str], command: Sequence[str], code: int) -> str:
    for line in reversed(said):
        if line.startswith("lawfit: "):
            return line[len("lawfit: ") :]
    last = next((line for line in reversed(said) if line.strip()), "nothing was said")
    return f"{' '.join(command[:2])}: exit code {code}: {last}"


def _stop(process: subprocess.Popen, said: list[str]) -> None:
    """Lets an interrupted process keep its finished work. A terminal interrupts it too, other programs only Python; a second signal
    would end it at once.
    """

    def drain() -> None:
        for line in process.stderr:
            said.append(line)
            _show(line.rstrip("\n"))

    drainer = threading.Thread(target=drain, daemon=True)
    drainer.start()
    drainer.join(_PATIENCE)
    if process.poll() is None and not any(line.startswith("stopping:") for line in said):
        process.send_signal(signal.SIGINT)
    process.wait()
    drainer.join(_PATIENCE)

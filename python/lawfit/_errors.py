"""What lawfit raises and warns of."""

from __future__ import annotations

import os
import sys
import warnings


class LawfitError(Exception):
    """What went wrong, in the one line that the command line says of it.

    ``exit_code`` is 2 for a mistake in what was given, else that of the process.
    """

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class LawfitWarning(UserWarning):
    """Something that may make a number untrue, in the line that the command line says of it."""


_HERE = os.path.dirname(os.path.abspath(__file__))


def warn(message: str) -> None:
    """Warns at the line of the user's that called lawfit."""
    level, frame = 1, sys._getframe(0)
    while frame is not None and os.path.dirname(os.path.abspath(frame.f_code.co_filename)) == _HERE:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, LawfitWarning, stacklevel=level)

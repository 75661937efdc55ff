"""What the commands read from a command line: a parser that answers in one sentence, and kinds of values."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NoReturn

from pyhft.config import Arenas, Hold, Macd, Recovery, Risk

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

REFUSED = 2


class Parser(argparse.ArgumentParser):
    """One sentence instead of a page of usage where an argument is wrong."""

    def error(self, message: str) -> NoReturn:
        """End with the sentence and exit status 2."""
        self.exit(REFUSED, f"{self.prog}: {message}; see '{self.prog} --help'.\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Help and version are written, or that they can't be is said: argparse's own says nothing."""
        if file is None:
            super()._print_message(message, file)  # standard error, or no output at all
        else:
            file.write(message)
            sys.stdout.flush()


def words(text: str) -> list[str]:
    """Names with commas between them."""
    found = [word.strip() for word in text.split(",")]
    if not all(found):
        raise argparse.ArgumentTypeError(f"'{text}' must be names with commas between them")
    return found


def whole_numbers(text: str) -> list[int]:
    """Whole numbers with commas between them."""
    try:
        return [int(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' must be whole numbers with commas between them") from None


def one_or_each(text: str) -> float | list[float]:
    """One number for all, or one for each with commas between them."""
    try:
        numbers = [float(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' must be a number, or numbers with commas between them") from None
    return numbers[0] if len(numbers) == 1 else numbers


def one_whole_or_each(text: str) -> int | list[int]:
    """One whole number for all, or one for each with commas between them."""
    numbers = whole_numbers(text)
    return numbers[0] if len(numbers) == 1 else numbers


def add_settings(
    parser: argparse._ArgumentGroup, group: type[Hold | Macd | Recovery | Risk | Arenas], prefix: str = ""
) -> None:
    """Give every setting of a group an option of the same name; values are checked where the group checks them."""
    for setting in fields(group):
        if not setting.metadata:  # it has an option of another name
            continue
        name = "--" + prefix + setting.name.replace("_", "-")
        if setting.default is False:
            parser.add_argument(name, action="store_true", help=setting.metadata["help"])
        elif "choices" in setting.metadata:
            parser.add_argument(name, default=setting.default, **setting.metadata)
        else:
            parser.add_argument(name, type=int, default=setting.default, metavar="N", help=setting.metadata["help"])


def settings_of(
    options: argparse.Namespace, group: type[Hold | Macd | Recovery | Risk | Arenas], prefix: str = ""
) -> dict[str, Any]:
    """Give what the options of a group were set to, by the names of its settings."""
    return {setting.name: getattr(options, prefix + setting.name) for setting in fields(group) if setting.metadata}

"""The best quotes of one instrument over a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import packets

import pyhft as ph


def test_best_quotes_of_an_unknown_instrument_are_refused_with_those_there_are(day: Path) -> None:
    with pytest.raises(ph.InputError, match="names the symbol 'CCC'; it has AAA, BBB"):
        ph.best_quotes(day, "CCC")
    with pytest.raises(ph.InputError, match="is of stock locate 9"):
        ph.best_quotes(day, 9)
    for symbol in ("", "  ", "NINELONGS"):
        with pytest.raises(ph.ArgumentError, match="a name has 1 to 8 characters"):
            ph.best_quotes(day, symbol)
    with pytest.raises(ph.ArgumentTypeError):
        ph.best_quotes(day, 1.5)  # type: ignore[arg-type]
    assert ph.best_quotes(day, "AAA").tolist() == [
        (1, 1, 50, 100, 0, 0, 7),
        (3, 1, 51, 5, 0, 0, 7),
        (4, 1, 50, 100, 0, 0, 7),
    ]
    assert len(ph.best_quotes(day, 8, every_message=True)) == 2


def test_a_symbol_of_no_bytes_is_not_taken_for_another(tmp_path: Path) -> None:
    path = tmp_path / "day.itch"
    path.write_bytes(packets.length_prefixed([packets.add(1, "B", 1, 1_000, stock="?")]))
    assert len(ph.best_quotes(path, "?")) == 1
    with pytest.raises(ph.ArgumentError, match="of one byte each"):
        ph.best_quotes(path, "€")

# Room bank: one indicator over many symbols, one tick at a time.

from collections.abc import Sequence
from typing import Any, Literal, Self, SupportsIndex, final

import numpy as np
from numpy.typing import NDArray

@final
class bank:
    """One indicator over many symbols, one tick at a time."""

    def __new__(
        cls,
        name: str,
        symbols: SupportsIndex,
        *parameters: Any,
        nan: Literal["propagate", "skip"] = "propagate",
        **named_parameters: Any,
    ) -> Self: ...
    def update(self, *rows: NDArray[Any] | Sequence[float], out: Any = None) -> Any:
        """Take one bar of every symbol, a row of shape (symbols,) per input; the outputs, of that shape."""

    def update_one(self, symbol: SupportsIndex, /, *bar: float) -> Any:
        """Take one bar of one symbol; its outputs."""

    def copy(self) -> Self:
        """Return an independent bank at the same bar."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: Any, /) -> Self: ...
    @property
    def value(self) -> Any:
        """The outputs of every symbol after its last bar."""

    @property
    def ready(self) -> NDArray[np.bool_]:
        """Which symbols have had enough bars for a value."""

    @property
    def symbols(self) -> int:
        """How many symbols the bank follows."""

    @property
    def name(self) -> str:
        """Of the indicator."""

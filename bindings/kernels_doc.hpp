// SPDX-License-Identifier: MIT
#pragma once

// What help() says about the kernels. The first lines are the signatures that Python reads.

namespace pyhft::bindings::doc {

inline constexpr const char ema[] = R"(ema(x, period, *, out=None, seed='sma')
--

Exponential moving average: ``e += k * (x - e)`` with ``k = 2 / (period + 1)``.

Parameters
----------
x : array_like, shape (T,) or (T, S), float64, float32 or integer
    Values, oldest first; axis 0 is time, a column is a series. float32 stays float32 and is computed in double;
    integers become float64.
period : int
    Number of bars to average over, 1 to 1 000 000 000.
out : ndarray, optional
    Where to put the result: x's shape, the result's dtype, writable, sharing no memory with x.
seed : 'sma', 'first' or float
    What the average starts from. 'sma' (TA-Lib's rule): the mean of the first `period` bars, at bar period - 1, NaN
    before. 'first': the first bar, at bar 0. A number: the average before the first bar.

Returns
-------
ndarray
    The average at every bar; `out` if it was given.

Raises
------
ArgumentError
    If period or seed is out of range, x has other than 1 or 2 dimensions, or out has another shape, is read-only,
    misaligned or shares memory with x.
ArgumentTypeError
    If an argument has a type or dtype that isn't named above.

Notes
-----
Leading NaN are skipped and shift everything; a later NaN makes everything after it NaN. A table (T, S) is bit for
bit TA-Lib 0.8's EMA of each column; one series (T,) is computed another way, several times faster and within
1e-15 * max|x| of the exact value (periods up to 10 000).
The GIL is released for 8192 elements or more. Integer, misaligned and byte-swapped x are copied, nothing else is.

Examples
--------
>>> import numpy as np
>>> import pyhft as ph
>>> ph.ema(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 3)
array([nan, nan,  2.,  3.,  4.])
)";

inline constexpr const char macd[] = R"(macd(x, fast=12, slow=26, signal=9, *, out=None)
--

Moving average convergence/divergence: ``EMA(fast) - EMA(slow)``, its EMA, and the difference of the two.

Parameters
----------
x : array_like, shape (T,) or (T, S), float64, float32 or integer
    Values, oldest first; axis 0 is time, a column is a series. float32 stays float32 and is computed in double;
    integers become float64.
fast, slow : int
    Bars of the two averages, 1 <= fast < slow <= 1 000 000 000.
signal : int
    Values that the signal averages over, 1 to 1 000 000 000.
out : tuple of three ndarrays, optional
    Where to put macd, signal and histogram: x's shape, the result's dtype, writable, sharing no memory with x or
    each other.

Returns
-------
MACD
    Named tuple (macd, signal, histogram), NaN before bar slow + signal - 2; the arrays of `out` if they were given.

Raises
------
ArgumentError
    If a period is out of range, fast isn't less than slow, x has other than 1 or 2 dimensions, or an array of out
    has another shape, is read-only, misaligned or shares memory.
ArgumentTypeError
    If an argument has a type or dtype that isn't named above.

Notes
-----
Seeded as TA-Lib does it: both averages start at bar slow - 1, from the means of the last `fast` and `slow` bars, the
signal from the mean of the first `signal` values. NaN, exactness, GIL and copies are as in `ema`.

Examples
--------
>>> import numpy as np
>>> import pyhft as ph
>>> result = ph.macd(np.arange(40.0))
>>> round(float(result.macd[-1]), 6), round(float(result.histogram[-1]), 6)
(7.0, 0.0)
)";

inline constexpr const char isa[] = R"(isa()
--

Instruction set that the kernels run on: 'scalar', 'avx2' or 'avx512'.

The fastest that this machine has, unless the environment variable PYHFT_ISA named one when the process first asked.
Tables give the same bits on all of them; one series differs on 'scalar' of x86-64, within its bound.

Returns
-------
str

Raises
------
ArgumentError
    If PYHFT_ISA names no instruction set that pyhft knows.
HostError
    If it names one that this machine can't run.

Examples
--------
>>> import pyhft as ph
>>> ph.isa() in ph.available_isas()
True
)";

inline constexpr const char available_isas[] = R"(available_isas()
--

Instruction sets that PYHFT_ISA may name on this machine, slowest first.

Returns
-------
tuple of str

Examples
--------
>>> import pyhft as ph
>>> ph.available_isas()[0]
'scalar'
)";

}  // namespace pyhft::bindings::doc

// SPDX-License-Identifier: MIT
#pragma once

// What help() says about the functions that aren't indicators (those of indicators: indicator_help.cpp). The first lines
// are the signatures that Python reads.

namespace pyhft::bindings::doc {

inline constexpr const char lookback[] = R"(lookback(name, *parameters, **named_parameters)
--

Bars before an indicator's first value.

Parameters
----------
name : str
    Of the indicator, such as 'macd'.
*parameters, **named_parameters
    As its function takes them after its inputs; defaults where they are left out.

Returns
-------
int

Raises
------
ArgumentError
    If there is no such indicator, or a parameter is out of range.
ArgumentTypeError
    If a parameter is of the wrong type or missing.

Examples
--------
>>> import pyhft as ph
>>> ph.lookback("macd", 12, 26, 9)
33
)";

inline constexpr const char describe[] = R"(describe(name, /)
--

All that the table of indicators holds about one, as a dict.
)";

inline constexpr const char names[] = R"(names()
--

Names of all indicators, those that only pyhft.talib has in capitals.
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

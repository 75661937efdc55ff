"""Banks from Python: what is refused changes nothing, and threads take turns."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import pyhft as ph


@pytest.mark.parametrize("name", ["ema", "sum", "stddev"])
def test_threads_that_share_a_bank_take_turns(name: str) -> None:
    symbols = 9_000
    bank = ph.bank(name, symbols, 5)
    rows = np.random.default_rng(0).standard_normal((10, symbols))
    threads = [threading.Thread(target=lambda: [bank.update(rows[k % 10]) for k in range(100)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(400):
        values = bank.update(np.full(symbols, 4.0))
    assert np.allclose(values, {"ema": 4.0, "sum": 20.0, "stddev": 0.0}[name], rtol=0, atol=1e-9)


def test_an_out_that_is_refused_takes_no_bar() -> None:
    bank = ph.bank("macd", 3)
    for k in range(40):
        bank.update(np.arange(3.0) + k)
    before = np.array(bank.value)
    good = np.empty(3)
    read_only = np.empty(3)
    read_only.flags.writeable = False
    for out in (
        (good, np.empty(3), np.empty(2)), (good, np.empty(3), np.empty(3, np.float32)), (good, good, np.empty(3)),
        (good, np.empty(3), read_only), (good, np.empty(3)), 5, (good[::-1], good, np.empty(3)),
    ):  # fmt: skip
        with pytest.raises(ph.Error):
            bank.update(np.full(3, 99.0), out=out)
    assert np.array_equal(bank.value, before)
    out = (np.empty(3), np.empty(6)[::2], np.empty(3)[::-1])
    result = bank.update(np.full(3, 99.0), out=out)
    assert all(a is b for a, b in zip(result, out, strict=True))
    assert np.array_equal(result, bank.value)


def test_symbols_left_out_have_no_number_of_a_bar() -> None:
    for name in ("maxindex", "minindex", "minmaxindex"):
        bank = ph.bank(name, 3, 2, nan="skip")
        bank.update(np.array([3.0, np.nan, 5.0]))
        of_symbols = np.atleast_2d(bank.update(np.array([1.0, np.nan, np.nan])))
        assert not of_symbols[:, 1:].any()
        assert not np.any(bank.update_one(0, np.nan))


def test_numbers_of_bars_count_those_left_out() -> None:
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 9, (400, 5)).astype(float)
    holes = np.where(rng.random(rows.shape) < 0.3, np.nan, rows)
    late = np.where(np.arange(400)[:, None] < 3 * np.arange(5), np.nan, rows)
    for name, nan, table in [
        (name, nan, table)
        for name in ("maxindex", "minindex", "minmaxindex")
        for nan, table in (("skip", holes), ("skip", late), ("propagate", late))
    ]:
        for period in (2, 7):
            bank = ph.bank(name, 5, period, nan=nan)
            result = getattr(ph, name)(table, period, nan=nan)
            expected = np.stack(result if isinstance(result, tuple) else (result,))  # (outputs, bars, symbols)
            for bar, row in enumerate(table):
                if bar == 200:
                    bank = bank.copy()
                if bar % 3 == 2:
                    got = np.array([np.atleast_1d(bank.update_one(i, value)) for i, value in enumerate(row)]).T
                else:
                    got = np.atleast_2d(bank.update(row))
                assert np.array_equal(got, expected[:, bar]), (name, nan, period, bar)


def test_a_lookback_beyond_32_bits_is_waited_for() -> None:
    bank = ph.bank("t3", 2, 715_827_884)
    for _ in range(3):
        assert np.isnan(bank.update(np.ones(2))).all()
    assert not bank.ready.any()

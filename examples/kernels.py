"""Indicators on numpy arrays: one series, many series, a result array of your own."""

import numpy as np

import pyhft as ph

prices = 100 + np.random.default_rng(7).standard_normal((10_000, 50)).cumsum(axis=0) * 0.01

one = ph.ema(prices[:, 0], 20)  # (10000,): 19 NaN, then the average
all_of_them = ph.ema(prices, 20)  # (10000, 50): time is axis 0
macd, signal, histogram = ph.macd(prices[:, 0])

buffer = np.empty_like(one)
ph.ema(prices[:, 0], 20, out=buffer)  # no new array

print(f"{ph.isa()} of {', '.join(ph.available_isas())}")
print(f"ema {one[-1]:.4f}, macd {macd[-1]:.4f}, signal {signal[-1]:.4f}, histogram {histogram[-1]:.4f}")

// SPDX-License-Identifier: MIT
#pragma once

// Streaming states of the indicators of the best quotes: plain structs, one quote in, one value out. The batch forms
// give the same bits, NaN and infinities included.
//
// Included by the objects of every instruction set: see ring.hpp.

#include "pyhft/kernels/ring.hpp"

namespace pyhft::kernels {

// The price between bid and ask that leans to the side with the smaller size: bid + (ask - bid) * the bid's share of
// both sizes. In this form it is the bid itself where bid and ask are equal, and loses nothing to large prices.
// NaN where both sizes are 0.
struct microprice_state {
  PYHFT_STATE double update(double bid, double ask, double bid_size, double ask_size) noexcept {
    return bid + (ask - bid) * (bid_size / (bid_size + ask_size));
  }
};

// From -1, only asks, to 1, only bids. NaN where both sizes are 0.
struct order_book_imbalance_state {
  PYHFT_STATE double update(double bid_size, double ask_size) noexcept {
    return (bid_size - ask_size) / (bid_size + ask_size);
  }
};

// What one change of the best quotes adds to the demand, less what it adds to the supply (Cont, Kukanov and Stoikov,
// 2014): a bid that rises adds its size, one that falls takes the size before it away, one that stays adds the
// difference; an ask adds to the supply likewise where it falls.
class order_flow_imbalance_state {
 public:
  PYHFT_STATE double update(double bid, double bid_size, double ask, double ask_size) noexcept {
    const double demand = flow(bid, bid_, bid_size, bid_size_);
    const double supply = flow(0.0 - ask, 0.0 - ask_, ask_size, ask_size_);
    bid_ = bid;
    bid_size_ = bid_size;
    ask_ = ask;
    ask_size_ = ask_size;
    return demand - supply;
  }

 private:
  // The sum of two prices is NaN where one of them is, and then no comparison holds.
  PYHFT_STATE static double flow(double price, double price_before, double size, double size_before) noexcept {
    if (price > price_before) return size;
    if (price_before > price) return 0.0 - size_before;
    return price == price_before ? size - size_before : price + price_before;
  }

  double bid_ = 0.0;
  double bid_size_ = 0.0;
  double ask_ = 0.0;
  double ask_size_ = 0.0;
};

}  // namespace pyhft::kernels

/* SPDX-License-Identifier: MIT
 *
 * The door through which every strategy comes in, whatever it was written in: plain structs and function pointers.
 *
 * The engine sets aside state_bytes for the strategy and instrument_bytes for each instrument, zeroed and aligned to 64
 * bytes, before it starts; a strategy keeps everything there, allocates nothing, blocks on nothing and throws nothing.
 * All functions are called on the hot thread; any of them may be null. What a strategy wants to do it appends to the
 * order sink, within its capacity; the engine asks the risk gate about each entry and sends what passes.
 */
#ifndef PYHFT_STRATEGY_ABI_H
#define PYHFT_STRATEGY_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PYHFT_STRATEGY_ABI_VERSION 1u

enum { PYHFT_BUY = 0, PYHFT_SELL = 1 };

enum {
  PYHFT_LOG_TRACE = 0,
  PYHFT_LOG_DEBUG = 1,
  PYHFT_LOG_INFO = 2,
  PYHFT_LOG_WARNING = 3,
  PYHFT_LOG_ERROR = 4,
  PYHFT_LOG_CRITICAL = 5
};

/* Prices in 1/10 000 of the currency; an empty side has price 0 and quantity 0. */
typedef struct pyhft_quote {
  int64_t bid_ticks;
  uint64_t bid_shares;
  int64_t ask_ticks;
  uint64_t ask_shares;
} pyhft_quote;

/* The best quote of an instrument changed. */
typedef struct pyhft_book_event {
  int64_t time_ns; /* since the epoch where the input knows the date, else since midnight */
  uint32_t instrument;
  uint32_t reserved;
  pyhft_quote quote;
} pyhft_book_event;

/* Shares changed hands. The side is that of the resting order, where the feed tells. */
typedef struct pyhft_trade_event {
  int64_t time_ns;
  uint32_t instrument;
  uint32_t side;
  int64_t price_ticks;
  uint64_t shares;
} pyhft_trade_event;

/* One of our orders left, or was refused by the risk gate (rejected = 1). */
typedef struct pyhft_order_event {
  int64_t time_ns;
  uint32_t instrument;
  uint32_t side;
  int64_t price_ticks;
  uint64_t shares;
  uint64_t order_id; /* 0 for a refused one */
  uint32_t rejected;
  uint32_t reserved;
} pyhft_order_event;

/* One of our orders traded. */
typedef struct pyhft_fill_event {
  int64_t time_ns;
  uint32_t instrument;
  uint32_t side;
  int64_t price_ticks;
  uint64_t shares;
  uint64_t order_id;
} pyhft_fill_event;

typedef struct pyhft_order_request {
  uint32_t instrument;
  uint32_t side;
  int64_t price_ticks;
  uint64_t shares;
} pyhft_order_request;

typedef struct pyhft_order_sink {
  pyhft_order_request* requests;
  uint32_t capacity;
  uint32_t count;
  uint64_t dropped; /* the strategy counts here what did not fit */
} pyhft_order_sink;

/* The log of the run, into which the strategy may write a line of text: it is copied, up to 8192 bytes, and formatted by
 * another thread. Stamped when it is called, at about the cost of that and the copy. */
typedef struct pyhft_log_sink {
  void (*write)(void* log, uint32_t level, const char* text, uint64_t length);
  void* log;
} pyhft_log_sink;

typedef struct pyhft_context {
  void* state;
  void* instrument_state; /* of the event's instrument; null in on_start, on_timer and on_stop */
  const void* parameters;
  pyhft_order_sink* orders;
  const pyhft_log_sink* log; /* never null; without a log it takes the line and drops it */
} pyhft_context;

typedef struct pyhft_strategy {
  uint32_t abi_version; /* PYHFT_STRATEGY_ABI_VERSION */
  uint32_t reserved;
  const char* name;
  uint64_t state_bytes;
  uint64_t instrument_bytes;
  const void* parameters; /* the strategy's own; outlives the run */
  void (*on_start)(const pyhft_context*);
  void (*on_book)(const pyhft_context*, const pyhft_book_event*);
  void (*on_trade)(const pyhft_context*, const pyhft_trade_event*);
  void (*on_order)(const pyhft_context*, const pyhft_order_event*);
  void (*on_fill)(const pyhft_context*, const pyhft_fill_event*);
  void (*on_timer)(const pyhft_context*, int64_t time_ns);
  void (*on_stop)(const pyhft_context*);
} pyhft_strategy;

#ifdef __cplusplus
}
#endif

#endif

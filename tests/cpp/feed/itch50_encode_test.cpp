// SPDX-License-Identifier: MIT
#include "pyhft/feed/itch50_encode.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace pyhft::feed::itch50 {
namespace {

constexpr header_fields head{.locate = 0xFEDC, .tracking_number = 0xBA98, .timestamp = {0x123456789ABC}};
constexpr symbol name = symbol::from("ABCDEFGH");

template <class View>
View view_of(const std::byte* at) {
  View view;
  view.at = at;
  return view;
}

// Encodes at every alignment between two guards, holds header, length and guards against what they have to be, and lets
// `check` look at the fields.
template <class Fields, class Check>
void round_trip(const Fields& fields, Check&& check) {
  using view = typename Fields::view;
  for (std::size_t alignment = 0; alignment < 8; ++alignment) {
    alignas(8) std::array<std::byte, 80> room;
    room.fill(std::byte{0xA5});
    std::byte* const at = room.data() + 8 + alignment;
    ASSERT_EQ(encode(at, head, fields), view::length);
    for (const std::byte* guard = room.data(); guard != room.data() + room.size(); ++guard) {
      if (guard < at || guard >= at + view::length) {
        ASSERT_EQ(*guard, std::byte{0xA5}) << guard - at;
      }
    }
    const view seen = view_of<view>(at);
    EXPECT_EQ(seen.type(), view::code);
    EXPECT_EQ(seen.locate(), head.locate);
    EXPECT_EQ(seen.tracking_number(), head.tracking_number);
    EXPECT_EQ(seen.timestamp(), head.timestamp);
    check(seen);

    struct {
      std::string types;
      void on(const message_view& one) { types += one.type(); }
    } visitor;
    EXPECT_EQ(decode({at, view::length}, visitor), decoded::ok);
    EXPECT_EQ(visitor.types, std::string(1, view::code));
  }
}

TEST(itch50_encode, writes_the_bytes_of_the_specification) {
  std::array<std::byte, add_order_with_mpid::length> bytes;
  encode(bytes.data(), head,
         add_order_with_mpid_fields{.reference = {0x0102030405060708},
                                    .side = side::sell,
                                    .shares = {0x11121314},
                                    .stock = symbol::from("XY"),
                                    .price = {0x21222324},
                                    .attribution = {'M', 'P', 'I', 'D'}});
  const std::string expected(
      "F\xFE\xDC\xBA\x98\x12\x34\x56\x78\x9A\xBC\x01\x02\x03\x04\x05\x06\x07\x08S\x11\x12\x13\x14"
      "XY      \x21\x22\x23\x24MPID",
      add_order_with_mpid::length);
  std::string written;
  for (const std::byte byte : bytes) written += static_cast<char>(byte);
  EXPECT_EQ(written, expected);
}

TEST(itch50_encode, round_trips_what_is_said_about_the_day_and_a_stock) {
  round_trip(system_event_fields{'Q'}, [](const system_event& seen) { EXPECT_EQ(seen.event_code(), 'Q'); });
  const stock_directory_fields directory{.stock = name,
                                         .market_category = 'a',
                                         .financial_status = 'b',
                                         .round_lot_size = 0xC0C1C2C3,
                                         .round_lots_only = 'd',
                                         .issue_classification = 'e',
                                         .issue_subtype = {'f', 'g'},
                                         .authenticity = 'h',
                                         .short_sale_threshold = 'i',
                                         .ipo_flag = 'j',
                                         .luld_tier = 'k',
                                         .etp_flag = 'l',
                                         .etp_leverage = 0xD0D1D2D3,
                                         .inverse = 'm'};
  round_trip(directory, [&](const stock_directory& seen) {
    EXPECT_EQ(seen.stock(), name);
    EXPECT_EQ(seen.market_category(), 'a');
    EXPECT_EQ(seen.financial_status(), 'b');
    EXPECT_EQ(seen.round_lot_size(), 0xC0C1C2C3u);
    EXPECT_EQ(seen.round_lots_only(), 'd');
    EXPECT_EQ(seen.issue_classification(), 'e');
    EXPECT_EQ(seen.issue_subtype(), (std::array{'f', 'g'}));
    EXPECT_EQ(seen.authenticity(), 'h');
    EXPECT_EQ(seen.short_sale_threshold(), 'i');
    EXPECT_EQ(seen.ipo_flag(), 'j');
    EXPECT_EQ(seen.luld_tier(), 'k');
    EXPECT_EQ(seen.etp_flag(), 'l');
    EXPECT_EQ(seen.etp_leverage(), 0xD0D1D2D3u);
    EXPECT_EQ(seen.inverse(), 'm');
  });
  round_trip(trading_action_fields{.stock = name, .trading_state = 'H', .reason = {'I', 'P', 'O', '1'}},
             [](const trading_action& seen) {
               EXPECT_EQ(seen.stock(), name);
               EXPECT_EQ(seen.trading_state(), 'H');
               EXPECT_EQ(seen.reason(), (std::array{'I', 'P', 'O', '1'}));
             });
  round_trip(reg_sho_restriction_fields{.stock = name, .action = '2'}, [](const reg_sho_restriction& seen) {
    EXPECT_EQ(seen.stock(), name);
    EXPECT_EQ(seen.action(), '2');
  });
  round_trip(market_participant_position_fields{.mpid = {'W', 'X', 'Y', 'Z'},
                                                .stock = name,
                                                .primary_market_maker = 'a',
                                                .market_maker_mode = 'b',
                                                .participant_state = 'c'},
             [](const market_participant_position& seen) {
               EXPECT_EQ(seen.mpid(), (std::array{'W', 'X', 'Y', 'Z'}));
               EXPECT_EQ(seen.stock(), name);
               EXPECT_EQ(seen.primary_market_maker(), 'a');
               EXPECT_EQ(seen.market_maker_mode(), 'b');
               EXPECT_EQ(seen.participant_state(), 'c');
             });
  round_trip(operational_halt_fields{.stock = name, .market = 'B', .action = 'H'}, [](const operational_halt& seen) {
    EXPECT_EQ(seen.stock(), name);
    EXPECT_EQ(seen.market(), 'B');
    EXPECT_EQ(seen.action(), 'H');
  });
  round_trip(retail_price_improvement_fields{.stock = name, .interest = 'A'}, [](const retail_price_improvement& seen) {
    EXPECT_EQ(seen.stock(), name);
    EXPECT_EQ(seen.interest(), 'A');
  });
}

TEST(itch50_encode, round_trips_the_limits_and_collars_of_prices) {
  round_trip(mwcb_decline_level_fields{~std::uint64_t{0}, 2, std::uint64_t{3} << 40},
             [](const mwcb_decline_level& seen) {
               EXPECT_EQ(seen.level1_e8(), ~std::uint64_t{0});
               EXPECT_EQ(seen.level2_e8(), 2u);
               EXPECT_EQ(seen.level3_e8(), std::uint64_t{3} << 40);
             });
  round_trip(mwcb_status_fields{'3'}, [](const mwcb_status& seen) { EXPECT_EQ(seen.breached_level(), '3'); });
  round_trip(
      ipo_quoting_period_fields{
          .stock = name, .release_time_seconds = 0x01020304, .release_qualifier = 'C', .ipo_price = {0xF1F2F3F4}},
      [](const ipo_quoting_period& seen) {
        EXPECT_EQ(seen.stock(), name);
        EXPECT_EQ(seen.release_time_seconds(), 0x01020304u);
        EXPECT_EQ(seen.release_qualifier(), 'C');
        EXPECT_EQ(seen.ipo_price(), price{0xF1F2F3F4});
      });
  round_trip(
      luld_auction_collar_fields{
          .stock = name, .reference_price = {1}, .upper_price = {2}, .lower_price = {3}, .extension = 4},
      [](const luld_auction_collar& seen) {
        EXPECT_EQ(seen.stock(), name);
        EXPECT_EQ(seen.reference_price(), price{1});
        EXPECT_EQ(seen.upper_price(), price{2});
        EXPECT_EQ(seen.lower_price(), price{3});
        EXPECT_EQ(seen.extension(), 4u);
      });
  round_trip(direct_listing_fields{.stock = name,
                                   .open_eligibility = 'Y',
                                   .minimum_price = {1},
                                   .maximum_price = {2},
                                   .near_execution_price = {3},
                                   .near_execution_time = 0x0102030405060708,
                                   .lower_collar = {4},
                                   .upper_collar = {5}},
             [](const direct_listing& seen) {
               EXPECT_EQ(seen.stock(), name);
               EXPECT_EQ(seen.open_eligibility(), 'Y');
               EXPECT_EQ(seen.minimum_price(), price{1});
               EXPECT_EQ(seen.maximum_price(), price{2});
               EXPECT_EQ(seen.near_execution_price(), price{3});
               EXPECT_EQ(seen.near_execution_time(), 0x0102030405060708u);
               EXPECT_EQ(seen.lower_collar(), price{4});
               EXPECT_EQ(seen.upper_collar(), price{5});
             });
}

TEST(itch50_encode, round_trips_the_life_of_an_order) {
  constexpr order_id id{0xF0E1D2C3B4A59687};
  constexpr quantity shares{0xFFFFFFFF};
  constexpr price at{0xFFFFFFFE};
  for (const side of : {side::buy, side::sell}) {
    round_trip(add_order_fields{.reference = id, .side = of, .shares = shares, .stock = name, .price = at},
               [&](const add_order& seen) {
                 EXPECT_EQ(seen.reference(), id);
                 EXPECT_EQ(seen.side(), of);
                 EXPECT_EQ(seen.shares(), shares);
                 EXPECT_EQ(seen.stock(), name);
                 EXPECT_EQ(seen.price(), at);
               });
    round_trip(add_order_with_mpid_fields{.reference = id,
                                          .side = of,
                                          .shares = shares,
                                          .stock = name,
                                          .price = at,
                                          .attribution = {'1', '2', '3', '4'}},
               [&](const add_order_with_mpid& seen) {
                 EXPECT_EQ(seen.reference(), id);
                 EXPECT_EQ(seen.side(), of);
                 EXPECT_EQ(seen.shares(), shares);
                 EXPECT_EQ(seen.stock(), name);
                 EXPECT_EQ(seen.price(), at);
                 EXPECT_EQ(seen.attribution(), (std::array{'1', '2', '3', '4'}));
               });
  }
  round_trip(order_executed_fields{.reference = id, .executed = shares, .match_number = 77},
             [&](const order_executed& seen) {
               EXPECT_EQ(seen.reference(), id);
               EXPECT_EQ(seen.executed(), shares);
               EXPECT_EQ(seen.match_number(), 77u);
             });
  round_trip(
      order_executed_with_price_fields{
          .reference = id, .executed = shares, .match_number = 77, .printable = 'N', .price = at},
      [&](const order_executed_with_price& seen) {
        EXPECT_EQ(seen.reference(), id);
        EXPECT_EQ(seen.executed(), shares);
        EXPECT_EQ(seen.match_number(), 77u);
        EXPECT_EQ(seen.printable(), 'N');
        EXPECT_EQ(seen.price(), at);
      });
  round_trip(order_cancel_fields{.reference = id, .canceled = shares}, [&](const order_cancel& seen) {
    EXPECT_EQ(seen.reference(), id);
    EXPECT_EQ(seen.canceled(), shares);
  });
  round_trip(order_delete_fields{.reference = id}, [&](const order_delete& seen) { EXPECT_EQ(seen.reference(), id); });
  round_trip(order_replace_fields{.original_reference = id, .new_reference = {5}, .shares = shares, .price = at},
             [&](const order_replace& seen) {
               EXPECT_EQ(seen.original_reference(), id);
               EXPECT_EQ(seen.new_reference(), order_id{5});
               EXPECT_EQ(seen.shares(), shares);
               EXPECT_EQ(seen.price(), at);
             });
}

TEST(itch50_encode, round_trips_trades_and_auctions) {
  for (const char side_character : {'B', 'S'}) {
    round_trip(trade_fields{.reference = {9},
                            .side = side_character == 'B' ? side::buy : side::sell,
                            .shares = {10},
                            .stock = name,
                            .price = {11},
                            .match_number = 0x0102030405060708},
               [&](const trade& seen) {
                 EXPECT_EQ(seen.reference(), order_id{9});
                 EXPECT_EQ(seen.buy_sell(), side_character);
                 EXPECT_EQ(seen.shares(), quantity{10});
                 EXPECT_EQ(seen.stock(), name);
                 EXPECT_EQ(seen.price(), price{11});
                 EXPECT_EQ(seen.match_number(), 0x0102030405060708u);
               });
  }
  constexpr quantity beyond_32_bits{std::uint64_t{7} << 32};
  round_trip(
      cross_trade_fields{.shares = beyond_32_bits, .stock = name, .price = {12}, .match_number = 13, .cross_type = 'O'},
      [&](const cross_trade& seen) {
        EXPECT_EQ(seen.shares(), beyond_32_bits);
        EXPECT_EQ(seen.stock(), name);
        EXPECT_EQ(seen.price(), price{12});
        EXPECT_EQ(seen.match_number(), 13u);
        EXPECT_EQ(seen.cross_type(), 'O');
      });
  round_trip(broken_trade_fields{.match_number = 14},
             [](const broken_trade& seen) { EXPECT_EQ(seen.match_number(), 14u); });
  round_trip(net_order_imbalance_fields{.paired_shares = beyond_32_bits,
                                        .imbalance_shares = {16},
                                        .direction = 'B',
                                        .stock = name,
                                        .far_price = {17},
                                        .near_price = {18},
                                        .reference_price = {19},
                                        .cross_type = 'C',
                                        .price_variation = 'L'},
             [&](const net_order_imbalance& seen) {
               EXPECT_EQ(seen.paired_shares(), beyond_32_bits);
               EXPECT_EQ(seen.imbalance_shares(), quantity{16});
               EXPECT_EQ(seen.direction(), 'B');
               EXPECT_EQ(seen.stock(), name);
               EXPECT_EQ(seen.far_price(), price{17});
               EXPECT_EQ(seen.near_price(), price{18});
               EXPECT_EQ(seen.reference_price(), price{19});
               EXPECT_EQ(seen.cross_type(), 'C');
               EXPECT_EQ(seen.price_variation(), 'L');
             });
}

}  // namespace
}  // namespace pyhft::feed::itch50

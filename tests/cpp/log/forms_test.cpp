// SPDX-License-Identifier: MIT
// The JSON and the binary form, and the decoder, beside the text form of the same calls.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <random>
#include <thread>

#include "log/log_file.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/log/backend.hpp"
#include "pyhft/log/decoder.hpp"
#include "pyhft/log/site_table.hpp"

namespace pyhft::log {
namespace {

using bytes = std::vector<std::byte>;

bytes bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  bytes result(text.size());
  std::memcpy(result.data(), text.data(), text.size());
  return result;
}

struct decoded_lines {
  decoded result;
  std::vector<std::string> lines;
};

decoded_lines decode_all(std::span<const std::byte> file, file_form form = file_form::text,
                         level least = level::trace) {
  std::string text;
  decoded_lines all{decode(file, form, least, [&](std::string_view piece) { text += piece; }), {}};
  for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    all.lines.push_back(text.substr(begin, end - begin));
  }
  return all;
}

// The same calls with the same stamps whatever the form.
void log_a_little(logger& target, std::uint64_t stamp) {
  const std::string text(600, 'x');
  PYHFT_LOG_AT(target, stamp, info, "order {} filled at {}", 7, 2.5);
  PYHFT_LOG_AT(target, stamp + 1, error, "{{}} \"{}\" {}", "a\nb\\c\"d", symbol::from("AAPL"));
  PYHFT_LOG_AT(target, stamp + 2, warning, "nothing");
  PYHFT_LOG_AT(target, stamp + 3, debug, "{} {} {} {} {}", text, true, 'c', price{-1}, side::sell);
  PYHFT_LOG_AT(target, stamp + 4, info, "order {} filled at {}", 8, 3.5);
  target.write_text(level::critical, stamp + 5, "Zürich");
}

const clock::tsc_clock one_clock;

void write_log(const log_file& file, file_form form, const std::string& name = "test \"1\"\n") {
  backend writer({.file = file.path(), .form = form}, one_clock);
  log_a_little(writer.make_logger(name), 1000);
}

// An independent reader of this little JSON: the value of a key, unquoted.
std::string value_of(const std::string& json, const std::string& key) {
  std::size_t at = json.find("\"" + key + "\":");
  if (at == std::string::npos) return "no " + key;
  at += key.size() + 3;
  std::string result;
  if (json[at] != '"') {
    while (std::isdigit(static_cast<unsigned char>(json[at])) != 0 || json[at] == '-') result += json[at++];
    return result;
  }
  for (++at; json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
    result += json[at];
  }
  return result;
}

TEST(json_form, says_of_a_line_what_text_does_and_more) {
  const log_file file;
  write_log(file, file_form::json);
  const auto lines = file.lines();
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[0].substr(0, 6), "{\"ns\":");
  EXPECT_EQ(lines[0].back(), '}');
  EXPECT_EQ(value_of(lines[0], "level"), "INFO");
  EXPECT_EQ(value_of(lines[0], "text"), "order 7 filled at 2.5");
  EXPECT_EQ(value_of(lines[1], "text"), R"({} "a\nb\c"d" AAPL)");
  EXPECT_EQ(value_of(lines[1], "logger"), "test \"1\"\\n");
  EXPECT_EQ(value_of(lines[1], "thread"), std::to_string(::getpid()));
  EXPECT_EQ(value_of(lines[3], "text"), std::string(512, 'x') + "... true c -0.0001 sell");
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(value_of(lines[i], "seq"), std::to_string(i + 1));
  EXPECT_EQ(std::stoll(value_of(lines[5], "ns")), one_clock.to_epoch(1005).count);
}

TEST(json_form, takes_the_longest_line_there_is) {
  const log_file file;
  backend writer({.file = file.path(), .form = file_form::json});
  const std::string text(most_text_bytes, '\n');
  PYHFT_LOG(writer.make_logger(std::string(64, '\x01')), info, "{}{}{}{}{}{}{}{}{}{}{}{}{}{}{}{}", text, text, text,
            text, text, text, text, text, text, text, text, text, text, text, text, text);
  writer.close();
  EXPECT_EQ(value_of(file.lines().at(0), "text").size(), 16 * 2 * most_text_bytes);
}

TEST(json_form, drops_leave_a_gap_in_the_sequence) {
  const log_file file;
  backend writer({.file = file.path(), .form = file_form::json});
  logger& target = writer.make_logger("small", 64);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i) PYHFT_LOG(target, info, "{}", i);
    writer.flush();
  }
  std::vector<std::string> numbers;
  for (const auto& line : file.lines()) numbers.push_back(value_of(line, "seq"));
  EXPECT_EQ(numbers, (std::vector<std::string>{"4", "5", "9", "10", "14", "15"}));
}

TEST(binary_form, is_decoded_to_the_lines_of_the_other_forms) {
  const log_file file;
  write_log(file, file_form::text);
  const auto text = file.lines();
  std::filesystem::remove(file.path());
  write_log(file, file_form::json);
  const auto json = file.lines();
  std::filesystem::remove(file.path());
  write_log(file, file_form::binary);
  const auto file_bytes = bytes_of(file.path());
  const auto as_text = decode_all(file_bytes);
  EXPECT_EQ(as_text.lines, text);
  EXPECT_TRUE(as_text.result.whole());
  EXPECT_EQ(as_text.result.records, 6u);
  EXPECT_EQ(as_text.result.sessions, 1u);
  EXPECT_EQ(as_text.result.missing, 0u);
  EXPECT_EQ(decode_all(file_bytes, file_form::json).lines, json);
}

TEST(binary_form, is_filtered_by_level_and_counts_what_was_dropped) {
  const log_file file;
  std::uint64_t written = 0;
  {
    backend writer({.file = file.path(), .form = file_form::binary});
    logger& target = writer.make_logger("small", 64);
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 5; ++i) PYHFT_LOG(target, info, "{}", i);
      writer.flush();
      PYHFT_LOG(target, error, "bad");
      writer.flush();
    }
    written = writer.close().written;
  }
  EXPECT_GE(written, 6u);
  const auto bad = decode_all(bytes_of(file.path()), file_form::text, level::error);
  EXPECT_EQ(bad.lines.size(), 3u);
  EXPECT_EQ(bad.result.records, written);
  EXPECT_EQ(bad.result.missing, 18u - written - 3u);  // three were dropped before the first that is in the file
  EXPECT_THROW(decode_all({}, file_form::binary), argument_error);
}

TEST(binary_form, a_file_that_is_appended_to_or_put_aside_can_be_read_by_itself) {
  const log_file file;
  for (int run = 0; run < 2; ++run) write_log(file, file_form::binary);
  EXPECT_EQ(decode_all(bytes_of(file.path())).result.sessions, 2u);
  EXPECT_EQ(decode_all(bytes_of(file.path())).lines.size(), 12u);
  std::filesystem::remove(file.path());
  std::uint64_t rotations = 0;
  {
    backend writer({.file = file.path(), .form = file_form::binary, .rotate_bytes = 3000}, one_clock);
    logger& target = writer.make_logger("test");
    for (std::uint64_t i = 0; i < 50; ++i) log_a_little(target, 1000 * i);
    rotations = writer.close().rotations;
  }
  EXPECT_GT(rotations, 10u);
  std::size_t lines = 0;
  for (const auto& entry : std::filesystem::directory_iterator(file.folder())) {
    EXPECT_LE(entry.file_size(), 3000u);
    const auto all = decode_all(bytes_of(entry.path()));
    EXPECT_TRUE(all.result.whole());
    EXPECT_EQ(all.result.missing, 0u) << entry.path();
    lines += all.lines.size();
  }
  EXPECT_EQ(lines, 300u);
}

TEST(binary_form, more_call_sites_and_threads_than_there_is_room_for_at_first) {
  const log_file file;
  {
    backend writer({.file = file.path(), .form = file_form::binary});
    logger& target = writer.make_logger("test", std::size_t{1} << 20);
    for (int i = 0; i < 2000; ++i) {
      target.write_raw(*interned_site(level::info, "call " + std::to_string(i), {}), 1, {});
    }
    for (int i = 0; i < 300; ++i) {
      logger& one = writer.make_logger("logger " + std::to_string(i), 4096);
      std::thread([&] { PYHFT_LOG(one, info, "here"); }).join();
    }
  }
  const auto all = decode_all(bytes_of(file.path()), file_form::json);
  ASSERT_EQ(all.lines.size(), 2300u);
  EXPECT_TRUE(all.result.whole());
  for (std::size_t i = 0; i < 2000; ++i) ASSERT_EQ(value_of(all.lines[i], "text"), "call " + std::to_string(i));
  std::vector<std::string> names;
  for (std::size_t i = 2000; i < 2300; ++i) names.push_back(value_of(all.lines[i], "logger"));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

TEST(decoder, passes_over_what_is_cut_off_and_says_where) {
  const log_file file;
  write_log(file, file_form::binary);
  const auto whole = bytes_of(file.path());
  const auto lines = decode_all(whole).lines;
  for (std::size_t length = 24; length < whole.size(); ++length) {
    const auto part = decode_all({whole.data(), length});
    ASSERT_LE(part.lines.size(), lines.size());
    ASSERT_TRUE(std::equal(part.lines.begin(), part.lines.end(), lines.begin()));
    for (const damage& one : part.result.damages) ASSERT_EQ(one.offset + one.bytes, length);
    ASSERT_LE(part.result.damages.size(), 1u);
  }
  // Another run appends to the stump; the rest of its last word is filled up.
  std::filesystem::resize_file(file.path(), whole.size() - 3);
  write_log(file, file_form::binary);
  const auto both = decode_all(bytes_of(file.path()));
  EXPECT_EQ(both.lines.size(), 2 * lines.size() - 1);
  ASSERT_EQ(both.result.damages.size(), 1u);
  EXPECT_FALSE(both.result.whole());
}

TEST(decoder, a_wrong_byte_costs_one_frame_and_what_it_defined) {
  const log_file file;
  write_log(file, file_form::binary);
  const auto whole = bytes_of(file.path());
  const auto lines = decode_all(whole).lines;
  for (std::size_t at = 24; at < whole.size(); ++at) {
    auto broken = whole;
    broken[at] ^= std::byte{0x10};
    const auto rest = decode_all(broken);
    ASSERT_FALSE(rest.result.whole()) << at;
    ASSERT_GE(rest.lines.size() + 2, lines.size()) << at;  // a call site here has two records at most
    ASSERT_EQ(rest.result.damages.size(), 1u) << at;
    ASSERT_LE(rest.result.damages[0].offset, at);
    ASSERT_GT(rest.result.damages[0].offset + rest.result.damages[0].bytes, at);
  }
}

TEST(decoder, nothing_that_it_is_given_does_harm) {
  const log_file file;
  write_log(file, file_form::binary);
  const auto whole = bytes_of(file.path());
  std::mt19937 random(11);
  for (int i = 0; i < 3000; ++i) {
    auto broken = whole;
    for (std::size_t n = 1 + random() % 8; n != 0; --n) {
      broken[random() % broken.size()] = static_cast<std::byte>(random());
    }
    try {
      decode_all(broken, i % 2 == 0 ? file_form::text : file_form::json);
    } catch (const input_error&) {  // another version
    }
  }
  bytes noise(4096);
  for (auto& byte : noise) byte = static_cast<std::byte>(random());
  EXPECT_THROW(decode_all(noise), input_error);
  EXPECT_EQ(decode_all({}).lines.size(), 0u);
}

TEST(site_table, reads_formats_as_the_compiler_does) {
  const std::array kinds{argument_kind::text, argument_kind::floating};
  const call_site* site = interned_site(level::info, "a {} b {} {{c}}", kinds);
  ASSERT_NE(site, nullptr);
  EXPECT_EQ(interned_site(level::info, "a {} b {} {{c}}", kinds), site);
  EXPECT_NE(interned_site(level::error, "a {} b {} {{c}}", kinds), site);
  constexpr auto compiled = make_call_site<std::string_view, double>(level::info, "a {} b {} {{c}}", "", 0);
  EXPECT_EQ(site->placeholders, compiled.placeholders);
  EXPECT_EQ(site->has_doubled_braces, compiled.has_doubled_braces);
  EXPECT_EQ(site->kinds, compiled.kinds);
  for (const std::string_view wrong : {"{}", "{} {} {}", "{ {}", "{} } {}", "{} {}\n", "{:5} {}", ""}) {
    EXPECT_THROW(interned_site(level::info, wrong, kinds), argument_error) << wrong;
  }
  EXPECT_THROW(interned_site(level::info, std::string(5000, 'x') + "{}{}", kinds), argument_error);
}

}  // namespace
}  // namespace pyhft::log

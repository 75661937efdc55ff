// SPDX-License-Identifier: MIT
#include "pyhft/log/site_table.hpp"

#include <pthread.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "per_process.hpp"
#include "pyhft/base/error.hpp"

namespace pyhft::log {
namespace {

constexpr std::size_t most_sites = 4096;

struct entry {
  std::string format;
  call_site site;
};

struct site_table {
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<entry>, std::less<>> sites;  // records point into it
};

constinit detail::per_process<site_table> table_here;
[[maybe_unused]] const int at_fork = ::pthread_atfork(nullptr, nullptr, [] { table_here.forget_in_child(); });

}  // namespace

std::optional<call_site> read_run_time_format(std::string_view format, std::span<const argument_kind> kinds) noexcept {
  const auto read = detail::read_format(format);
  if (read.fault != detail::format_fault::none || read.count != kinds.size() || read.count > most_arguments) return {};
  call_site site{
      level::info, static_cast<std::uint8_t>(kinds.size()), {}, read.placeholders, read.has_doubled_braces, 0, "",
      format};
  std::copy(kinds.begin(), kinds.end(), site.kinds.begin());
  return site;
}

std::string format_error(std::string_view format, std::size_t arguments) {
  if (arguments > most_arguments) {
    return "the format gets " + std::to_string(arguments) + " arguments, and at most " +
           std::to_string(most_arguments) + " are taken";
  }
  const auto read = detail::read_format(format);
  switch (read.fault) {
    case detail::format_fault::too_long:
      return "the format has " + std::to_string(format.size()) + " bytes, and at most " +
             std::to_string(most_format_characters) + " are taken: put what is long into an argument";
    case detail::format_fault::control_character:
      return "the format holds a control character at " + std::to_string(read.fault_at) +
             ": a line of the log is one line";
    case detail::format_fault::lone_brace:
      return "the format has a brace at " + std::to_string(read.fault_at) +
             " that is neither a placeholder {} nor doubled: write {{ or }} for a brace itself";
    case detail::format_fault::none:
      break;
  }
  if (read.count == arguments) return {};
  return "the format has " + std::to_string(read.count) + " placeholders and gets " + std::to_string(arguments) +
         " arguments: give one {} for each";
}

const call_site* interned_site(level severity, std::string_view format, std::span<const argument_kind> kinds) {
  auto& [mutex, table] = table_here.get();
  std::string key(format);
  key += static_cast<char>(severity);
  for (const argument_kind kind : kinds) key += static_cast<char>(kind);
  const std::lock_guard lock(mutex);
  if (const auto known = table.find(key); known != table.end()) return &known->second->site;
  if (table.size() >= most_sites) return nullptr;
  auto made = std::make_unique<entry>(entry{std::string(format), {}});
  const auto site = read_run_time_format(made->format, kinds);
  if (!site) throw argument_error("A log call can't be: " + format_error(format, kinds.size()) + ".");
  made->site = *site;
  made->site.severity = severity;
  return &table.emplace(std::move(key), std::move(made)).first->second->site;
}

}  // namespace pyhft::log

// SPDX-License-Identifier: MIT
#include "pyhft/net/pcap_writer.hpp"
#include "pyhft/sim/synthetic_day.hpp"

namespace pyhft::sim {
namespace {

constexpr std::uint64_t capture_header_bytes = 24;
constexpr std::uint64_t record_header_bytes = 16;
constexpr std::uint64_t packets_a_report = 1u << 16;

}  // namespace

synthetic_day_summary write_synthetic_day(const synthetic_day_parameters& parameters, const std::string& path,
                                          const synthetic_day_progress& progress) {
  synthetic_day day{parameters};
  net::pcap_writer to{path};
  synthetic_day_summary result{.file_bytes = capture_header_bytes};
  for (synthetic_packet packet; day.next(packet);) {
    to.write(packet.frame, packet.timestamp);
    result.file_bytes += record_header_bytes + packet.frame.size();
    if (++result.packets % packets_a_report == 0 && progress) progress(day.messages());
  }
  to.flush();
  result.messages = day.messages();
  for (std::size_t type = 0; type < result.messages_by_type.size(); ++type) {
    result.messages_by_type[type] = day.messages_of(static_cast<char>(type));
  }
  return result;
}

}  // namespace pyhft::sim

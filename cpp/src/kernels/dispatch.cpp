// SPDX-License-Identifier: MIT
// Compiled for the baseline: the one place that asks the processor what it can do.

#include <cstdlib>
#include <string>

#include "kernel_table.hpp"
#include "pyhft/base/error.hpp"
#include "pyhft/kernels/isa.hpp"

namespace pyhft::kernels {
namespace {

// __builtin_cpu_supports looks at CPUID and at XGETBV: a register that the operating system doesn't save counts as
// absent. What is asked for here must cover the flags in CMakeLists.txt.
std::vector<const kernel_table*> available_tables() {
  std::vector<const kernel_table*> tables{&scalar::table};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return tables;
  tables.push_back(&avx2::table);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    tables.push_back(&avx512::table);
#endif
  return tables;
}

std::string listed(const std::vector<const kernel_table*>& tables) {
  std::string text;
  for (const auto* table : tables) text += (text.empty() ? "" : ", ") + std::string(table->name);
  return text;
}

const kernel_table& choose() {
  const auto tables = available_tables();
  const char* wanted = std::getenv("PYHFT_ISA");
  if (wanted == nullptr || *wanted == '\0') return *tables.back();
  const std::string name = wanted;
  for (const auto* table : tables)
    if (name == table->name) return *table;
  const std::string remedy =
      "; this machine has " + listed(tables) + ": name one of them, or unset it for the fastest.";
  if (name == "avx2" || name == "avx512")
    throw host_error("PYHFT_ISA is '" + name + "', which this processor or its operating system can't run" + remedy);
  throw argument_error("PYHFT_ISA is '" + name + "', which is no instruction set that pyhft knows" + remedy);
}

}  // namespace

const kernel_table& active_table() {
  static const kernel_table& chosen = choose();
  return chosen;
}

std::string_view active_isa() { return active_table().name; }

std::vector<std::string_view> available_isas() {
  std::vector<std::string_view> names;
  for (const auto* table : available_tables()) names.emplace_back(table->name);
  return names;
}

}  // namespace pyhft::kernels

// SPDX-License-Identifier: MIT
#pragma once

// A file, or only the name for one, in a folder of its own that goes away with the object.

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace pyhft::test {

class temporary_file {
 public:
  // No file yet.
  temporary_file() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pyhft-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for temporary files");
    folder_ = pattern;
  }
  explicit temporary_file(std::span<const std::byte> bytes) : temporary_file() {
    std::ofstream{path(), std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                                  static_cast<std::streamsize>(bytes.size()));
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string path() const { return (folder_ / "file").string(); }
  std::string folder() const { return folder_.string(); }

  std::vector<std::byte> read() const {
    std::ifstream file{path(), std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace pyhft::test

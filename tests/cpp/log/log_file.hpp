// SPDX-License-Identifier: MIT
#pragma once

// A folder of its own for each test that writes a log, and the lines of the file in it.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace pyhft::log {

class log_file {
 public:
  log_file() : log_file(own_folder()) {}
  explicit log_file(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
  }
  ~log_file() { std::filesystem::remove_all(folder_); }

  const std::filesystem::path& folder() const { return folder_; }
  std::string path() const { return (folder_ / "trading.log").string(); }

  std::vector<std::string> lines() const { return lines_of(path()); }
  static std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<std::string> result;
    for (std::string line; std::getline(file, line);) result.push_back(line);
    return result;
  }
  // Without the time.
  std::vector<std::string> texts() const {
    auto result = lines();
    for (auto& line : result) line.erase(0, line.find("] ") + 2);
    return result;
  }

 private:
  static std::filesystem::path own_folder() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    return std::filesystem::path(::testing::TempDir()) /
           ("pyhft_" + std::string(test->name()) + "_" + std::to_string(::getpid()));
  }

  std::filesystem::path folder_;
};

}  // namespace pyhft::log

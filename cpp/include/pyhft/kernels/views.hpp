// SPDX-License-Identifier: MIT
#pragma once

// How the batch kernels see arrays: a pointer, lengths, and strides counted in elements (any sign). A view owns
// nothing. `T` is double or float, const for input. Every element must be aligned for its type.

#include <cstddef>
#include <span>
#include <type_traits>

namespace pyhft::kernels {

// One series, oldest value first.
template <typename T>
struct series_view {
  T* data{};
  std::size_t size{};
  std::ptrdiff_t stride{1};

  constexpr series_view() = default;
  constexpr series_view(T* data_, std::size_t size_, std::ptrdiff_t stride_ = 1) noexcept
      : data(data_), size(size_), stride(stride_) {}
  template <typename Container>
    requires std::is_constructible_v<std::span<T>, Container&>
  constexpr series_view(Container&& from) noexcept
      : series_view(std::span<T>(from).data(), std::span<T>(from).size()) {}

  constexpr T& operator[](std::size_t i) const noexcept { return data[static_cast<std::ptrdiff_t>(i) * stride]; }
};

// Many series of one length: axis 0 is time, axis 1 the series.
template <typename T>
struct table_view {
  T* data{};
  std::size_t rows{};    // points in time
  std::size_t series{};  // columns
  std::ptrdiff_t row_stride{};
  std::ptrdiff_t series_stride{1};

  constexpr T* at(std::size_t row, std::size_t column) const noexcept {
    return data + static_cast<std::ptrdiff_t>(row) * row_stride + static_cast<std::ptrdiff_t>(column) * series_stride;
  }
  constexpr series_view<T> column(std::size_t i) const noexcept { return {at(0, i), rows, row_stride}; }
};

}  // namespace pyhft::kernels

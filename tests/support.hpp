// What several tests need: random tensors, honest comparisons, folders that vanish, the text of an error.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

#include "bnlab/core/error.hpp"
#include "bnlab/core/random.hpp"
#include "bnlab/core/tensor.hpp"

namespace bnlab::testing {

// Compiled with a sanitizer: they reserve terabytes, and end a program that asks for too much memory.
#if defined(__has_feature)
#define BNLAB_HAS_FEATURE(name) __has_feature(name)
#else
#define BNLAB_HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || BNLAB_HAS_FEATURE(address_sanitizer) || \
    BNLAB_HAS_FEATURE(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

inline constexpr bool kDouble = sizeof(real) == 8;

// [rows, cols], uniform in [low, high), row-major or in panels.
inline Tensor random_tensor(std::size_t rows, std::size_t cols, std::string_view name, double low = -1, double high = 1,
                            Layout layout = Layout::row_major) {
  Random random(7, name);
  Tensor t({rows, cols}, layout);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) t(i, j) = static_cast<real>(random.uniform(low, high));
  }
  return t;
}

inline Tensor random_vector(std::size_t length, std::string_view name, double low = -1, double high = 1) {
  Random random(7, name);
  Tensor t({length});
  for (std::size_t i = 0; i < length; ++i) t(i) = static_cast<real>(random.uniform(low, high));
  return t;
}

// |a - b| / |b| over all entries (norms, so that one small entry does not decide). NaN anywhere, or different shapes:
// infinite, so that `< bound` fails. With b = 0, |a|.
inline double relative_error(const Tensor& a, const Tensor& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return HUGE_VAL;
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.cols(); ++j) {
      const double x = static_cast<double>(a(i, j)), y = static_cast<double>(b(i, j));
      difference += (x - y) * (x - y);
      size += y * y;
    }
  }
  const double error = size > 0 ? std::sqrt(difference / size) : std::sqrt(difference);
  return std::isnan(error) ? HUGE_VAL : error;
}

// Equal to the last bit, in what is stored.
inline bool identical(const Tensor& a, const Tensor& b) {
  return a.same_shape(b) && a.layout() == b.layout() &&
         std::string_view(reinterpret_cast<const char*>(a.stored().data()), a.stored().size_bytes()) ==
             std::string_view(reinterpret_cast<const char*>(b.stored().data()), b.stored().size_bytes());
}

// The message of the bnlab::Error that `action` throws; empty when it throws none.
template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// A new folder, removed with all it holds at the end of the test.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "bnlab-test-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline void write_text(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();  // by blocks: an iterator's way, character by character, is slow where nothing is optimized
  return text.str();
}

}  // namespace bnlab::testing

// Images for programs that are only to run for a moment.
#pragma once

#include <fstream>

#include "../support.hpp"

namespace bnlab::testing {

// A folder with the sample's first images: read in a moment.
inline void cut_sample(const std::string& folder) {
  std::filesystem::create_directory(folder);
  for (const auto& [part, count] : {std::pair{"train", 600}, {"t10k", 100}}) {
    for (const auto& [kind, header, size] : {std::tuple{"-images-idx3-ubyte", 16, 784}, {"-labels-idx1-ubyte", 8, 1}}) {
      const std::string name = std::string("/") + part + kind;
      std::string bytes(static_cast<std::size_t>(header + count * size), '\0');
      std::ifstream("data/fashion-mnist-sample" + name, std::ios::binary).read(bytes.data(), std::ssize(bytes));
      bytes[6] = static_cast<char>(count / 256), bytes[7] = static_cast<char>(count % 256);
      write_text(folder + name, bytes);
    }
  }
}

}  // namespace bnlab::testing

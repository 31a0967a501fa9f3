#include "bnlab/data/npy.hpp"

#include "bnlab/core/text.hpp"
#include "bnlab/data/output_file.hpp"

namespace bnlab {

void write_npy(const std::string& path, const Tensor& matrix) {
  std::string header = format("{'descr': '<f%zu', 'fortran_order': False, 'shape': (%zu, %zu), }", sizeof(real),
                              matrix.rows(), matrix.cols());
  constexpr std::size_t kBytesBefore = 10;  // the magic string, the version and the header's length
  header.resize(round_up(kBytesBefore + header.size() + 1, 64) - kBytesBefore, ' ');
  header.back() = '\n';
  std::string content("\x93NUMPY\1\0", 8);
  content += static_cast<char>(header.size() % 256);
  content += static_cast<char>(header.size() / 256);
  content += header;
  content.append(reinterpret_cast<const char*>(matrix.row(0)), matrix.size() * sizeof(real));
  write_file(path, content);
}

}  // namespace bnlab

// Prints what src/data/known_sets.cpp holds of the labels of a set: the first 60 as digits, then the running hashes.
//
//   make build/label_hashes
//   build/label_hashes data/mnist/train-labels-idx1-ubyte
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "bnlab/core/fingerprint.hpp"

int main(int argc, char** argv) {
  constexpr std::size_t kHeader = 8;
  constexpr std::size_t kDigits = 60;
  constexpr std::size_t kStep = 1000;
  constexpr std::size_t kPerLine = 10;
  std::ifstream file(argc > 1 ? argv[1] : "", std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (bytes.size() < kHeader) {
    std::fprintf(stderr, "label_hashes: expected an IDX file of labels\n");
    return 1;
  }
  const std::string labels = bytes.substr(kHeader);
  std::printf(".digits = \"");
  for (std::size_t i = 0; i < kDigits && i < labels.size(); ++i) std::printf("%d", labels[i]);
  std::printf("\",\n.hashes = {\n");
  std::uint64_t hash = bnlab::kFnvOffsetBasis;
  for (std::size_t end = kStep; end <= labels.size(); end += kStep) {
    hash = bnlab::fingerprint(labels.substr(end - kStep, kStep), hash);
    std::printf("0x%08x,%s", bnlab::folded(hash), end / kStep % kPerLine == 0 ? "\n" : " ");
  }
  std::printf("}\n");
}

#include "bnlab/data/known_sets.hpp"

#include <algorithm>

#include "bnlab/core/fingerprint.hpp"

namespace bnlab {
namespace {

constexpr std::size_t kHashEvery = 1000;

// Whether the labels begin with the digits, as far as both go.
bool begins_with(const Bytes& labels, const std::string& digits) {
  const std::size_t count = std::min(labels.size(), digits.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (labels[i] != digits[i] - '0') return false;
  }
  return true;
}

// How many of the hashes belong to no more labels than these.
std::size_t known_thousands(std::size_t labels, const std::vector<std::uint32_t>& hashes) {
  return std::min(labels / kHashEvery, hashes.size());
}

// Whether the longest of the prefixes whose hash is known is this one's, too.
bool has_hash(const Bytes& labels, const std::vector<std::uint32_t>& hashes) {
  const std::size_t known = known_thousands(labels.size(), hashes);
  if (known == 0) return true;
  return folded(fingerprint(text_of(labels).substr(0, known * kHashEvery))) == hashes[known - 1];
}

}  // namespace

const std::vector<KnownSet>& known_sets() {
  static const std::vector<KnownSet> sets = {
      {.name = "mnist", .training = 60000, .test = 10000},
      {.name = "fashion-mnist", .training = 60000, .test = 10000},
      {.name = "kmnist", .training = 60000, .test = 10000},
      {.name = "cifar10", .training = 50000, .test = 10000, .channels = 3, .height = 32, .width = 32},
  };
  return sets;
}

// The digits and hashes of MNIST and Fashion-MNIST are what data/label_hashes.cpp prints for their files of labels (of
// MNIST's training labels, the first 14,000). Those of KMNIST and CIFAR-10 are the labels that their users print: of
// KMNIST, the first training labels; of CIFAR-10, the first of test_batch.bin and of each data_batch_*.bin.
const std::vector<KnownLabels>& known_labels() {
  static const std::vector<KnownLabels> labels = {
      {.set = "mnist",
       .part = Part::training,
       .first = 0,
       .digits = "504192131435361728694091124327386905607618793985933074980941",
       .hashes = {0x9fe7c7d0, 0x8b9440c0, 0x7a759815, 0x833fc776, 0x0cbadf97, 0x5c1a7cea, 0xd755b49e, 0xaf429db0,
                  0x3c108b94, 0xb89219bd, 0xcb17066b, 0x16f1677f, 0xe88fe6fb, 0xb62ba2a5}},
      {.set = "mnist",
       .part = Part::test,
       .first = 0,
       .digits = "721041495906901597349665407401313472712117423512446355604195",
       .hashes = {0xe207781f, 0x73d1f068, 0x14a990b0, 0xece6aebd, 0x781a7ed3, 0x80889885, 0xd32a16a2, 0x914cce73,
                  0x1fd074fa, 0xcd1c37a6}},
      {.set = "fashion-mnist",
       .part = Part::training,
       .first = 0,
       .digits = "900302725509557910643148430244536608521667959273033372266833",
       .hashes = {0x7ba82e63, 0xb0e3ab63, 0xe139aca2, 0x426932e9, 0x65f90d7f, 0x7fe8f0b8, 0x4a67686e, 0xfe99b908,
                  0xeb35ba23, 0x1138230c, 0xa224f26b, 0x2e6af151, 0x69549a8b, 0x28180db4, 0x8237e551, 0x8f5cb4a1,
                  0x76fd09af, 0x2170dbfc, 0x978d5196, 0x6319c4a1, 0x0d346149, 0xf19b648f, 0x82add217, 0x5774d34c,
                  0x285d27e0, 0xd344eced, 0xd596463c, 0x9bf288d6, 0x4a9ec217, 0x34a94b01, 0x5fbb541d, 0xcb3e61cf,
                  0x61e33cd1, 0x084345d3, 0x698da8c5, 0x08cdc3f4, 0xa2b3f3f4, 0x9bc2aa47, 0x4928e406, 0xf33d9605,
                  0xd501abf0, 0xac1eaca6, 0x95816597, 0xdb85b8a8, 0x490320af, 0xfb3f7ff4, 0x8a4c1220, 0x97d041d3,
                  0xf2657cb7, 0x62842ecd, 0x2b51d8c8, 0x286c9a19, 0xcc115e8d, 0x65199d13, 0xe23f1fe3, 0xb2993137,
                  0xb072b7a8, 0xcb457cd7, 0x857da9f8, 0x0312ee06}},
      {.set = "fashion-mnist",
       .part = Part::test,
       .first = 0,
       .digits = "921161465745734124802579146093883380757961376721224458228480",
       .hashes = {0xf7363dda, 0xb7b3bf05, 0x8e49bbb8, 0x5eb9ce52, 0x8bfad144, 0x9f819c05, 0x285b60e5, 0x40c2518b,
                  0x25c049cc, 0x1abb02d1}},
      {.set = "kmnist",
       .part = Part::training,
       .first = 0,
       .digits = "870142481151057617957375662760961595800886777819605111322643",
       .hashes = {}},
      {.set = "cifar10",
       .part = Part::training,
       .first = 0,
       .digits = "699411278347729993264366263540091340373352271112209579",
       .hashes = {}},
      {.set = "cifar10", .part = Part::training, .first = 10000, .digits = "16688346060366548326", .hashes = {}},
      {.set = "cifar10", .part = Part::training, .first = 20000, .digits = "85069283627469007372", .hashes = {}},
      {.set = "cifar10", .part = Part::training, .first = 30000, .digits = "06027212415663135581", .hashes = {}},
      {.set = "cifar10", .part = Part::training, .first = 40000, .digits = "18515743827201596208", .hashes = {}},
      {.set = "cifar10",
       .part = Part::test,
       .first = 0,
       .digits = "388066163109579857867049524096654592419546560939769803887746",
       .hashes = {}},
  };
  return labels;
}

const KnownSet* find_known_set(const std::string& name) {
  const auto found =
      std::find_if(known_sets().begin(), known_sets().end(), [&](const KnownSet& set) { return set.name == name; });
  return found == known_sets().end() ? nullptr : &*found;
}

std::size_t KnownLabels::compared(std::size_t labels) const {
  return std::max(std::min(labels, digits.size()), known_thousands(labels, hashes) * kHashEvery);
}

const KnownLabels* recognise(const Dataset& images) {
  if (images.count() < kFewestLabels) return nullptr;
  for (const KnownLabels& known : known_labels()) {
    const KnownSet& set = *find_known_set(known.set);
    const bool same_shape = images.channels == set.channels && images.height == set.height && images.width == set.width;
    if (same_shape && begins_with(images.labels, known.digits) && has_hash(images.labels, known.hashes)) return &known;
  }
  return nullptr;
}

}  // namespace bnlab

// Files with random damage: each is read, or refused with one clean line of bounded length. No other exception comes.
#include "bnlab/core/shown.hpp"
#include "bnlab/data/dataset.hpp"
#include "bnlab/data/idx.hpp"
#include "bnlab/data/json.hpp"
#include "bnlab/data/pnm.hpp"
#include "bnlab/train/checkpoint.hpp"
#include "bnlab/train/model_file.hpp"
#include "support.hpp"

namespace bnlab::testing::hostile_files_test {

namespace {

std::size_t below(Random& random, std::size_t limit) {
  return static_cast<std::size_t>(random.uniform(0, 1) * static_cast<double>(limit));
}

// The text with some of its bytes changed, left out, doubled, or replaced by what does harm on a terminal.
std::string damaged(std::string text, Random& random) {
  const std::string harm[] = {"\x1b[2J",
                              "\n",
                              "\r\x9b",
                              "\xe2\x80\xae",
                              "\\n\\u001b",
                              "\\u0000",
                              "\"",
                              "\xff\xff",
                              "}{",
                              "[1,1,",
                              "99999999999999999999",
                              "-1",
                              std::string(3000, 'n')};
  for (std::size_t changes = 1 + below(random, 3); changes > 0; --changes) {
    const std::size_t at = below(random, text.size());
    switch (below(random, 4)) {
      case 0:
        text[at] = static_cast<char>(below(random, 256));
        break;
      case 1:
        text.erase(at, 1 + below(random, 40));
        break;
      case 2:
        text.insert(at, text.substr(at, 1 + below(random, 40)));
        break;
      default:
        text.insert(at, harm[below(random, std::size(harm))]);
    }
    if (text.empty()) return " ";
  }
  return text;
}

// Reads the file; an Error is as it should be.
template <class Read>
bool is_refused(const std::string& path, Read read) {
  const std::string error = error_of([&] { read(path); });
  CAPTURE(shown(error, 1000));
  CHECK(error.size() < 1000);
  CHECK(one_line(error) == error);
  return !error.empty();
}

// Reads many damaged versions of a good file.
template <class Read>
void read_damaged(const std::string& good, Read read) {
  TempFolder folder;
  const std::string path = folder / "file";
  write_text(path, good);
  REQUIRE(error_of([&] { read(path); }) == "");
  Random random(3, "damage");
  std::size_t refused = 0;
  constexpr std::size_t kTries = 300;
  for (std::size_t i = 0; i < kTries; ++i) {
    CAPTURE(i);
    write_text(path, damaged(good, random));
    refused += is_refused(path, read) ? 1 : 0;
  }
  CHECK(refused > kTries / 10);  // so the damage is one
  // Cut short; a file of digits may do without the last one and the line's end.
  for (std::size_t length = 0; length < std::min<std::size_t>(good.size() - 2, 100); ++length) {
    write_text(path, good.substr(0, length));
    CHECK(is_refused(path, read));
  }
}

std::string good_model(const std::string& path) {
  const Architecture architecture = {.inputs = 4, .hidden = {3}, .classes = 2, .norm = "batch", .dropout = 0.25};
  Network network = make_network(architecture, 1, nullptr);
  save_model(path, network, metadata_of({.architecture = architecture, .dataset = "digits", .seed = 1}));
  return read_text(path);
}

}  // namespace

TEST_CASE("hostile files: models with random damage are read or refused in one line, and so is what is said of them") {
  TempFolder folder;
  read_damaged(good_model(folder / "model"), [](const std::string& path) {
    const Model model = load_model(path, "relu", nullptr);
    CHECK(model.info.architecture.describe().size() < 300);
  });
}

TEST_CASE("hostile files: headers that are damaged but of the right length") {
  TempFolder folder;
  const std::string path = folder / "file";
  const std::string good = good_model(path);
  std::uint64_t length = 0;
  std::memcpy(&length, good.data(), sizeof length);
  Random random(4, "damage");
  for (int i = 0; i < 300; ++i) {
    CAPTURE(i);
    const std::string header = damaged(good.substr(sizeof length, length), random);
    const std::uint64_t new_length = header.size();
    write_text(path, std::string(reinterpret_cast<const char*>(&new_length), sizeof new_length) + header +
                         good.substr(sizeof length + length));
    is_refused(path, [](const std::string& file) { load_model(file, "relu", nullptr); });
    is_refused(path, [](const std::string& file) { read_checkpoint(file); });
  }
}

TEST_CASE("hostile files: images, labels and pictures") {
  const std::string images = std::string("\0\0\x08\x03\0\0\0\4\0\0\0\2\0\0\0\2", 16) + "0123456789abcdef";
  read_damaged(images, [](const std::string& path) { read_idx(path, 3); });
  read_damaged(std::string("\0\0\x08\x01\0\0\0\4\0\1\2\3", 12), [](const std::string& path) { read_idx(path, 1); });
  read_damaged("P2 # made by hand\n3 2\n255\n0 10 20\n30 40 50\n", [](const std::string& path) { read_pnm(path); });
  read_damaged("P6\n2 1\n255\nrgbRGB", [](const std::string& path) { read_pnm(path); });
}

}  // namespace bnlab::testing::hostile_files_test

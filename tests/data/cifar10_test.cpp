// CIFAR-10's binary files as they should be, and what people really have in their place.
#include "bnlab/data/cifar10.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::cifar10_test {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPlane = 32 * 32;

// The value of channel c at (y, x) of the image that `seed` stands for: another one for each of the four.
char value(int seed, std::size_t c, std::size_t y, std::size_t x) {
  return static_cast<char>(static_cast<std::size_t>(seed) * 101 + c * 83 + y * 7 + x * 3);
}

// A record: the label, then the planes of red, green and blue, row by row.
std::string record(int label, int seed) {
  std::string bytes(1, static_cast<char>(label));
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < kPlane; ++i) bytes += value(seed, c, i / 32, i % 32);
  }
  return bytes;
}

std::string records(const std::vector<int>& labels) {
  std::string bytes;
  for (const int label : labels) bytes += record(label, label);
  return bytes;
}

// What read_cifar10 says of a file with these bytes; checks that it is one line that begins with the path.
std::string refused(const std::string& bytes) {
  const TempFolder folder;
  write_text(folder / "a batch", bytes);
  const std::string error = error_of([&] { read_cifar10({folder / "a batch"}); });
  CAPTURE(error);
  CHECK(error.rfind(folder / "a batch: expected ", 0) == 0);
  CHECK_FALSE(contains(error, "\n"));
  return error;
}

}  // namespace

TEST_CASE("CIFAR-10: each image has its label and its red, green and blue planes, row by row") {
  const TempFolder folder;
  write_text(folder / "batch", record(7, 1) + record(0, 2) + record(9, 3));
  const Dataset set = read_cifar10({folder / "batch"});
  CHECK((set.channels == 3 && set.height == 32 && set.width == 32 && set.classes == 10));
  CHECK(set.labels == Bytes{7, 0, 9});
  REQUIRE(set.pixels.size() == 3 * 3072);
  CHECK(set.features() == 3072);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < 3 * 3072; ++i) {
    const std::size_t within = i % 3072, c = within / kPlane, y = within % kPlane / 32, x = within % 32;
    wrong += set.pixels[i] != static_cast<std::uint8_t>(value(static_cast<int>(i / 3072) + 1, c, y, x));
  }
  CHECK(wrong == 0);
  CHECK(set.image(2)[0] == static_cast<std::uint8_t>(value(3, 0, 0, 0)));
}

TEST_CASE("CIFAR-10: files of different lengths follow each other in the order given") {
  const TempFolder folder;
  write_text(folder / "a", records({1, 2}));
  write_text(folder / "b", records({3}));
  write_text(folder / "c", records({4, 5, 6, 7}));
  const Dataset set = read_cifar10({folder / "b", folder / "c", folder / "a"});
  CHECK(set.labels == Bytes{3, 4, 5, 6, 7, 1, 2});
  for (std::size_t i = 0; i < set.count(); ++i) {
    const std::string expected = record(set.labels[i], set.labels[i]).substr(1);
    CHECK(std::string(set.image(i), set.image(i) + set.features()) == expected);
  }
}

TEST_CASE("CIFAR-10: a file that is no whole number of records is refused with its length") {
  const std::string two = records({1, 2});
  for (const std::size_t length : {1u, 3072u, 3073u + 1u, 2u * 3073u - 1u}) {
    const std::string error = refused(two.substr(0, length));
    CHECK(contains(error, "records of 3073 bytes"));
    CHECK(contains(error, "found " + std::to_string(length) + " bytes"));
    CHECK(contains(error, std::to_string(length / 3073) + " records and " + std::to_string(length % 3073) + " bytes"));
    CHECK(contains(error, "CIFAR-100") == (length == 3074));
  }
  CHECK(contains(refused(two + "\n"), "found 6147 bytes"));
}

TEST_CASE("CIFAR-10: records with two labels are recognised as CIFAR-100's") {
  std::string hundred;
  for (int i = 0; i < 5; ++i) hundred += '\3' + record(i, i);
  CHECK(contains(refused(hundred), "CIFAR-100"));
}

TEST_CASE("CIFAR-10: an empty file is refused, and not taken for CIFAR-100's") {
  const std::string error = refused("");
  CHECK(contains(error, "found 0 bytes"));
  CHECK_FALSE(contains(error, "CIFAR-100"));
}

TEST_CASE("CIFAR-10: a packed file or a web page is refused, also where its length would do") {
  for (const std::string begin : {"\x1f\x8b\x08", "<!DOCTYPE html>"}) {
    const auto padded = [&](std::size_t length) { return begin + std::string(length - begin.size(), '\0'); };
    CHECK(contains(refused(padded(1000)), "found 1000 bytes"));
    CHECK(contains(refused(padded(3073)), begin[0] == '<' ? "found 60 for image 0" : "found 31 for image 0"));
  }
}

TEST_CASE("CIFAR-10: a label from 10 up is refused with its image's number in its own file") {
  CHECK(contains(refused(records({1, 9}) + record(10, 1)), "labels from 0 to 9, found 10 for image 2"));
  CHECK(contains(refused(record(255, 1)), "found 255 for image 0"));
  const TempFolder folder;
  write_text(folder / "good", records({1, 2, 3}));
  write_text(folder / "bad", records({4}) + record(10, 1));
  const std::string error = error_of([&] { read_cifar10({folder / "good", folder / "bad"}); });
  CHECK(error.rfind(folder / "bad: ", 0) == 0);
  CHECK(contains(error, "found 10 for image 1"));
}

TEST_CASE("CIFAR-10: a file that is not there, or is a folder, is named") {
  const TempFolder folder;
  CHECK(error_of([&] { read_cifar10({folder / "none"}); }).rfind(folder / "none: ", 0) == 0);
  CHECK(contains(error_of([&] { read_cifar10({folder.path()}); }), folder.path() + ": expected a regular file"));
}

TEST_CASE("Dataset: a folder of data_batch_1.bin, data_batch_2.bin … and test_batch.bin is read in that order") {
  const TempFolder folder;
  for (const int batch : {3, 1, 5, 2, 4}) {
    write_text(folder / "data_batch_" + std::to_string(batch) + ".bin", records({batch, 9 - batch}));
  }
  write_text(folder / "test_batch.bin", records({8, 0, 6}));
  write_text(folder / "batches.meta.txt", "airplane\n");
  write_text(folder / "readme.html", "<html>");
  const DatasetPair pair = load_datasets(folder.path());
  CHECK(pair.train.labels == Bytes{1, 8, 2, 7, 3, 6, 4, 5, 5, 4});
  CHECK(pair.test.labels == Bytes{8, 0, 6});
  CHECK(pair.train.pixels.size() == 10 * 3072);
  CHECK(pair.name == fs::path(folder.path()).filename().string());
  CHECK(pair.test.shape() == "3 x 32 x 32");
}

TEST_CASE("Dataset: the training or the test part of CIFAR-10 alone is refused by the name of what is missing") {
  const TempFolder only_train, only_test, broken;
  write_text(only_train / "data_batch_1.bin", records({1}));
  write_text(only_test / "test_batch.bin", records({1}));
  const std::string no_test = error_of([&] { load_datasets(only_train.path()); });
  CHECK(no_test.rfind(only_train / "test_batch.bin: expected ", 0) == 0);
  const std::string no_train = error_of([&] { load_datasets(only_test.path()); });
  CHECK(no_train.rfind(only_test.path() + ": expected data_batch_1.bin", 0) == 0);
  write_text(broken / "data_batch_1.bin", records({1}));
  write_text(broken / "data_batch_2.bin", records({1}).substr(1));
  write_text(broken / "test_batch.bin", records({1}));
  CHECK(error_of([&] { load_datasets(broken.path()); }).rfind(broken / "data_batch_2.bin: expected ", 0) == 0);
}

}  // namespace bnlab::testing::cifar10_test

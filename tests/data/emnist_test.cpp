// EMNIST: several sets in one folder, told apart by the names of their files, and images that are stored transposed.
#include "../idx_folder.hpp"
#include "bnlab/data/class_names.hpp"
#include "bnlab/data/dataset_files.hpp"
#include "bnlab/data/picture.hpp"

namespace bnlab::testing::emnist_test {
namespace fs = std::filesystem;

namespace {

const Bytes kLabels = labels_in_turn(20, 5);

void write_split(const std::string& folder, const std::string& split, const Bytes& labels = kLabels) {
  write_dataset(folder, labels, labels_in_turn(6, 3),
                {.height = 4, .width = 3, .prefix = "emnist-" + split + "-", .test = "test"});
}

std::string refused(const std::string& folder) {
  return error_of([&] { load_datasets(folder); });
}

}  // namespace

TEST_CASE("EMNIST: one of several sets in a folder is named by the beginning of its files' names") {
  const TempFolder folder;
  write_split(folder / "raw", "digits");
  write_split(folder / "raw", "mnist", labels_in_turn(8, 2));
  for (const char* path : {"raw/emnist-digits", "raw/emnist-digits/", "./raw/../raw/emnist-digits"}) {
    const DatasetPair data = load_datasets(folder / path);
    CHECK(data.name == "emnist-digits");
    CHECK(data.origin.by == KnownBy::file_names);
    CHECK(data.train.labels == kLabels);
    CHECK(is_dataset(folder / path));
  }
  CHECK(load_datasets(folder / "raw/emnist-mnist").train.count() == 8);
  for (const char* wrong : {"raw/emnist", "raw/emnist-", "raw/emnist-letters", "raw/"}) {
    const std::string error = refused(folder / wrong);
    CHECK_MESSAGE(contains(error, "emnist-digits, emnist-mnist"), error);
    CHECK(contains(error, folder / wrong + ": expected "));
  }
  CHECK(
      contains(refused(folder / "raw"), "expected one dataset, found several: emnist-digits, emnist-mnist; name one"));
  CHECK_FALSE(is_dataset(folder / "raw/emnist"));
}

TEST_CASE("EMNIST: a set that is alone in its folder is taken; one with MNIST's own names goes before others") {
  const TempFolder folder;
  write_split(folder / "x", "letters");
  write_text(folder / "x/._emnist-letters-train-images-idx3-ubyte", "what macOS writes beside a file");
  write_text(folder / "x/notes-train-images.txt", "");
  CHECK(load_datasets(folder / "x").name == "emnist-letters");
  write_dataset(folder / "x", labels_in_turn(9, 3), {1});
  const DatasetPair plain = load_datasets(folder / "x");
  CHECK((plain.name == "x" && plain.train.count() == 9 && !plain.transposed));
  CHECK(plain.remarks[0] == "the folder also holds emnist-letters: the files without such a name were taken");
  write_text(folder / "x/data_batch_1.bin", std::string(1, '\1') + std::string(3072, 'x'));
  write_text(folder / "x/test_batch.bin", std::string(3073, '\0'));
  CHECK(load_datasets(folder / "x").remarks[0] ==
        "the folder also holds IDX files: the batches of CIFAR-10 were taken");
}

TEST_CASE(
    "EMNIST: a file that is missing or still packed is named; the names may have dots; the test part may be called "
    "t10k") {
  const TempFolder folder;
  write_split(folder / "x", "letters");
  const std::string images = folder / "x/emnist-letters-test-images-idx3-ubyte";
  fs::rename(images, images + ".gz");
  CHECK(contains(refused(folder / "x"), "run: gunzip " + images + ".gz"));
  fs::rename(images + ".gz", folder / "x/emnist-letters-test-images.idx3-ubyte");
  CHECK(load_datasets(folder / "x").test.count() == 6);
  fs::remove(folder / "x/emnist-letters-test-images.idx3-ubyte");
  CHECK(contains(refused(folder / "x"), images + ": no such file"));
  write_dataset(folder / "t", kLabels, kLabels, {.prefix = "emnist-mnist-"});
  CHECK(load_datasets(folder / "t").test.count() == 20);
  write_dataset(folder / "u", kLabels, kLabels, {.test = "test"});
  CHECK(load_datasets(folder / "u").test.count() == 20);
  fs::remove(folder / "t/emnist-mnist-train-labels-idx1-ubyte");
  CHECK(contains(refused(folder / "t/emnist-mnist"), "emnist-mnist-train-labels-idx1-ubyte: no such file"));
  const std::string packed = folder / "p/emnist-digits-train-images-idx3-ubyte.gz";
  fs::create_directories(folder / "p");
  write_text(packed, "");
  CHECK(contains(refused(folder / "p"), "run: gunzip " + packed));
}

TEST_CASE("EMNIST: its images are transposed when they are read, others are not, and either is a choice") {
  const TempFolder folder;
  write_split(folder / "emnist", "digits");
  fs::create_directories(folder / "plain");
  for (const auto& entry : fs::directory_iterator(folder / "emnist")) {
    const std::string name = entry.path().filename().string().substr(std::string("emnist-digits-").size());
    fs::copy_file(entry.path(), folder / "plain/" + (name.starts_with("test") ? "t10k" + name.substr(4) : name));
  }
  const DatasetPair stored = load_datasets(folder / "plain");
  const DatasetPair turned = load_datasets(folder / "emnist");
  CHECK((stored.train.shape() == "4 x 3" && turned.train.shape() == "3 x 4" && turned.test.shape() == "3 x 4"));
  CHECK((turned.transposed && turned.stored_transposed && !stored.transposed && !stored.stored_transposed));
  for (const char* part : {"train", "test"}) {
    const Dataset &a = stored.part(part), &b = turned.part(part);
    REQUIRE(a.count() == b.count());
    for (std::size_t i = 0; i < a.count(); ++i) {
      CHECK(picture_of(b, i).pixels == transposed(picture_of(a, i)).pixels);
    }
    CHECK(picture_of(b, 0).at(0, 2, 1) == picture_of(a, 0).at(0, 1, 2));
  }
  const DatasetPair off = load_datasets(folder / "emnist", {.transpose = "off"});
  const DatasetPair on = load_datasets(folder / "plain", {.transpose = "on"});
  CHECK((off.train.pixels == stored.train.pixels && !off.transposed && off.stored_transposed));
  CHECK((on.train.pixels == turned.train.pixels && on.transposed && !on.stored_transposed));
  // The fingerprint is of what the files hold.
  for (const DatasetPair* data : {&turned, &off, &on})
    CHECK(data->fingerprint.first_images == stored.fingerprint.first_images);
}

TEST_CASE("EMNIST: colours are transposed each in its plane, and twice is not at all") {
  const Bytes stored = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  DatasetPair data;
  data.train = {.channels = 1, .height = 2, .width = 3, .classes = 2, .pixels = stored, .labels = {0, 1}};
  data.test = {.channels = 3, .height = 2, .width = 2, .classes = 2, .pixels = stored, .labels = {0}};
  transpose(data);
  CHECK((data.train.height == 3 && data.train.width == 2 && data.transposed));
  CHECK(data.train.pixels == Bytes{1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12});
  CHECK(data.test.pixels == Bytes{1, 3, 2, 4, 5, 7, 6, 8, 9, 11, 10, 12});
  transpose(data);
  CHECK((data.train.pixels == stored && data.test.pixels == stored && !data.transposed));
}

TEST_CASE("EMNIST: it is known by its folder's name, too, in capitals as well") {
  const TempFolder folder;
  write_dataset(folder / "EMNIST-Letters", kLabels, labels_in_turn(6, 3));
  const DatasetPair data = load_datasets(folder / "EMNIST-Letters");
  CHECK((data.transposed && class_name(data.name, 1) == "A"));
}

TEST_CASE("EMNIST: labels have the names of their characters") {
  CHECK((class_name("emnist-letters", 1) == "A" && class_name("emnist-letters", 26) == "Z"));
  CHECK((class_name("emnist-balanced", 9) == "9" && class_name("emnist-balanced", 10) == "A" &&
         class_name("emnist-balanced", 36) == "a"));
  CHECK((class_name("emnist-balanced", 46) == "t" && class_name("emnist-bymerge", 40) == "f"));
  CHECK((class_name("emnist-byclass", 35) == "Z" && class_name("emnist-byclass", 36) == "a" &&
         class_name("emnist-byclass", 61) == "z"));
  CHECK((class_name("emnist-letters", 27) == "27" && class_name("emnist", 10) == "10" &&
         class_name("emnist-digits", 7) == "7"));
}

}  // namespace bnlab::testing::emnist_test

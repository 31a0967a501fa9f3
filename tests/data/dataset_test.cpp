// Folders of images: found under either spelling, and checked before use.
#include "bnlab/data/dataset.hpp"

#include <filesystem>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::dataset_test {
namespace fs = std::filesystem;

namespace {

// IDX: type 08, the axes' lengths (below 256), the bytes.
void write_idx(const std::string& path, const std::vector<std::size_t>& shape, const std::string& values) {
  std::string bytes{'\0', '\0', '\x08', static_cast<char>(shape.size())};
  for (const std::size_t length : shape) bytes += std::string(3, '\0') + static_cast<char>(length);
  write_text(path, bytes + values);
}

// A dataset folder with 3 training and 2 test images of 2 x 1 pixels.
void write_dataset(const std::string& folder, const std::string& idx = "-idx") {
  fs::create_directories(folder);
  write_idx(folder + "/train-images" + idx + "3-ubyte", {3, 2, 1}, "abcdef");
  write_idx(folder + "/train-labels" + idx + "1-ubyte", {3}, "\x09\x01\x02");
  write_idx(folder + "/t10k-images" + idx + "3-ubyte", {2, 2, 1}, "ghij");
  write_idx(folder + "/t10k-labels" + idx + "1-ubyte", {2}, "\x04\x05");
}

std::string text(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

// What load_datasets says of that folder; checks that it is one line naming a path in it (or the folder).
std::string refused(const std::string& folder, const std::string& file = "") {
  const std::string error = error_of([&] { load_datasets(folder); });
  CAPTURE(error);
  CHECK(error.rfind(folder + (file.empty() ? "" : "/" + file) + ": ", 0) == 0);
  CHECK_FALSE(contains(error, "\n"));
  return error;
}

}  // namespace

TEST_CASE("Dataset: the four files are found with dashes and with dots, each in its place") {
  for (const char* idx : {"-idx", ".idx"}) {
    const TempFolder folder;
    write_dataset(folder.path(), idx);
    const DatasetPair pair = load_datasets(folder.path());
    CHECK(text(pair.train.pixels) == "abcdef");
    CHECK(pair.train.labels == Bytes{9, 1, 2});
    CHECK(text(pair.test.pixels) == "ghij");
    CHECK(pair.test.labels == Bytes{4, 5});
    CHECK((pair.train.count() == 3 && pair.test.count() == 2));
    CHECK((pair.train.channels == 1 && pair.train.height == 2 && pair.train.width == 1));
    CHECK((pair.test.height == 2 && pair.test.width == 1 && pair.train.classes == 10));
    CHECK(pair.train.features() == 2);
    CHECK(pair.train.image(2) == pair.train.pixels.data() + 4);
  }
}

TEST_CASE("Dataset: its name is the folder's own, without spaces, however the path is written") {
  const TempFolder folder;
  write_dataset(folder / "my first digits");
  fs::create_directory(folder / "other");
  for (const char* path : {"my first digits", "my first digits/", "my first digits//", "my first digits/.",
                           "other/../my first digits", "./my first digits"}) {
    CHECK(load_datasets(folder / path).name == "my_first_digits");
  }
  write_dataset(folder / "tab\tand\nline");
  CHECK(load_datasets(folder / "tab\tand\nline").name == "tab_and_line");
}

TEST_CASE("Dataset: each file that is missing is named, and one that is still packed says how to unpack it") {
  for (const char* file :
       {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
    const TempFolder folder;
    write_dataset(folder.path());
    const std::string packed = std::string(file) + ".gz";
    fs::rename(folder / file, folder / packed);
    CHECK(contains(refused(folder.path(), packed), "gunzip " + folder.path() + "/" + packed));
    fs::remove(folder / packed);
    CHECK(contains(refused(folder.path(), file), "no such file"));
  }
}

TEST_CASE("Dataset: a folder that is none is refused by its name") {
  const TempFolder folder;
  write_text(folder / "plain", "text");
  fs::create_symlink("loop", folder / "loop");
  CHECK(contains(refused(folder / "missing"), "nothing of that name"));
  CHECK(contains(refused(folder / "plain"), "found a file"));
  refused(folder / "plain/under");
  refused(folder / "loop");
  refused(folder / std::string(300, 'n'));
}

TEST_CASE("Dataset: files that do not belong together are refused, with what each of them holds") {
  const struct {
    const char *changed, *named;
    std::vector<std::size_t> shape;
    const char *values, *expected, *found;
  } cases[] = {
      {"train-labels-idx1-ubyte", "train-labels-idx1-ubyte", {2}, "\1\2", "3 images", "found 2"},
      {"t10k-labels-idx1-ubyte", "t10k-labels-idx1-ubyte", {3}, "\1\2\3", "2 images", "found 3"},
      {"train-labels-idx1-ubyte", "train-labels-idx1-ubyte", {3}, "\x09\x09\x0a", "0 to 9", "10 for image 2"},
      {"t10k-labels-idx1-ubyte", "t10k-labels-idx1-ubyte", {2}, "\xff\x01", "0 to 9", "255 for image 0"},
      {"t10k-images-idx3-ubyte", "", {2, 1, 2}, "ghij", "2 x 1", "1 x 2"},
      {"t10k-images-idx3-ubyte", "", {2, 3, 1}, "ghijkl", "2 x 1", "3 x 1"},
      {"train-images-idx3-ubyte", "train-images-idx3-ubyte", {3, 0, 1}, "", "at least one pixel", "0 x 1"},
      {"t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte", {2, 2, 0}, "", "at least one pixel", "2 x 0"},
  };
  for (const auto& c : cases) {
    const TempFolder folder;
    write_dataset(folder.path());
    write_idx(folder / c.changed, c.shape, c.values);
    const std::string error = refused(folder.path(), c.named);
    CHECK_MESSAGE((contains(error, c.expected) && contains(error, c.found)), error);
  }
}

TEST_CASE("Dataset: a training set of no images is refused") {
  const TempFolder folder;
  write_dataset(folder.path());
  write_idx(folder / "train-images-idx3-ubyte", {0, 2, 1}, "");
  write_idx(folder / "train-labels-idx1-ubyte", {0}, "");
  CHECK(contains(refused(folder.path(), "train-images-idx3-ubyte"), "at least one image"));
}

TEST_CASE("Dataset: the sample in this repository has 10000 images for training and 10000 for testing") {
  const DatasetPair sample = load_datasets("data/fashion-mnist-sample");
  CHECK(sample.name == "fashion-mnist");
  for (const Dataset* set : {&sample.train, &sample.test}) {
    CHECK((set->count() == 10000 && set->height == 28 && set->width == 28 && set->classes == 10));
    CHECK(set->pixels.size() == 10000 * 28 * 28);
  }
  const Bytes first(sample.train.labels.begin(), sample.train.labels.begin() + 10);
  CHECK(first == Bytes{9, 0, 0, 3, 0, 2, 7, 2, 5, 5});
  CHECK(sample.train.pixels != sample.test.pixels);
}

TEST_CASE("Dataset: a folder with neither format in it is told the files of both") {
  const TempFolder folder;
  write_text(folder / "data_batch_1", "the version for another language");
  const std::string error = error_of([&] { load_datasets(folder.path()); });
  for (const char* file : {"train-images-idx3-ubyte", "data_batch_1.bin", "test_batch.bin"})
    CHECK(contains(error, file));
}

TEST_CASE("Dataset: where the folder below holds the files, the message says so") {
  for (const char* below : {"raw", "cifar-10-batches-bin"}) {
    const TempFolder folder;
    write_dataset(folder / "other/x");
    fs::create_directories(folder / below);
    write_text(folder / below + (below[0] == 'r' ? "/train-images-idx3-ubyte" : "/data_batch_1.bin"), "");
    const std::string error = error_of([&] { load_datasets(folder.path()); });
    CHECK_MESSAGE(contains(error, std::string("there is one in its folder ") + below), error);
  }
}

TEST_CASE("Dataset: where several folders below hold the files, the message names them, the first five of many") {
  const TempFolder folder;
  fs::create_directories(folder / "empty");
  for (const char* name : {"b", "a"}) write_dataset(folder / name);
  CHECK(contains(error_of([&] { load_datasets(folder.path()); }), "; there are several in its folders: a, b"));
  for (const char* name : {"f", "e", "d", "c"}) write_dataset(folder / name);
  CHECK(contains(error_of([&] { load_datasets(folder.path()); }), "in its folders: a, b, c, d, e, …"));
}

TEST_CASE("Dataset: where a known set's folder is missing, the message says how to fetch it") {
  const TempFolder folder;
  for (const std::string set : {"mnist", "fashion-mnist", "cifar10"}) {
    for (const std::string slash : {"", "/"}) {
      const std::string error = error_of([&] { load_datasets(folder / set + slash); });
      CHECK_MESSAGE(error.ends_with("run: make " + set), error);
    }
  }
  for (const char* other : {"mnist2", "cifar100", "mnist/x"}) {
    CHECK_FALSE(contains(error_of([&] { load_datasets(folder / other); }), "make "));
  }
}

TEST_CASE("Dataset: its shape is written with the channels only where there are several") {
  CHECK(Dataset{1, 28, 20, 10, {}, {}}.shape() == "28 x 20");
  CHECK(Dataset{3, 32, 16, 10, {}, {}}.shape() == "3 x 32 x 16");
}

}  // namespace bnlab::testing::dataset_test

// What a folder of images is: by its labels, by its files' names, by its own; and what looks like a slip.
#include "bnlab/data/identify.hpp"

#include "../idx_folder.hpp"

namespace bnlab::testing::identify_test {
namespace fs = std::filesystem;

namespace {

// Records of CIFAR-10 with these labels; of images that `seed` tells from others.
std::string records(const Bytes& labels, int seed) {
  std::string bytes;
  for (const std::uint8_t label : labels)
    bytes += static_cast<char>(label) + std::string(3072, static_cast<char>(seed));
  return bytes;
}

// The remarks, but for those on labels that so few training images do not have.
std::string all(const std::vector<std::string>& remarks) {
  std::string text;
  for (const std::string& remark : remarks) {
    if (!remark.starts_with("no training image has label")) text += remark + "\n";
  }
  return text;
}

// The batches of these numbers with the labels that they really begin with, and the test batch.
void write_cifar10(const std::string& folder, const std::vector<std::size_t>& numbers) {
  fs::create_directories(folder);
  for (const std::size_t number : numbers) {
    const Bytes labels = labels_of("cifar10", Part::training, 10000 * (number - 1));
    write_text(folder + "/data_batch_" + std::to_string(number) + ".bin", records(labels, static_cast<int>(number)));
  }
  write_text(folder + "/test_batch.bin", records(labels_of("cifar10", Part::test), 7));
}

const Bytes kUnknown = labels_in_turn(40, 10);

}  // namespace

TEST_CASE("Identify: a known set has its own name in any folder, and no other name where it is none") {
  for (const KnownSet& set : known_sets()) {
    if (set.channels == 3) continue;
    const bool knows_test = set.name != "kmnist";
    for (const char* name : {"raw", "my digits", "cifar10", "t"}) {
      const TempFolder folder;
      write_dataset(folder / name, labels_of(set.name, Part::training),
                    knows_test ? labels_of(set.name, Part::test) : kUnknown);
      const DatasetPair data = load_datasets(folder / name);
      CHECK(data.name == set.name);
      CHECK(data.origin.by == KnownBy::labels);
      CHECK(data.origin.full_training == set.training);
      CHECK(data.origin.full_test == (knows_test ? set.test : 0));
      CHECK(data.origin.compared_training == 60);
      CHECK(data.origin.compared_test == (knows_test ? 60 : 0));
      CHECK(data.origin.from_the_first);
      CHECK(data.train.classes == set.classes);
      CHECK(data.remarks.size() == (std::string(name) == "cifar10" ? 1 : 0));
    }
  }
  const TempFolder folder;
  write_dataset(folder / "mnist", kUnknown, kUnknown);
  const DatasetPair data = load_datasets(folder / "mnist");
  CHECK(data.name == "mnist");
  CHECK(data.origin.by == KnownBy::folder_name);
  CHECK((data.origin.full_training == 0 && data.origin.full_test == 0));
}

TEST_CASE("Identify: the name of a folder is one word of at most 60 characters, whatever it holds") {
  const TempFolder folder;
  for (const std::string& name :
       {std::string(200, 'n'), "x\nresult model=a" + std::string(100, ' '), std::string("\x1b[31mred")}) {
    write_dataset(folder / name, kUnknown, kUnknown);
    const std::string found = load_datasets(folder / name).name;
    CAPTURE(found);
    CHECK(found.size() <= 62);
    CHECK(std::none_of(found.begin(), found.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; }));
  }
}

TEST_CASE(
    "Identify: parts of different sets, swapped or equal parts, and a folder named for another set are remarked on") {
  const Bytes mnist = labels_of("mnist", Part::training), mnist_test = labels_of("mnist", Part::test);
  const Bytes fashion = labels_of("fashion-mnist", Part::training),
              fashion_test = labels_of("fashion-mnist", Part::test);
  const struct {
    const char* folder;
    const Bytes &train, &test;
    const char *name, *remark;
  } cases[] = {
      {"a", mnist, fashion_test, "mnist", "the training images are mnist's, the test images fashion-mnist's"},
      {"b", fashion, mnist_test, "fashion-mnist", "are fashion-mnist's, the test images mnist's"},
      {"c", mnist, kUnknown, "mnist", "are mnist's, the test images of no set that is known here"},
      {"d", kUnknown, mnist_test, "d", "are of no set that is known here, the test images mnist's"},
      {"e", mnist_test, mnist, "mnist", "are mnist's test images, the test images mnist's training images"},
      {"f", mnist, mnist, "mnist", "are mnist's, the test images mnist's training images"},
      {"mnist", fashion, fashion_test, "fashion-mnist", "the folder is called mnist, its labels are fashion-mnist's"},
      {"mnist-sample", fashion, fashion_test, "fashion-mnist", "called mnist-sample, its labels are fashion-mnist's"},
      {"FashionMNIST", mnist, mnist_test, "mnist", "the folder is called FashionMNIST, its labels are mnist's"},
      {"fashion_mnist", mnist, mnist_test, "mnist", "its labels are mnist's"},
      {"KMNIST", mnist, mnist_test, "mnist", "the folder is called KMNIST, its labels are mnist's"},
      {"CIFAR-10", mnist, mnist_test, "mnist", "the folder is called CIFAR-10, its labels are mnist's"},
      {"cifar-100", mnist, mnist_test, "mnist", ""},
      {"MNIST", mnist, mnist_test, "mnist", ""},
      {"mnist 2", mnist, mnist_test, "mnist", ""},
      {"Fashion MNIST", fashion, fashion_test, "fashion-mnist", ""},
      {"digits", mnist, mnist_test, "mnist", ""},
      {"mine", kUnknown, kUnknown, "mine", ""},
  };
  for (const auto& c : cases) {
    const TempFolder folder;
    write_dataset(folder / c.folder, c.train, c.test);
    const DatasetPair data = load_datasets(folder / c.folder);
    CHECK(data.name == c.name);
    const std::string remarks = all(data.remarks);
    CHECK_MESSAGE(std::count(remarks.begin(), remarks.end(), '\n') == (*c.remark == '\0' ? 0 : 1), remarks);
    CHECK_MESSAGE(contains(remarks, c.remark), remarks);
  }
  // Fewer than ten images are of no set that could be told.
  const TempFolder few;
  write_dataset(few / "few", mnist, {5, 0, 4});
  write_dataset(few / "fewer", {5, 0, 4, 1}, mnist_test);
  CHECK(all(load_datasets(few / "few").remarks).empty());
  CHECK(all(load_datasets(few / "fewer").remarks).empty());
  const TempFolder folder;
  write_dataset(folder / "twice", kUnknown, kUnknown);
  fs::copy_file(folder / "twice/train-images-idx3-ubyte", folder / "twice/t10k-images-idx3-ubyte",
                fs::copy_options::overwrite_existing);
  CHECK(contains(all(load_datasets(folder / "twice").remarks), "the test images are the training images"));
}

TEST_CASE(
    "Identify: CIFAR-10 by its first batch or any other; missing and doubled batches are remarked on, not refused") {
  const struct {
    std::vector<std::size_t> numbers;
    const char* remark;
    bool from_the_first;
  } cases[] = {{{1}, "", true},
               {{1, 2}, "", true},
               {{1, 2, 3, 4, 5}, "", true},
               {{1, 2, 4}, "there is no data_batch_3.bin\n", true},
               {{2, 5}, "there is no data_batch_1.bin, data_batch_3.bin, data_batch_4.bin\n", false},
               {{3}, "there is no data_batch_1.bin, data_batch_2.bin\n", false}};
  for (const auto& c : cases) {
    const TempFolder folder;
    write_cifar10(folder / "x", c.numbers);
    const DatasetPair data = load_datasets(folder / "x");
    CHECK(data.name == "cifar10");
    CHECK(data.origin.full_training == 50000);
    CHECK(data.origin.from_the_first == c.from_the_first);
    CHECK(all(data.remarks) == c.remark);
  }
}

TEST_CASE(
    "Identify: a batch that is there twice is named, under whatever name; so is a test batch that is a training "
    "batch") {
  const TempFolder folder;
  write_cifar10(folder / "x", {1, 2, 3});
  for (const char* copy : {"data_batch_1 (1).bin", "data_batch_6.bin", "data_batch_2copy.bin"}) {
    const bool of_one = std::string(copy) != "data_batch_2copy.bin";
    fs::copy_file(folder / (of_one ? "x/data_batch_1.bin" : "x/data_batch_2.bin"), folder / "x/" + copy);
    const DatasetPair data = load_datasets(folder / "x");
    const std::string remarks = all(data.remarks);
    CAPTURE(remarks);
    CHECK(data.name == "cifar10");
    CHECK(contains(remarks, "they count twice"));
    CHECK(contains(remarks, copy));
    CHECK(contains(remarks, of_one ? "data_batch_1.bin" : "data_batch_2.bin"));
    fs::remove(folder / "x/" + copy);
  }
  CHECK(load_datasets(folder / "x").remarks.empty());
  // The same labels with other images are no copy.
  write_text(folder / "x/data_batch_4.bin", records(labels_of("cifar10", Part::training), 99));
  CHECK(load_datasets(folder / "x").remarks.empty());
  fs::remove(folder / "x/data_batch_4.bin");
  for (const char* batch : {"x/data_batch_2.bin", "x/data_batch_3.bin"}) fs::remove(folder / batch);
  fs::copy_file(folder / "x/data_batch_1.bin", folder / "x/test_batch.bin", fs::copy_options::overwrite_existing);
  CHECK(contains(all(load_datasets(folder / "x").remarks), "the test images are the training images"));
}

TEST_CASE("Identify: a training batch that is the test batch is named, whichever of them was copied") {
  const auto remarks = [](const char* from, const char* to) {
    const TempFolder folder;
    write_cifar10(folder / "x", {1, 2, 3});
    fs::copy_file(folder / (std::string("x/") + from), folder / (std::string("x/") + to),
                  fs::copy_options::overwrite_existing);
    return all(load_datasets(folder / "x").remarks);
  };
  CHECK(contains(remarks("test_batch.bin", "data_batch_4.bin"),
                 "data_batch_4.bin has the same images as test_batch.bin: the test accuracy counts training images"));
  CHECK(contains(remarks("data_batch_2.bin", "test_batch.bin"),
                 "data_batch_2.bin has the same images as test_batch.bin"));
  CHECK(contains(remarks("data_batch_1.bin", "test_batch.bin"),
                 "data_batch_1.bin has the same images as test_batch.bin"));
  CHECK(
      contains(remarks("test_batch.bin", "data_batch_2 (1).bin"), "data_batch_2 (1).bin has the same images as test"));
  CHECK_FALSE(contains(remarks("data_batch_1.bin", "test_batch.bin"), "the first training images"));
}

TEST_CASE("Identify: test images that are training images are remarked on, all or the first, with any labels") {
  const Bytes labels = labels_in_turn(30, 3);
  const auto remarks = [&](std::size_t count, bool same_labels, bool as_a_link) {
    const TempFolder folder;
    const Bytes first(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(count));
    write_dataset(folder / "x", first, first);
    write_dataset(folder / "y", labels, labels);
    if (!same_labels) write_idx(folder / "y/train-labels-idx1-ubyte", {30}, Bytes(labels.rbegin(), labels.rend()));
    const std::string from = folder / "x/train-images-idx3-ubyte", to = folder / "y/t10k-images-idx3-ubyte";
    fs::remove(to);
    if (as_a_link) fs::create_symlink(from, to);
    if (!as_a_link) fs::copy_file(from, to);
    write_idx(folder / "y/t10k-labels-idx1-ubyte", {count}, first);
    return all(load_datasets(folder / "y").remarks);
  };
  const std::string accuracy = "the test accuracy says nothing of others\n";
  CHECK(remarks(30, true, false) == "the test images are the training images: " + accuracy);
  CHECK(remarks(30, true, true) == "the test images are the training images: " + accuracy);
  CHECK(remarks(30, false, false) == "the test images are the training images, with other labels: " + accuracy);
  CHECK(remarks(20, true, false) == "the 20 test images are the first training images: " + accuracy);
  CHECK(remarks(20, false, false) ==
        "the 20 test images are the first training images, with other labels: " + accuracy);
  CHECK(remarks(5, true, false).empty());  // so few may be equal by chance
}

TEST_CASE("Identify: of many missing batches the first five are named, and how many more there are") {
  const TempFolder folder;
  write_cifar10(folder / "x", {1});
  fs::rename(folder / "x/data_batch_1.bin", folder / "x/data_batch_12.bin");
  CHECK(all(load_datasets(folder / "x").remarks) ==
        "there is no data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin and 6 "
        "others\n");
}

TEST_CASE("Identify: a batch that is there under another name is not missing") {
  const TempFolder folder;
  write_cifar10(folder / "x", {1, 2, 3, 4});
  for (const char* name : {"data_batch_3 (1).bin", "data_batch_3copy.bin", "data_batch_3_2.bin"}) {
    fs::rename(folder / "x/data_batch_3.bin", folder / (std::string("x/") + name));
    CHECK(all(load_datasets(folder / "x").remarks).empty());
    fs::rename(folder / (std::string("x/") + name), folder / "x/data_batch_3.bin");
  }
  fs::rename(folder / "x/data_batch_3.bin", folder / "x/data_batch_x.bin");
  CHECK(all(load_datasets(folder / "x").remarks) == "there is no data_batch_3.bin\n");
}

}  // namespace bnlab::testing::identify_test

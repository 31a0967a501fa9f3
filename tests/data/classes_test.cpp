// How many classes a dataset has, and labels that are too large for it.
#include <algorithm>

#include "../idx_folder.hpp"
#include "bnlab/data/class_names.hpp"

namespace bnlab::testing::classes_test {

namespace {

std::string refused(const std::string& folder, const DatasetOptions& options = {}) {
  const std::string error = error_of([&] { load_datasets(folder, options); });
  CHECK_FALSE(contains(error, "\n"));
  return error;
}

}  // namespace

TEST_CASE("Classes: up to 10 they are counted, in both parts together; a known set has its own number") {
  for (std::size_t classes = 2; classes <= 10; ++classes) {
    const TempFolder folder;
    write_dataset(folder / "a", labels_in_turn(30, classes), labels_in_turn(12, 1));
    write_dataset(folder / "b", labels_in_turn(30, 1), labels_in_turn(12, classes));
    for (const char* name : {"a", "b"}) {
      const DatasetPair data = load_datasets(folder / name);
      CHECK((data.train.classes == classes && data.test.classes == classes));
    }
  }
  const TempFolder folder;
  Bytes beginning = labels_of("mnist", Part::test);
  beginning.resize(12);  // 7 2 1 0 4 1 4 9 5 9 0 6
  beginning[7] = 8;
  write_dataset(folder / "none", beginning, {1, 2});
  CHECK(load_datasets(folder / "none").train.classes == 10);
  Bytes few = labels_of("kmnist", Part::training);
  few.resize(11);  // 8 7 0 1 4 2 4 8 1 1 5
  write_dataset(folder / "few", few, {1, 2});
  CHECK(load_datasets(folder / "few").train.classes == 10);
}

TEST_CASE("Classes: beyond 10 the error says which label was found where, and what to pass") {
  for (const std::size_t classes : {11u, 26u, 47u, 256u}) {
    const TempFolder folder;
    write_dataset(folder / "a", labels_in_turn(2 * classes, classes), {1});
    CHECK(contains(refused(folder / "a"),
                   "a/train-labels-idx1-ubyte: expected labels from 0 to 9, found 10 for image 10; if it is right, say "
                   "how many classes there are: --classes " +
                       std::to_string(classes)));
    write_dataset(folder / "b", {0, 1, 2}, {3, static_cast<std::uint8_t>(classes - 1)});
    const std::string error = refused(folder / "b");
    CHECK(contains(error, "b/t10k-labels-idx1-ubyte: "));
    CHECK(contains(error, "found " + std::to_string(classes - 1) + " for image 1; if it is right"));
    for (const char* name : {"a", "b"}) {
      CHECK(load_datasets(folder / name, {.classes = classes}).test.classes == classes);
      CHECK(contains(refused(folder / name, {.classes = classes - 1}),
                     "found " + std::to_string(classes - 1) + " for image "));
    }
  }
}

TEST_CASE("Classes: as many as asked for, of known sets and of CIFAR-10, too; a label beyond names file and image") {
  const TempFolder folder;
  write_dataset(folder / "m", labels_of("mnist", Part::training), labels_of("mnist", Part::test));
  CHECK(load_datasets(folder / "m", {.classes = 47}).train.classes == 47);
  CHECK(contains(refused(folder / "m", {.classes = 9}),
                 "expected labels from 0 to 8, found 9 for image 4; --classes says 9 classes"));
  CHECK(contains(refused(folder / "m", {.classes = 9, .classes_from = "the model has"}), "; the model has 9 classes"));
  std::filesystem::create_directories(folder / "c");
  write_text(folder / "c/data_batch_1.bin", std::string(1, '\2') + std::string(3072, 'x'));
  write_text(folder / "c/data_batch_2.bin",
             std::string(1, '\1') + std::string(3072, 'y') + std::string(1, '\7') + std::string(3072, 'z'));
  write_text(folder / "c/test_batch.bin", std::string(1, '\3') + std::string(3072, 'x'));
  CHECK(load_datasets(folder / "c").train.classes == 8);
  CHECK(contains(refused(folder / "c", {.classes = 5}),
                 "c/data_batch_2.bin: expected labels from 0 to 4, found 7 for image 1"));
  CHECK(contains(refused(folder / "c", {.classes = 3}), "c/data_batch_2.bin"));
  CHECK(contains(refused(folder / "c", {.classes = 2}), "c/data_batch_1.bin"));
}

TEST_CASE("Classes: the splits of EMNIST have theirs, and names") {
  const std::pair<const char*, std::size_t> splits[] = {{"letters", 27}, {"balanced", 47}, {"bymerge", 47},
                                                        {"byclass", 62}, {"digits", 10},   {"mnist", 10}};
  for (const auto& [split, classes] : splits) CHECK(class_count(std::string("emnist-") + split) == classes);
  CHECK((class_count("emnist") == 0 && class_count("mnist") == 0 && class_count("letters") == 0));
  const TempFolder folder;
  write_dataset(folder / "e", {1, 2, 12}, {3}, {.prefix = "emnist-letters-", .test = "test"});
  CHECK(contains(refused(folder / "e"),
                 "emnist-letters-train-labels-idx1-ubyte: expected labels from 0 to 9, found 12 for image 2"));
  CHECK(contains(refused(folder / "e"), "--classes 27"));
  CHECK(load_datasets(folder / "e", {.classes = 27}).train.classes == 27);
}

TEST_CASE("Classes: one label for all images is an error, unless the set is known or the number of classes is given") {
  const TempFolder folder;
  for (const std::uint8_t label : Bytes{0, 3, 9}) {
    write_dataset(folder / "one", Bytes(20, label), Bytes(5, label));
    CHECK(contains(refused(folder / "one"),
                   "one/train-labels-idx1-ubyte: expected labels of at least two classes, found " +
                       std::to_string(label) + " for every image"));
    CHECK(contains(refused(folder / "one"), "; if it is right, say how many classes there are: --classes N"));
    CHECK(load_datasets(folder / "one", {.classes = 10}).train.classes == 10);
  }
  write_text(folder / "data_batch_1.bin", std::string(3073, '\0'));
  write_text(folder / "test_batch.bin", std::string(3073, '\0'));
  CHECK(contains(refused(folder.path()), "data_batch_1.bin: expected labels of at least two classes"));
  write_dataset(folder / "two", {0, 0, 0}, {0, 1});
  CHECK(load_datasets(folder / "two").train.classes == 2);
}

TEST_CASE("Classes: labels that no training image has are named, with the test images that have them") {
  const struct {
    Bytes train, test;
    const char* remark;
  } cases[] = {
      {{0, 1, 2, 3}, {0, 1, 2}, ""},
      {{0, 1, 2, 3}, {0, 7}, "no training image has label 4, 5, 6, 7; 1 test image has"},
      {{0, 1, 3}, {0, 3}, "no training image has label 2"},
      {{1, 2, 3}, {1}, "no training image has label 0"},
      {{1, 2, 3}, {0, 0, 1}, "no training image has label 0; 2 test images have"},
      {{0, 0}, {0, 1}, "no training image has label 1; 1 test image has"},
  };
  const TempFolder folder;
  for (const auto& c : cases) {
    write_dataset(folder / "x", c.train, c.test);
    const DatasetPair data = load_datasets(folder / "x");
    CHECK(data.remarks == (*c.remark == '\0' ? std::vector<std::string>{} : std::vector<std::string>{c.remark}));
  }
  // Of more classes than are in the files, the user has said that they are right; a gap may still be none.
  write_dataset(folder / "x", {0, 1, 40}, {1});
  CHECK(load_datasets(folder / "x", {.classes = 47}).remarks ==
        std::vector<std::string>{"no training image has label 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 … and 28 others"});
  // EMNIST's letters begin at 1.
  Bytes letters = labels_in_turn(54, 27);
  std::replace(letters.begin(), letters.end(), std::uint8_t{0}, std::uint8_t{5});
  write_dataset(folder / "e", letters, {1, 2}, {.prefix = "emnist-letters-", .test = "test"});
  CHECK(load_datasets(folder / "e", {.classes = 27}).remarks.empty());
}

}  // namespace bnlab::testing::classes_test

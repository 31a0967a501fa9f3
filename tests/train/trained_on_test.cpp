// Whether images are those that a model was trained on: by their labels and first images, not by the folder's name.
#include "bnlab/train/trained_on.hpp"

#include "../idx_folder.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab::testing::trained_on_test {

namespace {

const Architecture kNetwork = {.inputs = 784, .hidden = {3}, .classes = 10};
const Bytes kLabels = labels_in_turn(200, 10);

// The training labels repeat; the test part is of no interest here.
DatasetPair images(const TempFolder& folder, const std::string& name, const Bytes& labels, std::uint64_t seed = 1) {
  write_dataset(folder / name, labels, labels_in_turn(3, 3), {.seed = seed});
  return load_datasets(folder / name);
}

// What a model that was trained on these images says in its file, read again.
ModelInfo saved(const DatasetPair& data, const Architecture& architecture = kNetwork) {
  const TempFolder folder;
  Network network = make_network(architecture, 1, nullptr);
  save_model(folder / "model", network, metadata_of(describe_model(architecture, data, 5)));
  return load_model(folder / "model", "relu", nullptr).info;
}

// A model whose file has these entries and no others.
ModelInfo with_entries(const Metadata& metadata, const Architecture& architecture = kNetwork) {
  const TempFolder folder;
  Network network = make_network(architecture, 1, nullptr);
  save_model(folder / "model", network, metadata);
  return load_model(folder / "model", "relu", nullptr).info;
}

Bytes first(const Bytes& labels, std::size_t count) {
  return {labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(count)};
}

SameSet judged(const ModelInfo& info, const DatasetPair& data) { return is_same_set(info, data, "train"); }

}  // namespace

TEST_CASE("Trained on: the file says name, labels and shape of the images, and they come back") {
  const TempFolder folder;
  const DatasetPair mine = images(folder, "mine", kLabels);
  const Metadata metadata = metadata_of(describe_model(kNetwork, mine, 5));
  CHECK(metadata.at("format") == "bnlab 2");
  CHECK(metadata.at("dataset") == "mine");
  CHECK(metadata.at("dataset_labels") == labels_fingerprint(mine.train, 200));
  CHECK(metadata.at("dataset_images") == "200");
  CHECK(metadata.at("dataset_known_by") == "name");
  CHECK(metadata.at("image") == "1,28,28");
  CHECK_FALSE(metadata.contains("transpose"));
  const ModelInfo info = saved(mine);
  CHECK(info.dataset == "mine");
  CHECK(info.seed == 5);
  CHECK(info.trained_on.fingerprint.labels == mine.fingerprint.labels);
  CHECK(info.trained_on.fingerprint.images == 200);
  CHECK(info.trained_on.fingerprint.first_images == mine.fingerprint.first_images);
  CHECK(info.trained_on.shape == std::vector<std::size_t>{1, 28, 28});
  CHECK(metadata_of(describe_model(kNetwork, images(folder, "known", labels_of("mnist", Part::training)), 5))
            .at("dataset_known_by") == "labels");
}

TEST_CASE("Trained on: the same images are the same under any name, and so is a part of them, from the first on") {
  const TempFolder folder;
  const ModelInfo info = saved(images(folder, "mine", kLabels));
  CHECK(judged(info, images(folder, "yours", kLabels)) == SameSet::yes);
  Bytes longer = kLabels;
  longer.insert(longer.end(), {3, 3, 3});
  CHECK(judged(info, images(folder, "longer", longer)) == SameSet::yes);
  CHECK(judged(info, images(folder, "shorter", first(kLabels, 150))) == SameSet::yes);
  CHECK(judged(saved(images(folder, "part", first(kLabels, 60))), images(folder, "whole", kLabels)) == SameSet::yes);
}

TEST_CASE("Trained on: other labels, other images or another order are another set, also under the same name") {
  const TempFolder folder, other;
  const ModelInfo info = saved(images(folder, "mine", kLabels));
  Bytes changed = kLabels;
  changed[180] = 0;
  changed[181] = 0;
  REQUIRE(changed != kLabels);
  CHECK(judged(info, images(other, "mine", changed)) == SameSet::no);
  CHECK(judged(info, images(other, "mine", Bytes(kLabels.rbegin(), kLabels.rend()))) == SameSet::no);
  CHECK(judged(info, images(other, "mine", kLabels, 2)) ==
        SameSet::no);  // sets that are sorted by class have equal labels
}

TEST_CASE("Trained on: parts of a known set are one set, in any folder; two known sets never are") {
  const TempFolder folder;
  const Bytes mnist = labels_of("mnist", Part::training), fashion = labels_of("fashion-mnist", Part::training);
  const ModelInfo info = saved(images(folder, "raw", mnist));
  CHECK(info.dataset == "mnist");
  CHECK(info.trained_on.recognised);
  CHECK(judged(info, images(folder, "mnist-sample", first(mnist, 20))) == SameSet::yes);
  CHECK(judged(saved(images(folder, "mnist", first(mnist, 20))), images(folder, "digits", mnist)) == SameSet::yes);
  CHECK(judged(info, images(folder, "mnist", fashion)) == SameSet::no);
  CHECK(judged(info, images(folder, "mnist", labels_in_turn(60, 10))) == SameSet::no);
  CHECK(judged(saved(images(folder, "mnist", labels_in_turn(60, 10))), images(folder, "m", mnist)) == SameSet::no);
}

TEST_CASE(
    "Trained on: another part of a known set is of that set; with the same labels, other images are another version") {
  const TempFolder folder, noisy;
  const Bytes mnist = labels_of("mnist", Part::training), test = labels_of("mnist", Part::test);
  const DatasetPair whole = images(folder, "whole", mnist), part = images(folder, "part", first(mnist, 20));
  CHECK(judged(saved(whole), images(folder, "test", test)) == SameSet::yes);
  CHECK(judged(saved(images(folder, "test", test)), whole) == SameSet::yes);
  CHECK(judged(saved(whole), images(noisy, "whole", mnist, 2)) == SameSet::no);
  CHECK(judged(saved(part), images(noisy, "whole", mnist, 2)) == SameSet::no);
  CHECK(judged(saved(whole), images(noisy, "part", first(mnist, 20), 2)) == SameSet::unsure);
}

TEST_CASE("Trained on: test images are judged by their own set, or by the training images beside them") {
  const TempFolder folder;
  const Bytes mnist = labels_of("mnist", Part::training), mnist_test = labels_of("mnist", Part::test),
              fashion = labels_of("fashion-mnist", Part::training), kmnist = labels_of("kmnist", Part::training);
  const auto pair = [&](const char* name, const Bytes& train, const Bytes& test) {
    write_dataset(folder / name, train, test);
    return load_datasets(folder / name);
  };
  const auto tested = [](const ModelInfo& info, const DatasetPair& data) { return is_same_set(info, data, "test"); };
  const ModelInfo of_mnist = saved(pair("mnist", mnist, mnist_test)), of_fashion = saved(pair("f", fashion, kLabels)),
                  of_mine = saved(pair("mine", kLabels, kLabels)), of_kmnist = saved(pair("k", kmnist, kLabels));
  const DatasetPair mixed = pair("mixed", fashion, mnist_test), half = pair("half", mnist, kLabels),
                    mine = pair("mine", kLabels, labels_in_turn(30, 5)), other = pair("other", kLabels, mnist_test),
                    kuzushiji = pair("kuzushiji", kmnist, kLabels), few = pair("few", mnist, {7, 2});
  CHECK(tested(of_mnist, mixed) == SameSet::yes);
  CHECK(tested(of_fashion, mixed) == SameSet::no);
  CHECK(tested(of_mine, mixed) == SameSet::unsure);
  CHECK(tested(of_mnist, half) == SameSet::unsure);
  CHECK(tested(of_mine, half) == SameSet::unsure);
  CHECK(tested(of_mine, mine) == SameSet::yes);
  CHECK(tested(of_mnist, mine) == SameSet::no);
  CHECK(tested(of_mnist, other) == SameSet::yes);
  CHECK(tested(of_mine, other) == SameSet::unsure);
  // Of these, no test labels are known, or too few are there.
  CHECK(tested(of_kmnist, kuzushiji) == SameSet::yes);
  CHECK(tested(of_mnist, kuzushiji) == SameSet::no);
  CHECK(tested(of_mnist, few) == SameSet::yes);
  CHECK(tested(of_fashion, few) == SameSet::no);
}

TEST_CASE("Trained on: models of the first version are compared by what the name of their folder says") {
  const TempFolder folder;
  const DatasetPair mnist = images(folder, "raw", labels_of("mnist", Part::training));
  const DatasetPair mine = images(folder, "mine", kLabels);
  const auto old = [](const char* name) { return with_entries({{"format", "bnlab 1"}, {"dataset", name}}); };
  for (const char* name : {"mnist", "mnist-sample"}) CHECK(old(name).dataset == "mnist");
  for (const char* name : {"mnist", "mnist-sample", "MNIST", "MNIST_10k", "Mnist_2"}) {
    CHECK(judged(old(name), mnist) == SameSet::yes);
    CHECK(judged(old(name), mine) == SameSet::unsure);
  }
  for (const char* name : {"FashionMNIST", "fashion_mnist_10k", "KMNIST", "CIFAR-10"})
    CHECK(judged(old(name), mnist) == SameSet::no);
  for (const char* name : {"raw", "data", "emnist-digits", "cifar-100"})
    CHECK(judged(old(name), mnist) == SameSet::unsure);
  CHECK(judged(old("MNIST"), images(folder, "mnist", kLabels)) == SameSet::yes);
  CHECK(with_entries({{"dataset", "fashion-mnist-sample"}}).dataset == "fashion-mnist");
  CHECK(with_entries({{"dataset", "my-sample"}}).dataset == "my-sample");
  CHECK(judged(with_entries({{"dataset", "mine"}}), mine) == SameSet::yes);
  const ModelInfo foreign = with_entries({});
  CHECK((foreign.dataset.empty() && foreign.trained_on.shape.empty()));
  CHECK(judged(foreign, mine) == SameSet::unsure);
}

TEST_CASE("Trained on: the shape of an image must be one, and have as many numbers as the model has inputs") {
  const Architecture wide = {.inputs = 600, .hidden = {3}, .classes = 10};
  for (const char* good : {"1,20,30", "1,30,20", "3,10,20", "1,1,600"}) {
    CHECK(joined(with_entries({{"image", good}}, wide).trained_on.shape, ",") == good);
  }
  for (const char* bad :
       {"1,20,20", "20,30", "600", "2,20,15", "1,20,30,1", "1,20,x", "1,20,", ",1,20,30", "-1,20,-30", "1, 20,30",
        "1,20,30 ", "1,600,0", "1,18446744073709551615,2", "99999999999999999999999,1,1", "0,0,0", "1,20,30,", ""}) {
    const std::string error = error_of([&] { with_entries({{"image", bad}}, wide); });
    CHECK_MESSAGE(contains(error, "metadata: expected image to be"), bad);
    CHECK(contains(error, bad));
  }
  const std::string long_error = error_of([&] { with_entries({{"image", std::string(1000000, '7')}}, wide); });
  CHECK(long_error.size() < 500);
}

TEST_CASE("Trained on: an entry of the fingerprint that is missing or malformed is refused by its key") {
  const Metadata good = {{"dataset_labels", "0123456789abcdef"},
                         {"dataset_images", "200"},
                         {"dataset_first_images", "fedcba9876543210"},
                         {"dataset_known_by", "name"}};
  CHECK(with_entries(good).trained_on.fingerprint.images == 200);
  for (const auto& entry : good) {
    const std::string key = entry.first;
    CAPTURE(key);
    for (const char* bad : {"", "0", "-1", "0123456789ABCDEF", "0123456789abcdef0", "200 ", "Labels", "nan"}) {
      Metadata changed = good;
      changed[key] = bad;
      CHECK(contains(error_of([&] { with_entries(changed); }), "expected " + key + " to be "));
    }
    Metadata without = good;
    without.erase(key);
    CHECK(contains(error_of([&] { with_entries(without); }), "expected " + key + " to be "));
  }
}

TEST_CASE("Trained on: images are turned as the model has seen its own, whatever set they are of") {
  const TempFolder folder;
  const IdxFolder emnist{.height = 28, .width = 28, .prefix = "emnist-digits-", .test = "test"};
  write_dataset(folder / "e", kLabels, labels_in_turn(3, 3), emnist);
  const DatasetPair upright = load_datasets(folder / "e");
  const DatasetPair as_stored = load_datasets(folder / "e", {.transpose = "off"});
  const DatasetPair mine = images(folder, "mine", kLabels, 8);
  const DatasetPair mine_turned = load_datasets(folder / "mine", {.transpose = "on"});
  const auto turned = [](const ModelInfo& info, DatasetPair data) {
    turn_as_trained(info, data);
    return data.transposed;
  };
  const ModelInfo of_upright = saved(upright), of_stored = saved(as_stored), of_mine = saved(mine),
                  of_turned = saved(mine_turned);
  CHECK((of_upright.trained_on.transpose == "on" && of_stored.trained_on.transpose == "off"));
  CHECK((of_mine.trained_on.transpose == "" && of_turned.trained_on.transpose == "on"));
  for (const DatasetPair* data : {&upright, &as_stored}) {
    CHECK(turned(of_upright, *data));
    CHECK_FALSE(turned(of_stored, *data));
    CHECK(turned(of_mine, *data));    // upright images are what it knows
    CHECK(turned(of_turned, *data));  // so it is here: its own files held the others
  }
  for (const DatasetPair* data : {&mine, &mine_turned}) {
    CHECK_FALSE(turned(of_upright, *data));
    CHECK(turned(of_stored, *data));
    CHECK_FALSE(turned(of_mine, *data));
    CHECK(turned(of_turned, *data));
  }
  CHECK(with_entries({{"dataset", "emnist"}}).trained_on.transpose == "off");  // of the first version: as stored
  for (const char* bad : {"maybe", "ON", "on ", ""}) {
    const std::string error = error_of([&] { with_entries({{"transpose", bad}}); });
    CHECK(contains(error, std::string("metadata: expected transpose to be on or off, found '") + bad + "'"));
  }
}

}  // namespace bnlab::testing::trained_on_test

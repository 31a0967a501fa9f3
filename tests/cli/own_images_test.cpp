// Whether the images that a command uses are those that its model was trained on: of the part that it uses, and for models
// of the first version, which say no more than the name of a folder.
#include "../idx_folder.hpp"
#include "bnlab/data/safetensors.hpp"
#include "program.hpp"

namespace bnlab::testing::own_images_test {
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

const Bytes kMnist = labels_of("mnist", Part::training), kMnistTest = labels_of("mnist", Part::test),
            kFashion = labels_of("fashion-mnist", Part::training),
            kFashionTest = labels_of("fashion-mnist", Part::test), kUnknown = labels_in_turn(40, 10);

void train_on(const std::string& data, const std::string& model) {
  const Outcome outcome = bnlab_program({"train", "--epochs", "1", "--hidden", "4", "--validation", "0", "--batch",
                                         "16", "--data", data, "--save", model});
  REQUIRE_MESSAGE(outcome.status == 0, outcome.err);
}

// The line that describes the model, from "trained on" on.
std::string judged(const Words& words, const std::string& folder = ".") {
  const Outcome outcome = bnlab_program(words, folder);
  REQUIRE_MESSAGE(outcome.status == 0, outcome.err);
  const std::size_t begin = outcome.out.find("trained on");
  return begin == std::string::npos ? "" : outcome.out.substr(begin, outcome.out.find('\n', begin) - begin);
}

// The model as the first version of the program wrote it, trained in a folder of that name.
void make_old(const std::string& model, const std::string& name, const std::string& path) {
  TensorFile file = read_safetensors(model);
  for (const char* key : {"dataset_labels", "dataset_images", "dataset_first_images", "dataset_known_by", "image"})
    file.metadata.erase(key);
  file.metadata["format"] = "bnlab 1";
  file.metadata["dataset"] = name;
  write_safetensors(path, file);
}

}  // namespace

TEST_CASE("own images: a command that uses one part judges that part, whatever the other is") {
  const TempFolder folder;
  write_dataset(folder / "mnist", kMnist, kMnistTest);
  write_dataset(folder / "fashion", kFashion, kFashionTest);
  write_dataset(folder / "mix", kMnist, kFashionTest);
  write_dataset(folder / "reverse", kFashion, kMnistTest);
  write_dataset(folder / "swapped", kMnistTest, kMnist);
  write_dataset(folder / "half", kMnist, kUnknown);
  write_dataset(folder / "other half", kUnknown, kMnistTest);
  write_dataset(folder / "shapes", kUnknown, labels_in_turn(20, 10));
  const struct {
    const char *trained_on, *data, *test, *train;
  } cases[] = {
      {"mnist", "mix", "mnist, not on these images (fashion-mnist)", "mnist"},
      {"mnist", "reverse", "mnist", "mnist, not on these images (fashion-mnist)"},
      {"fashion", "mix", "fashion-mnist", "fashion-mnist, not on these images (mnist)"},
      {"fashion", "reverse", "fashion-mnist, not on these images (mnist)", "fashion-mnist"},
      {"mnist", "swapped", "mnist", "mnist"},
      {"swapped", "mnist", "mnist", "mnist"},
      {"mnist", "half", "mnist, perhaps not on these images (of no set that is known here)", "mnist"},
      {"fashion", "half", "fashion-mnist, perhaps not on these images (of no set that is known here)",
       "fashion-mnist, not on these images (mnist)"},
      {"mnist", "other half", "mnist", "mnist, not on these images (other_half)"},
      {"shapes", "other half", "shapes, perhaps not on these images (mnist)", "shapes"},
      {"mnist", "shapes", "mnist, not on these images (shapes)", "mnist, not on these images (shapes)"},
      {"shapes", "shapes", "shapes", "shapes"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.trained_on);
    CAPTURE(c.data);
    train_on(folder / c.trained_on, folder / "model");
    const Words data = {"--data", folder / c.data};
    const std::string model = folder / "model";
    CHECK(judged({"eval", model, data[0], data[1]}) == std::string("trained on ") + c.test);
    CHECK(judged({"predict", model, "0", data[0], data[1]}) == std::string("trained on ") + c.test);
    CHECK(judged({"predict", model, "0", "--part", "train", data[0], data[1]}) == std::string("trained on ") + c.train);
  }
}

TEST_CASE("own images: results and class names of a part are those of its own set") {
  const TempFolder folder;
  write_dataset(folder / "mix", kMnist, kFashionTest);
  train_on(folder / "mix", folder / "model");
  const Words data = {"--data", folder / "mix"};
  const Outcome eval = bnlab_program({"eval", folder / "model", data[0], data[1]});
  REQUIRE(eval.results().size() == 1);
  CHECK(field(eval.results()[0], "dataset") == "fashion-mnist");
  CHECK(contains(eval.out, "Ankle boot"));
  CHECK(contains(eval.out, "data      fashion-mnist: 60 test images"));
  CHECK(contains(bnlab_program({"predict", folder / "model", "0", data[0], data[1]}).out,
                 "test image 0 of fashion-mnist: Ankle boot"));
  CHECK(contains(bnlab_program({"predict", folder / "model", "0", "--part", "train", data[0], data[1]}).out,
                 "train image 0 of mnist: 5"));
}

TEST_CASE(
    "own images: a model of the first version is judged by what its folder's name says of the set, or not at all") {
  const TempFolder folder;
  write_dataset(folder / "mnist", kMnist, kMnistTest);
  write_dataset(folder / "fashion", kFashion, kFashionTest);
  write_dataset(folder / "shapes", kUnknown, labels_in_turn(20, 10));
  train_on(folder / "mnist", folder / "new");
  const struct {
    const char *name, *data, *remark;
  } cases[] = {
      {"mnist", "mnist", ""},
      {"MNIST", "mnist", ""},
      {"mnist-sample", "mnist", ""},
      {"mnist_10k", "mnist", ""},
      {"FashionMNIST", "fashion", ""},
      {"fashion_mnist_10k", "fashion", ""},
      {"MNIST", "fashion", "not on these images (fashion-mnist)"},
      {"FashionMNIST", "mnist", "not on these images (mnist)"},
      {"raw", "mnist", "perhaps not on these images (mnist)"},
      {"raw", "shapes", "perhaps not on these images (shapes)"},
      {"shapes", "shapes", ""},
      {"mine", "shapes", "perhaps not on these images (shapes)"},
      {"MNIST", "shapes", "perhaps not on these images (shapes)"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CAPTURE(c.data);
    make_old(folder / "new", c.name, folder / "old");
    const std::string text = judged({"eval", folder / "old", "--data", folder / c.data});
    CHECK_MESSAGE(text.ends_with(c.remark), text);
    CHECK_MESSAGE(contains(text, ", perhaps not on") == std::string(c.remark).starts_with("perhaps"), text);
    CHECK_MESSAGE(contains(text, "not on") == (*c.remark != '\0'), text);
  }
}

TEST_CASE("own images: images in the other part's place are called what they are") {
  const TempFolder folder;
  write_dataset(folder / "swapped", kMnistTest, kMnist);
  write_dataset(folder / "training", kMnist, Bytes(kMnist.begin(), kMnist.begin() + 30));
  const std::string swapped = bnlab_program({"show", "--data", folder / "swapped"}).out;
  CHECK(contains(swapped, "the first 60 of 10,000 test images"));
  CHECK(contains(swapped, "and the first 60 of 60,000 training images"));
  const std::string training = bnlab_program({"show", "--data", folder / "training"}).out;
  CHECK(contains(training, "the first 60 of 60,000 training images"));
  CHECK(contains(training, "and the first 30 of 60,000 training images"));
}

TEST_CASE("own images: without --data, the first folder of the model's set that has all files is taken") {
  const TempFolder folder;
  write_dataset(folder / "data/mnist-sample", kMnist, kMnistTest);
  write_dataset(folder / "data/fashion-mnist-sample", kFashion, kFashionTest);
  train_on(folder / "data/mnist-sample", folder / "model");
  fs::create_directories(folder / "data/mnist");
  CHECK(judged({"eval", folder / "model"}, folder.path()) == "trained on mnist");
  for (const char* part : {"train", "t10k"}) {
    for (const char* end : {"-images-idx3-ubyte", "-labels-idx1-ubyte"}) {
      const std::string name = std::string(part) + end;
      fs::copy_file(folder / "data/mnist-sample/" + name, folder / "data/mnist/" + name);
      CHECK(judged({"eval", folder / "model"}, folder.path()) == "trained on mnist");
    }
  }
  // Only here it is complete. An empty or packed set beside the sample changes nothing, either.
  fs::remove_all(folder / "data/mnist");
  fs::create_directories(folder / "data/mnist");
  write_text(folder / "data/mnist/train-images-idx3-ubyte.gz", "");
  CHECK(judged({"eval", folder / "model"}, folder.path()) == "trained on mnist");
  // A folder's name of the first version is understood, too.
  train_on(folder / "data/fashion-mnist-sample", folder / "model");
  make_old(folder / "model", "FashionMNIST", folder / "old");
  CHECK(judged({"eval", folder / "old"}, folder.path()) == "trained on FashionMNIST");
}

}  // namespace bnlab::testing::own_images_test

// Datasets from outside: what they are, how many classes they have, EMNIST's files, images that are not square.
#include "../idx_folder.hpp"
#include "bnlab/data/picture.hpp"
#include "bnlab/data/safetensors.hpp"
#include "program.hpp"

namespace bnlab::testing::datasets_test {
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Bytes followed_by(Bytes labels, const Bytes& more) {
  labels.insert(labels.end(), more.begin(), more.end());
  return labels;
}

const Words kTrain = {"train", "--epochs", "2", "--hidden", "8", "--validation", "0", "--batch", "16"};

// Trains on that folder and saves the model. Returns what was printed.
std::string trained(const std::string& data, const std::string& model, const Words& more = {}) {
  const Outcome outcome = bnlab_program(kTrain + Words{"--data", data, "--save", model} + more);
  REQUIRE_MESSAGE(outcome.status == 0, outcome.err);
  return outcome.out;
}

std::string printed(const Words& words, const std::string& folder = ".") {
  const Outcome outcome = bnlab_program(words, folder);
  CHECK_MESSAGE(outcome.status == 0, outcome.err);
  return outcome.out;
}

std::string refused(const Words& words, int status = 1) {
  const Outcome outcome = bnlab_program(words);
  CHECK(outcome.status == status);
  if (status == 1) CHECK(one_line(outcome.err));
  return outcome.err;
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string pgm(const Picture& picture) {
  return "P5 " + std::to_string(picture.width) + " " + std::to_string(picture.height) + " 255\n" +
         std::string(picture.pixels.begin(), picture.pixels.end());
}

const Bytes kMnist = labels_of("mnist", Part::training), kMnistTest = labels_of("mnist", Part::test);

}  // namespace

TEST_CASE("datasets: every command that loads images says once what they are, and what looks like a slip") {
  const TempFolder folder;
  write_dataset(folder / "fashion", kMnist, kMnistTest);
  write_dataset(folder / "mine", labels_in_turn(40, 10), labels_in_turn(20, 10));
  const Words small = {"--epochs", "1", "--hidden", "4", "--validation", "0"};
  trained(folder / "fashion", folder / "model");
  const Words commands[] = {
      {"train"},          {"compare", "--out", folder / "out"}, {"show"},
      {"bench", "epoch"}, {"eval", folder / "model"},           {"predict", folder / "model", "0", "1"}};
  for (const Words& command : commands) {
    CAPTURE(command[0]);
    const bool trains = command[0] == "train" || command[0] == "compare";
    const Words options = (trains ? small : Words{});
    const std::string known = printed(command + Words{"--data", folder / "fashion"} + options);
    const std::string origin =
        "            recognised by its labels: the first 60 of 60,000 training images\n"
        "            and the first 60 of 10,000 test images\n";
    CHECK(occurrences(known, origin) == 1);
    CHECK(occurrences(known, "note: the folder is called fashion, its labels are mnist's") == 1);
    const std::string unknown = printed(command + Words{"--data", folder / "mine"} + options);
    CHECK(occurrences(unknown, "known by its folder's name") == 1);
    CHECK_FALSE(contains(unknown, "note: "));
  }
  CHECK_FALSE(contains(printed({"show", "--quiet", "--data", folder / "fashion"}), "note"));
}

TEST_CASE("datasets: the line that says what they are claims no more labels than were compared") {
  const Bytes kmnist = labels_of("kmnist", Part::training);
  const Bytes seven = labels_in_turn(7, 10);
  const struct {
    Bytes train, test;
    const char* line;
  } cases[] = {
      {kMnist, kMnistTest,
       "by its labels: the first 60 of 60,000 training images\n            and the first 60 of 10,000 test images\n"},
      {followed_by(kMnist, seven), kMnistTest,
       "by its first 60 labels: the first 67 of 60,000 training images\n            and the first 60 of 10,000 test"},
      {kMnist, followed_by(kMnistTest, seven),
       "by its labels: the first 60 of 60,000 training images\n            and by its first 60 test labels: the first "
       "67 "
       "of 10,000 test images\n"},
      {kmnist, followed_by(seven, seven),
       "by its labels: the first 60 of 60,000 training images\n            its test images are not recognised\n"},
      {followed_by(kmnist, seven), followed_by(seven, seven),
       "by its first 60 labels: the first 67 of 60,000 training images\n"}};
  for (const auto& c : cases) {
    const TempFolder folder;
    write_dataset(folder / "x", c.train, c.test);
    const std::string text = printed({"show", "--data", folder / "x"});
    CHECK_MESSAGE(contains(text, std::string("            recognised ") + c.line), text);
  }
  const std::string sample = printed({"show", "--data", "data/mnist-sample"});
  CHECK_MESSAGE(contains(sample,
                         "recognised by its labels: the first 10,000 of 60,000 training images\n            "
                         "and all 10,000 test images\n"),
                sample);
}

TEST_CASE("datasets: the name in result lines is the set's own, or the folder's in one word that ends somewhere") {
  const TempFolder folder;
  const std::string odd = "x\nresult model=forged test_accuracy=1 \x1b[31m" + std::string(150, 'n');
  write_dataset(folder / "raw", kMnist, kMnistTest);
  write_dataset(folder / odd, labels_in_turn(40, 10), labels_in_turn(20, 10));
  const Outcome known = bnlab_program(kTrain + Words{"--data", folder / "raw", "--save", folder / "a"});
  REQUIRE(known.results().size() == 1);
  CHECK(field(known.results()[0], "dataset") == "mnist");
  const Outcome unknown = bnlab_program(kTrain + Words{"--data", folder / odd, "--save", folder / "b"});
  REQUIRE(unknown.results().size() == 1);
  CHECK(field(unknown.results()[0], "dataset").size() <= 62);
  CHECK_FALSE(contains(unknown.out, "\x1b"));
  const std::string eval = printed({"eval", folder / "b", "--data", folder / odd});
  CHECK(occurrences(eval, "result model=") == 1);
  CHECK_FALSE(contains(eval, "not on these images"));
  CHECK_FALSE(contains(eval, "\x1b"));
}

TEST_CASE("datasets: eval says where the images are others than those that the model was trained on") {
  const TempFolder folder;
  const Bytes fashion = labels_of("fashion-mnist", Part::training),
              fashion_test = labels_of("fashion-mnist", Part::test);
  Bytes other = labels_in_turn(40, 10);
  std::swap(other[20], other[21]);
  write_dataset(folder / "raw", kMnist, kMnistTest);
  write_dataset(folder / "mnist-sample", Bytes(kMnist.begin(), kMnist.begin() + 30), kMnistTest);
  write_dataset(folder / "fashion", fashion, fashion_test);
  write_dataset(folder / "shapes", labels_in_turn(40, 10), labels_in_turn(20, 10));
  write_dataset(folder / "copy", labels_in_turn(40, 10), labels_in_turn(20, 10));
  write_dataset(folder / "else/shapes", other, labels_in_turn(20, 10));
  const struct {
    const char *trained_on, *evaluated_on, *remark;
  } cases[] = {
      {"raw", "raw", ""},
      {"raw", "mnist-sample", ""},
      {"mnist-sample", "raw", ""},
      {"raw", "fashion", "trained on mnist, not on these images (fashion-mnist)"},
      {"fashion", "raw", "trained on fashion-mnist, not on these images (mnist)"},
      {"shapes", "copy", ""},
      {"shapes", "shapes", ""},
      {"shapes", "else/shapes", "trained on shapes, not on these images (another set of that name)"},
      {"shapes", "raw", "trained on shapes, not on these images (mnist)"},
      {"raw", "shapes", "trained on mnist, not on these images (shapes)"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.trained_on);
    CAPTURE(c.evaluated_on);
    trained(folder / c.trained_on, folder / "model", {"--limit", "20"});  // whatever --limit
    const std::string text = printed({"eval", folder / "model", "--data", folder / c.evaluated_on});
    CHECK(contains(text, "not on these images") == (*c.remark != '\0'));
    CHECK_MESSAGE(contains(text, c.remark), text);
  }
}

TEST_CASE("datasets: a checkpoint, a folded model and one that was trained further know their images, too") {
  const TempFolder folder;
  write_dataset(folder / "raw", kMnist, kMnistTest);
  write_dataset(folder / "mine", labels_in_turn(40, 10), labels_in_turn(20, 10));
  trained(folder / "mine", folder / "model", {"--norm", "batch", "--checkpoint", folder / "checkpoint"});
  printed({"fold", folder / "model", "--save", folder / "folded"});
  printed(
      {"train", "--init", folder / "model", "--data", folder / "raw", "--epochs", "1", "--save", folder / "further"});
  for (const char* model : {"model", "checkpoint", "folded"}) {
    CHECK_FALSE(contains(printed({"eval", folder / model, "--data", folder / "mine"}), "not on these images"));
    CHECK(contains(printed({"eval", folder / model, "--data", folder / "raw"}),
                   "trained on mine, not on these images (mnist)"));
  }
  CHECK(contains(printed({"eval", folder / "further", "--data", folder / "mine"}),
                 "trained on mnist, not on these images (mine)"));
}

TEST_CASE("datasets: without --data a model gets the folder of its set, the sample where there is no full set") {
  const TempFolder folder;
  write_dataset(folder / "data/mnist-sample", kMnist, kMnistTest);
  trained(folder / "data/mnist-sample", folder / "model");
  CHECK(contains(printed({"eval", folder / "model"}, folder.path()), "the first 60 of 60,000 training images"));
  write_dataset(folder / "data/mnist", Bytes(kMnist.begin(), kMnist.begin() + 50), kMnistTest);
  CHECK(contains(printed({"eval", folder / "model"}, folder.path()), "the first 50 of 60,000 training images"));
  write_dataset(folder / "data/emnist", labels_in_turn(40, 10), labels_in_turn(9, 3),
                {.prefix = "emnist-digits-", .test = "test"});
  write_dataset(folder / "data/emnist", labels_in_turn(30, 10), labels_in_turn(9, 3),
                {.prefix = "emnist-mnist-", .test = "test"});
  trained(folder / "data/emnist/emnist-digits", folder / "model");
  CHECK(contains(printed({"eval", folder / "model"}, folder.path()), "emnist-digits: 9 test images"));
}

TEST_CASE("datasets: --classes is asked for beyond 10; tables stay readable; a model's images have no more than it") {
  const TempFolder folder;
  write_dataset(folder / "many", labels_in_turn(188, 47), labels_in_turn(94, 47));
  write_dataset(folder / "few", labels_in_turn(40, 8), labels_in_turn(20, 8));
  CHECK(contains(refused(kTrain + Words{"--data", folder / "many"}),
                 "found 10 for image 10; if it is right, say how many classes there are: --classes 47"));
  CHECK(contains(refused({"show", "--data", folder / "many"}), "--classes 47"));
  CHECK(contains(refused(kTrain + Words{"--data", folder / "many", "--classes", "46"}),
                 "expected labels from 0 to 45, found 46 for image 46"));
  for (const char* bad : {"1", "257", "x", "-3", "47.0"})
    refused({"show", "--data", folder / "many", "--classes", bad}, 2);
  CHECK(contains(trained(folder / "many", folder / "model", {"--classes", "47", "--epochs", "30"}), "784-8-47 relu"));
  const std::string eval = printed({"eval", folder / "model", "--data", folder / "many"});
  CHECK(contains(eval, "46 "));
  const std::string predict = printed({"predict", folder / "model", "0", "--data", folder / "many"});
  CHECK(occurrences(predict, " %") == 10);
  const std::string show = printed({"show", "--data", folder / "many", "--classes", "47"});
  CHECK(contains(show, "\n  46 "));
  for (const std::string& text : {eval, predict, show}) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      const bool is_long = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }) > 100;
      CHECK_MESSAGE((!is_long || contains(line, folder.path()) || line.starts_with("result")), line);
    }
  }
  // Fewer classes are fine, more are not.
  CHECK(contains(printed({"eval", folder / "model", "--data", folder / "few"}), "few: 20 test images"));
  trained(folder / "few", folder / "model");
  CHECK(contains(printed({"eval", folder / "model", "--data", folder / "few"}), "784-8-8 relu"));
  CHECK(contains(refused({"eval", folder / "model", "--data", folder / "many"}),
                 "found 8 for image 8; the model " + (folder / "model") + " has 8 classes"));
  CHECK(contains(refused({"train", "--init", folder / "model", "--data", folder / "many"}), "has 8 classes"));
  refused({"eval", folder / "model", "--classes", "47"}, 2);
  CHECK(
      contains(refused({"train", "--init", folder / "model", "--classes", "47"}, 2), "the network is that of --init"));
}

TEST_CASE("datasets: a stopped run with --classes and --transpose is resumed as it was, to the same bytes") {
  const TempFolder folder;
  write_dataset(folder / "many", labels_in_turn(60, 20), labels_in_turn(20, 20));
  const Words options = {"--data", folder / "many"};
  const Words settings = {"--classes", "30", "--transpose", "on"};
  trained(folder / "many", folder / "whole", settings);
  REQUIRE(bnlab_program(kTrain + options + settings + Words{"--checkpoint", folder / "c", "--max-steps", "5"}).status ==
          0);
  const Words resume = {"train", "--resume", folder / "c", "--save", folder / "resumed", "--data", folder / "many"};
  CHECK(contains(printed(resume), "784-8-30 relu"));
  CHECK(read_text(folder / "resumed") == read_text(folder / "whole"));
  CHECK(contains(refused(resume + Words{"--classes", "20"}, 2), "--classes=30"));
  CHECK(contains(refused(resume + Words{"--transpose", "off"}, 2), "--transpose=on"));
}

TEST_CASE(
    "datasets: a checkpoint that knows no number of classes keeps the network's, and its images are as they are "
    "stored") {
  const TempFolder folder;
  write_dataset(folder / "few", labels_in_turn(60, 4), labels_in_turn(20, 4));
  REQUIRE(bnlab_program(kTrain + Words{"--data", folder / "few", "--classes", "10", "--checkpoint", folder / "c",
                                       "--max-steps", "5"})
              .status == 0);
  CHECK(read_safetensors(folder / "c").metadata.at("settings.classes") == "10");
  CHECK(contains(printed({"train", "--resume", folder / "c", "--data", folder / "few"}), "784-8-10 relu"));
}

TEST_CASE(
    "datasets: EMNIST's images are turned upright, as drawings are; a model that saw them as stored gets those "
    "turned") {
  const TempFolder folder;
  const IdxFolder emnist{.prefix = "emnist-letters-", .test = "test"};
  const Bytes labels = labels_in_turn(189, 27);
  write_dataset(folder / "e", labels, labels_in_turn(54, 27), emnist);
  CHECK(contains(refused({"show", "--data", folder / "e"}), "--classes 27"));
  const Words classes = {"--classes", "27"};
  CHECK(contains(trained(folder / "e", folder / "upright", classes),
                 "transposed, since its files hold columns for rows"));
  CHECK(contains(trained(folder / "e", folder / "stored", classes + Words{"--transpose", "off"}),
                 "not transposed: as its files hold them"));
  const TensorFile upright = read_safetensors(folder / "upright"), stored = read_safetensors(folder / "stored");
  CHECK(upright.metadata.at("dataset") == "emnist-letters");
  CHECK((upright.metadata.at("transpose") == "on" && stored.metadata.at("transpose") == "off"));
  CHECK(contains(printed(Words{"show", "--data", folder / "e", "--part", "train", "--first", "2"} + classes), "2: B"));
  for (const char* model : {"upright", "stored"}) {
    const std::string text = printed({"eval", folder / model, "--data", folder / "e"});
    CHECK_FALSE(contains(text, "not on these images"));
    CHECK(contains(text, "not transposed") == (std::string(model) == "stored"));
  }
  // A drawing: an upright bar, which a network for upright images must see upright.
  Picture bar{.channels = 1, .height = 40, .width = 40, .pixels = Bytes(1600, 255)};
  for (std::size_t y = 5; y < 35; ++y) bar.pixels[40 * y + 20] = bar.pixels[40 * y + 21] = 0;
  write_text(folder / "bar.pgm", pgm(bar));
  const auto drawn_lines = [&](const char* model) {
    std::size_t lines = 0;
    std::istringstream stream(printed({"predict", folder / model, folder / "bar.pgm", "--colours", "none"}));
    for (std::string line; std::getline(stream, line);)
      lines += line.substr(0, 30).find_first_of("@#%*+") != std::string::npos;
    return lines;
  };
  CHECK(contains(printed({"predict", folder / "upright", folder / "bar.pgm"}), "prepared as EMNIST's characters were"));
  CHECK(drawn_lines("upright") >= 10);
  CHECK(drawn_lines("stored") <= 3);
}

TEST_CASE("datasets: images that are not square; a file is made to fit their shape, which the model says") {
  const TempFolder folder;
  const IdxFolder shape{.height = 20, .width = 30};
  write_dataset(folder / "wide", labels_in_turn(80, 10), labels_in_turn(40, 10), shape);
  write_dataset(folder / "tall", labels_in_turn(80, 10), labels_in_turn(40, 10), {.height = 30, .width = 20});
  CHECK(contains(trained(folder / "wide", folder / "model", {"--epochs", "20"}), "test images of 20 x 30"));
  CHECK(read_safetensors(folder / "model").metadata.at("image") == "1,20,30");
  const DatasetPair data = load_datasets(folder / "wide");
  write_text(folder / "image.pgm", pgm(picture_of(data.test, 3)));
  const Outcome outcome =
      bnlab_program({"predict", folder / "model", "3", folder / "image.pgm", "--data", folder / "wide"});
  REQUIRE(outcome.results().size() == 2);
  for (const char* name : {"prediction", "probability"})
    CHECK(field(outcome.results()[0], name) == field(outcome.results()[1], name));
  CHECK(contains(refused({"eval", folder / "model", "--data", folder / "tall"}),
                 "takes 600 inputs (1 x 20 x 30), the images of tall have 600 pixels (1 x 30 x 20)"));
  CHECK(contains(printed({"eval", folder / "model", "--data", folder / "tall", "--transpose", "on"}),
                 "transposed: rows and columns"));
  // Without the entry, as from PyTorch, the shape is not known.
  TensorFile file = read_safetensors(folder / "model");
  file.metadata = {};
  write_safetensors(folder / "bare", file);
  CHECK(contains(refused({"predict", folder / "bare", folder / "image.pgm"}), "expected a model for square images"));
  file.metadata["image"] = "1,30,30";
  write_safetensors(folder / "wrong", file);
  CHECK(contains(refused({"predict", folder / "wrong", folder / "image.pgm"}),
                 "expected image to be channels, height and width"));
}

}  // namespace bnlab::testing::datasets_test

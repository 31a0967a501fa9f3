// Outputs never destroy inputs, nor each other.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "program.hpp"
#include "sample.hpp"

namespace bnlab::testing::outputs_test {

namespace {

namespace fs = std::filesystem;

// A folder with images, a model and a checkpoint, from which the program is run.
class Workplace : public TempFolder {
 public:
  Workplace() {
    cut_sample(*this / "data");
    const Outcome outcome = run(
        {"train",  "--quiet", "--data", "data",  "--limit",      "300",        "--hidden", "8",   "--epochs",    "2",
         "--norm", "batch",   "--save", "model", "--checkpoint", "checkpoint", "--log",    "log", "--max-steps", "2"});
    REQUIRE(outcome.status == 0);
    // The other names of the model.
    fs::create_symlink("model", *this / "link");
    fs::create_symlink(*this / "link", *this / "link to link");
    fs::create_hard_link(*this / "model", *this / "hard link");
    fs::create_symlink(".", *this / "here");
  }

  Outcome run(const Words& words, const Circumstances& circumstances = {}) const {
    return run_program(program(), words, path(), circumstances);
  }

  // All files and what is in them.
  std::map<std::string, std::string> content() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(path())) {
      const std::string name = entry.path().string();
      files[name] = entry.is_symlink() ? fs::read_symlink(entry).string() : entry.is_directory() ? "" : read_text(name);
    }
    return files;
  }

  // Refused as a wrong command line, with both names in one line, and no file is changed or added.
  void check_refused(const Words& words, const std::string& output, const std::string& other,
                     const Circumstances& circumstances = {}) const {
    std::string line;
    for (const std::string& word : words) line += word + " ";
    CAPTURE(line);
    const auto before = content();
    const Outcome outcome = run(words, circumstances);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, output + ": expected a file of its own, found that of " + other + ", which"));
    CHECK(content() == before);
  }
};

// The other paths of "model" in a workplace.
const Words kModelNames = {"model", "./model",      "data/../model", "here/model",
                           "link",  "link to link", "hard link",     "here/here/link"};

const Words kTrain = {"train", "--data", "data", "--limit", "300", "--epochs", "1"};

}  // namespace

TEST_CASE("outputs: no output may be the model that a command reads, whatever it is called") {
  const Workplace place;
  for (const std::string& name : kModelNames) {
    place.check_refused({"eval", "model", "--data", "data", "--logits", name}, "--logits " + name, "MODEL model");
    place.check_refused({"eval", name, "--data", "data", "--logits", "model"}, "--logits model", "MODEL " + name);
    for (const char* option : {"--log", "--checkpoint"}) {
      place.check_refused(with(kTrain, {"--init", "model", option, name}), option + (" " + name), "--init model");
    }
  }
}

TEST_CASE("outputs: a checkpoint that is resumed may be continued, and nothing else may be written there") {
  const Workplace place;
  const Words resume = {"train", "--data", "data", "--resume", "checkpoint"};
  place.check_refused(with(resume, {"--save", "checkpoint"}), "--save checkpoint", "--resume checkpoint");
  place.check_refused(with(resume, {"--log", "./checkpoint"}), "--log ./checkpoint", "--resume checkpoint");
  place.check_refused(with(resume, {"--checkpoint", "checkpoint", "--save", "here/checkpoint"}),
                      "--save here/checkpoint", "--resume checkpoint");
  fs::create_symlink("checkpoint", place / "state");
  CHECK(place.run(with(resume, {"--checkpoint", "state", "--max-steps", "3"})).status == 0);
  CHECK(fs::is_symlink(place / "state"));
  CHECK(
      contains(place.run({"train", "--data", "data", "--resume", "checkpoint", "--max-steps", "4"}).out, "at step 3"));
}

TEST_CASE("outputs: a model may be trained on and folded in place, under any name") {
  for (const std::string& name : kModelNames) {
    CAPTURE(name);
    const Workplace place;
    const std::string before = read_text(place / "model");
    CHECK(place.run(with(kTrain, {"--init", "model", "--save", name})).status == 0);
    const std::string trained = read_text(place / name);
    CHECK(trained != before);
    CHECK(place.run({"fold", name, "--save", "model"}).status == 0);
    CHECK(read_text(place / "model") != trained);
    CHECK(fs::is_symlink(place / "link"));
  }
}

TEST_CASE("outputs: no output may be a file of the images, of whatever format") {
  const Workplace place;
  const Words files = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                       "t10k-labels-idx1-ubyte"};
  for (const std::string& name : files) {
    const std::string file = "data/" + name;
    fs::create_symlink(file, place / ("link to " + name));
    for (const std::string& path : {file, "here/" + file, "link to " + name}) {
      place.check_refused(with(kTrain, {"--save", path}), "--save " + path, "--data " + file);
      place.check_refused(with(kTrain, {"--log", path}), "--log " + path, "--data " + file);
      place.check_refused({"eval", "model", "--data", "data", "--logits", path}, "--logits " + path, "--data " + file);
    }
  }
  // CIFAR-10's files, too, linked from elsewhere.
  fs::create_directory(place / "cifar");
  write_text(place / "batch", std::string(2 * 3073, '\1') + std::string(3073, '\2'));
  for (const char* name : {"data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"}) {
    fs::copy(place / "batch", place / "cifar/" + name);
  }
  fs::create_symlink("../batch", place / "cifar/data_batch_3.bin");
  const Words train = {"train", "--data", "cifar", "--hidden", "4", "--validation", "0", "--epochs", "1"};
  for (const char* name : {"data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"}) {
    const std::string path = std::string("cifar/") + name;
    place.check_refused(with(train, {"--checkpoint", path}), "--checkpoint " + path, "--data " + path);
  }
  place.check_refused(with(train, {"--save", "batch"}), "--save batch", "--data cifar/data_batch_3.bin");
}

TEST_CASE("outputs: no file is written by two options, whether it exists or not") {
  const Workplace place;
  fs::create_symlink("to be", place / "dangling");
  const std::vector<std::pair<const char*, const char*>> options = {
      {"--save", "--checkpoint"}, {"--save", "--log"}, {"--checkpoint", "--log"}};
  const std::vector<std::pair<const char*, const char*>> paths = {
      {"new", "new"},        {"new", "./new"},       {"new", "data/../new"}, {"here/new", "new"},
      {"to be", "dangling"}, {"model", "hard link"}, {"link", "model"}};
  for (const auto& [a, b] : options) {
    for (const auto& [x, y] : paths) {
      place.check_refused(with(kTrain, {a, x, b, y}), b + std::string(" ") + y, a + std::string(" ") + x);
    }
  }
  // Names that differ in case are one file only where the system says so.
  const bool ignores_case = fs::exists(place / "MODEL");
  CHECK(place.run(with(kTrain, {"--save", "name", "--log", "NAME"})).status == (ignores_case ? 2 : 0));
}

TEST_CASE("compare: what it writes to --out may not be a link to the images, nor two names of one file") {
  const Workplace place;
  const Words compare = {"compare", "--data", "data", "--limit", "300", "--epochs", "1", "--hidden", "8", "--out"};
  const Words names = {"plain.safetensors", "batchnorm.safetensors", "history.csv", "settings.txt"};
  for (const std::string& name : names) {
    const std::string folder = "out of " + name;
    fs::create_directory(place / folder);
    fs::create_symlink("../data/t10k-labels-idx1-ubyte", place / (folder + "/" + name));
    place.check_refused(with(compare, {folder}), "--out " + folder + "/" + name, "--data data/t10k-labels-idx1-ubyte");
  }
  fs::create_directory(place / "twice");
  fs::create_symlink("plain.safetensors", place / "twice/batchnorm.safetensors");
  place.check_refused(with(compare, {"twice"}), "--out twice/batchnorm.safetensors", "--out twice/plain.safetensors");
  // A folder that is a link is as good as any.
  fs::create_directory(place / "results");
  fs::create_symlink("results", place / "link to results");
  CHECK(place.run(with(compare, {"link to results"})).status == 0);
  for (const std::string& name : names) CHECK(fs::exists(place / ("results/" + name)));
}

// Standard output goes to that file, at its end, as the shell's >> has it.
static Circumstances appended_to(const std::string& path) {
  return {.in_child = [path] { ::dup2(::open(path.c_str(), O_WRONLY | O_APPEND), STDOUT_FILENO); }};
}

TEST_CASE("outputs: results printed into a file that the command reads or writes are refused") {
  const Workplace place;
  const Circumstances to_model = appended_to(place / "model");
  const Circumstances to_labels = appended_to(place / "data/t10k-labels-idx1-ubyte");
  const std::string labels = "--data data/t10k-labels-idx1-ubyte";
  place.check_refused({"eval", "model", "--data", "data"}, "standard output", "MODEL model", to_model);
  place.check_refused({"eval", "model", "--data", "data"}, "standard output", labels, to_labels);
  place.check_refused({"predict", "link", "0", "--data", "data"}, "standard output", "MODEL link", to_model);
  place.check_refused({"show", "--data", "data"}, "standard output", labels, to_labels);
  place.check_refused(with(kTrain, {"--save", "model"}), "standard output", "--save model", to_model);
  place.check_refused(with(kTrain, {"--log", "model"}), "standard output", "--log model", to_model);
}

}  // namespace bnlab::testing::outputs_test

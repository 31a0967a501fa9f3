// show, predict, eval and fold from outside.
#include <cmath>

#include "../idx_folder.hpp"
#include "bnlab/data/class_names.hpp"
#include "bnlab/data/dataset.hpp"
#include "bnlab/train/metrics.hpp"
#include "bnlab/train/model_file.hpp"
#include "bnlab/train/population.hpp"
#include "program.hpp"

namespace bnlab::testing::images_test {

namespace {

using Words = std::vector<std::string>;

const Words kClothing = {"--data", "data/fashion-mnist-sample", "--norm", "batch"};

// A model of a second's training, with batch normalization.
std::string trained(const TempFolder& folder, const Words& more = kClothing) {
  Words words = {"train", "--quiet",  "--limit", "3000",   "--epochs",
                 "2",     "--hidden", "48,32",   "--save", folder / "model"};
  words.insert(words.end(), more.begin(), more.end());
  REQUIRE(bnlab_program(words).status == 0);
  return folder / "model";
}

std::string pgm(std::size_t width, std::size_t height, const Bytes& pixels) {
  return "P5 " + std::to_string(width) + " " + std::to_string(height) + " 255\n" +
         std::string(pixels.begin(), pixels.end());
}

// The logits of a .npy file of ours.
std::vector<double> read_npy(const std::string& path) {
  const std::string text = read_text(path);
  REQUIRE(text.size() > 128);
  std::vector<real> numbers((text.size() - 128) / sizeof(real));
  std::memcpy(numbers.data(), text.data() + 128, numbers.size() * sizeof(real));
  return {numbers.begin(), numbers.end()};
}

const Dataset& test_images() {
  static const DatasetPair data = load_datasets("data/fashion-mnist-sample");
  return data.test;
}

// A ring, dark on light, in a corner of a large sheet: somebody's drawing of a 0.
Bytes ring(std::size_t side) {
  Bytes pixels(side * side, 235);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const double y = static_cast<double>(i / side) - 60, x = static_cast<double>(i % side) - 50;
    const double r = std::hypot(y / 1.3, x);
    if (r > 25 && r < 36) pixels[i] = 20;
  }
  return pixels;
}

}  // namespace

TEST_CASE("eval: per-class accuracy and the confusion matrix add up to the accuracy of the result line") {
  TempFolder folder;
  const Outcome outcome = bnlab_program({"eval", trained(folder), "--logits", folder / "logits.npy"});
  REQUIRE(outcome.status == 0);
  REQUIRE(outcome.results().size() == 1);
  const double accuracy = std::atof(field(outcome.results()[0], "test_accuracy").c_str());
  CHECK(accuracy > 0.7);
  CHECK(contains(outcome.out, format("Test accuracy %.2f %% ± %.2f", 100 * accuracy,
                                     100 * std::sqrt(accuracy * (1 - accuracy) / 10000))));
  // The table's rows: label, name, ten counts, accuracy.
  std::vector<double> logits = read_npy(folder / "logits.npy");
  REQUIRE(logits.size() == 100000);
  std::vector<std::vector<std::size_t>> count(10, std::vector<std::size_t>(10));
  double loss = 0;
  for (std::size_t n = 0; n < 10000; ++n) {
    const double* row = &logits[10 * n];
    const std::size_t label = test_images().labels[n];
    ++count[label][static_cast<std::size_t>(std::max_element(row, row + 10) - row)];
    double sum = 0;
    for (int c = 0; c < 10; ++c) sum += std::exp(row[c] - row[label]);
    loss += std::log(sum) / 10000;
  }
  CHECK(std::abs(loss - std::atof(field(outcome.results()[0], "test_loss").c_str())) < 1e-5);
  std::size_t right = 0;
  for (std::size_t label = 0; label < 10; ++label) {
    std::string row = format("  %-14s", (std::to_string(label) + " " + class_name("fashion-mnist", label)).c_str());
    for (const std::size_t k : count[label]) row += k == 0 ? "    ." : format("%5zu", k);
    CAPTURE(row);
    CHECK(contains(outcome.out, row + format("   %.2f %% ±", static_cast<double>(count[label][label]) / 10)));
    right += count[label][label];
  }
  CHECK(static_cast<double>(right) / 10000 == doctest::Approx(accuracy).epsilon(1e-9).scale(0));
}

TEST_CASE("eval --statistics batch: the answer depends on batch size and order, the model file does not change") {
  TempFolder folder;
  const std::string model = trained(folder), before = read_text(model);
  const auto accuracy = [&](const Words& more) {
    Words words = {"eval", model, "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome outcome = bnlab_program(words);
    REQUIRE(outcome.results().size() == 1);
    return std::atof(field(outcome.results()[0], "test_accuracy").c_str());
  };
  const double running = accuracy({}), two = accuracy({"--statistics", "batch", "--batch", "2"}),
               large = accuracy({"--statistics=batch", "--batch=1000"});
  CHECK(two < running - 0.1);
  CHECK(std::abs(large - running) < 0.03);
  CHECK(running == accuracy({"--statistics", "running", "--threads", "1"}));
  const Outcome table = bnlab_program({"eval", model, "--statistics", "batch"});
  CHECK(contains(table.out, "sorted by class"));
  CHECK(field(table.results()[0], "statistics") == "batch");
  CHECK(read_text(model) == before);

  CHECK(bnlab_program({"eval", model, "--statistics", "batch", "--batch", "1"}).status == 2);
  const Outcome plain = bnlab_program({"eval", trained(folder, {"--norm", "none"}), "--statistics", "batch"});
  CHECK(plain.status == 1);
  CHECK(contains(plain.err, "has no batch normalization"));
}

TEST_CASE(
    "eval --statistics population: those of all training images repair a run whose running statistics lag behind") {
  TempFolder folder;
  // Three steps: the running statistics are still near 0 and 1.
  const Words data = {"--data", "data/fashion-mnist-sample"};
  const std::string model = trained(folder, {"--norm", "batch", "--batch", "900", "--epochs", "1", "--data", data[1]});
  const std::string before = read_text(model);
  const Outcome running = bnlab_program({"eval", model, "--quiet"});
  const Outcome outcome = bnlab_program({"eval", model, "--statistics", "population"});
  REQUIRE(outcome.status == 0);
  REQUIRE(outcome.results().size() == 1);
  const std::string line = outcome.results()[0];
  CHECK(field(line, "statistics") == "population");
  CHECK(field(line, "batch") == "");
  const auto accuracy = [](const std::string& result) { return std::atof(field(result, "test_accuracy").c_str()); };
  CHECK(accuracy(line) > accuracy(running.results()[0]) + 0.1);
  CHECK(contains(outcome.out, "statistics re-estimated over the 10,000 training images of fashion-mnist"));
  CHECK(contains(outcome.out,
                 format("With the running statistics of the file: %.2f %%", 100 * accuracy(running.results()[0]))));
  CHECK(read_text(model) == before);
  const Outcome one_thread = bnlab_program({"eval", model, "--quiet", "--statistics", "population", "--threads", "1"});
  CHECK(one_thread.out == line + "\n");

  // Once more by the library, whose re-estimation is tested by itself.
  Model loaded = load_model(model, "relu", nullptr);
  const DatasetPair sets = load_datasets(data[1]);
  estimate_population_statistics(loaded.network, all_images(sets.train), nullptr);
  const Evaluation expected = evaluate(loaded.network, all_images(sets.test), nullptr);
  CHECK(field(line, "test_accuracy") == format("%.6f", expected.accuracy));
  CHECK(field(line, "test_loss") == format("%.*g", kLossDigits, expected.loss));
}

TEST_CASE("eval --statistics population: refused for a model without batch normalization") {
  TempFolder folder;
  for (const char* norm : {"none", "layer"}) {
    const std::string model = trained(folder, {"--norm", norm});
    const Outcome outcome = bnlab_program({"eval", model, "--statistics", "population"});
    CHECK(outcome.status == 1);
    CHECK(outcome.err == "bnlab: " + model + ": has no batch normalization, so no --statistics to choose\n");
  }
}

TEST_CASE("fold: the same predictions and logits on the whole test set; a plain model is refused") {
  TempFolder folder;
  const std::string model = trained(folder, {"--norm", "batch", "--dropout", "0.1"});
  const Outcome outcome = bnlab_program({"fold", model, "--save", folder / "folded"});
  REQUIRE(outcome.status == 0);
  CHECK(contains(outcome.out, "parameters instead of"));
  const Outcome a = bnlab_program({"eval", model, "--quiet", "--logits", folder / "a.npy"});
  const Outcome b = bnlab_program({"eval", folder / "folded", "--quiet", "--logits", folder / "b.npy"});
  CHECK(field(b.results()[0], "model") == "plain");
  CHECK(field(a.results()[0], "test_accuracy") == field(b.results()[0], "test_accuracy"));
  const std::vector<double> x = read_npy(folder / "a.npy"), y = read_npy(folder / "b.npy");
  REQUIRE(x.size() == y.size());
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < x.size(); ++i) difference += (x[i] - y[i]) * (x[i] - y[i]), size += x[i] * x[i];
  CHECK(std::sqrt(difference / size) < 1e-5);
  for (std::size_t n = 0; n < x.size(); n += 10) {
    CHECK(std::max_element(&x[n], &x[n] + 10) - &x[n] == std::max_element(&y[n], &y[n] + 10) - &y[n]);
  }
  const Outcome again = bnlab_program({"fold", folder / "folded", "--save", folder / "twice"});
  CHECK(again.status == 1);
  CHECK(contains(again.err, "found a plain one"));
  CHECK_FALSE(std::filesystem::exists(folder / "twice"));
}

TEST_CASE("predict: an image by its number, and the same image as a PGM file, get what eval's logits say") {
  TempFolder folder;
  const std::string model = trained(folder);
  REQUIRE(bnlab_program({"eval", model, "--quiet", "--logits", folder / "logits.npy"}).status == 0);
  const std::vector<double> logits = read_npy(folder / "logits.npy");
  for (const std::size_t i : {0u, 17u, 9999u}) {
    const std::uint8_t* pixels = test_images().image(i);
    write_text(folder / "image.pgm", pgm(28, 28, {pixels, pixels + 784}));
    const Outcome outcome = bnlab_program({"predict", model, std::to_string(i), folder / "image.pgm"});
    CHECK(outcome.status == 0);
    const auto results = outcome.results();
    REQUIRE(results.size() == 2);
    const double* row = &logits[10 * i];
    const auto best = std::max_element(row, row + 10) - row;
    double sum = 0;
    for (int c = 0; c < 10; ++c) sum += std::exp(row[c] - row[best]);
    for (const std::string& line : results) {
      CHECK(field(line, "prediction") == std::to_string(best));
      CHECK(std::abs(std::atof(field(line, "probability").c_str()) - 1 / sum) < 2e-6);
    }
    CHECK(field(results[0], "image") == std::to_string(i));
    CHECK(field(results[0], "label") == std::to_string(test_images().labels[i]));
    CHECK(field(results[1], "image") == "image.pgm");
    CHECK(field(results[1], "label") == "");
    CHECK(contains(outcome.out,
                   "> " + std::to_string(best) + " " + class_name("fashion", static_cast<std::size_t>(best))));
    CHECK(contains(outcome.out, "resized to fit"));
  }
}

TEST_CASE(
    "predict: MNIST's preparation is for models of MNIST alone; there, where and how dark one draws is no matter") {
  TempFolder folder;
  const std::string fashion = trained(folder);
  write_text(folder / "ring.pgm", pgm(200, 200, ring(200)));
  CHECK(contains(bnlab_program({"predict", fashion, folder / "ring.pgm"}).out, "200 x 200, resized to fit"));

  // Whatever the folder is called: it is MNIST by its labels.
  for (const char* name : {"mnist", "raw", "fashion-mnist"}) {
    write_dataset(folder / name, labels_of("mnist", Part::training), labels_of("mnist", Part::test));
    const std::string model = folder / "digits";
    REQUIRE(bnlab_program({"train", "--quiet", "--epochs", "1", "--data", folder / name, "--save", model}).status == 0);
    CHECK(contains(bnlab_program({"predict", model, folder / "ring.pgm"}).out,
                   "200 x 200, prepared as MNIST's digits were"));
  }
}

TEST_CASE(
    "eval and predict: images of the set that a model was trained on, where they are; else it is said whose they are") {
  TempFolder folder;
  std::filesystem::create_directories(folder / "data");
  for (const char* name : {"fashion-mnist-sample", "fashion-mnist"}) {
    std::filesystem::create_directory_symlink(std::filesystem::absolute("data/fashion-mnist-sample"),
                                              folder / "data/" + name);
  }
  const std::string model = trained(folder, {"--data", folder / "data/fashion-mnist", "--norm", "batch"});
  CHECK(contains(bnlab_program({"eval", model}, folder.path()).out, "data      fashion-mnist: "));
  CHECK(contains(bnlab_program({"predict", model, "3"}, folder.path()).out, "image 3 of fashion-mnist: "));
  const Outcome other = bnlab_program({"eval", model, "--data", "data/fashion-mnist-sample"}, folder.path());
  CHECK(contains(other.out, "data      fashion-mnist: "));
  CHECK_FALSE(contains(other.out, "not on these images"));
  CHECK_FALSE(contains(bnlab_program({"eval", model}, folder.path()).out, "not on these images"));
  // Without the full set its sample is taken.
  std::filesystem::remove(folder / "data/fashion-mnist");
  CHECK(contains(bnlab_program({"eval", model}, folder.path()).out, "data      fashion-mnist: "));
}

TEST_CASE("predict: a file's name stays one word of one result line") {
  TempFolder folder;
  const std::string odd = folder / "my new\nline\ttab.pgm";
  const std::uint8_t* pixels = test_images().image(1);
  write_text(odd, pgm(28, 28, {pixels, pixels + 784}));
  const Outcome outcome = bnlab_program({"predict", "--quiet", trained(folder), odd});
  REQUIRE(outcome.results().size() == 1);
  CHECK(field(outcome.results()[0], "image") == "my_new_line_tab.pgm");
  CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 1);
}

TEST_CASE("a result that cannot be written is a failure, not silence") {
  if (!std::filesystem::exists("/dev/full")) {
    MESSAGE("there is no /dev/full here: not tried");
    return;
  }
  const Outcome outcome =
      run_program(program(), {"show"}, ".", {.in_child = [] { ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO); }});
  CHECK(outcome.status == 1);
  CHECK(contains(outcome.err, "standard output: cannot be written"));
}

TEST_CASE("predict: each thing that can be wrong ends with one line and status 1") {
  TempFolder folder;
  const std::string model = trained(folder);
  write_text(folder / "short.pgm", "P5 28 28 255\nabc");
  write_text(folder / "drawing.png", "\x89PNG\r\n\x1a\n and so on");
  write_text(folder / "words.pgm", "P2 two by two");
  write_text(folder / "film.pgm", "P5 28 28 255 ");
  std::filesystem::resize_file(folder / "film.pgm", 1ull << 40);  // all holes
  struct {
    Words words;
    const char* says;
  } const cases[] = {
      {{model, "10000"}, "10000: expected an image of fashion-mnist from 0 to 9999, or a file"},
      {{model, "99999999999999999999"}, "expected an image of fashion-mnist from 0 to 9999"},
      {{model, ""}, "expected a readable file"},
      {{model, folder / "film.pgm"}, "expected at most 1073741824 bytes for an image"},
      {{model, folder / "none.pgm"}, "none.pgm: expected a readable file"},
      {{model, folder / "short.pgm"}, "cut short"},
      {{model, folder / "drawing.png"}, "found a PNG; convert it"},
      {{model, folder / "words.pgm"}, "expected a width"},
      {{folder / "short.pgm", "0"}, "expected a safetensors file"},
      {{model, "0", "--data", folder / "nowhere"}, "expected a dataset folder"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.says);
    Words words = {"predict"};
    words.insert(words.end(), c.words.begin(), c.words.end());
    const Outcome outcome = bnlab_program(words);
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CAPTURE(outcome.err);
    CHECK(contains(outcome.err, c.says));
  }
}

TEST_CASE("show: images with numbers and class names, as many beside each other as fit; class balance of both parts") {
  const Outcome outcome = bnlab_program(
      {"show", "--data", "data/fashion-mnist-sample", "--part", "train", "--first", "10", "--count", "5"});
  CHECK(outcome.status == 0);
  CHECK(contains(outcome.out, "fashion-mnist: 10,000 training, 10,000 test images of 28 x 28"));
  CHECK(contains(outcome.out, "0 T-shirt/top        942     1,000"));
  const DatasetPair data = load_datasets("data/fashion-mnist-sample");
  for (std::size_t i = 10; i < 15; ++i) {
    CHECK(contains(outcome.out, std::to_string(i) + ": " + class_name(data.name, data.train.labels[i])));
  }
  CHECK_FALSE(contains(outcome.out, "15: "));
  CHECK_FALSE(contains(outcome.out, "\x1b"));
  std::istringstream stream(outcome.out);
  for (std::string line; std::getline(stream, line);) {
    CHECK(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }) <= 80);  // in UTF-8
  }
  const Outcome beyond = bnlab_program({"show", "--first", "10000"});
  CHECK(beyond.status == 1);
  CHECK(contains(beyond.err, "--first: expected a number from 0 to 9999, found 10000"));
}

TEST_CASE("show: 24-bit colours, 256 or none, as the terminal says, as NO_COLOR says, or as --colours says") {
  struct {
    std::vector<std::pair<std::string, std::string>> environment;
    const char *choice, *has, *lacks;
  } const cases[] = {
      {{{"COLORTERM", "truecolor"}}, "auto", "\x1b[38;2;", "\x1b[38;5;"},
      {{{"COLORTERM", "24bit"}}, "auto", "\x1b[38;2;", "\x1b[38;5;"},
      {{{"TERM", "xterm-256color"}}, "auto", "\x1b[38;5;", "\x1b[38;2;"},
      {{{"TERM", "xterm"}}, "auto", "@", "\x1b["},
      {{{"TERM", "dumb"}, {"COLORTERM", "truecolor"}}, "auto", "@", "\x1b["},
      {{{"COLORTERM", "truecolor"}, {"NO_COLOR", "1"}}, "auto", "@", "\x1b["},
      {{{"COLORTERM", "truecolor"}}, "none", "@", "\x1b["},
      {{{"COLORTERM", "truecolor"}}, "256", "\x1b[38;5;", "\x1b[38;2;"},
      {{{"NO_COLOR", "1"}}, "24bit", "\x1b[38;2;", "\x1b[38;5;"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.choice);
    CAPTURE(c.has);
    const Outcome outcome = run_program(program(), {"show", "--count", "2", "--colours", c.choice}, ".",
                                        {.terminal = true, .environment = c.environment});
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.out, c.has));
    CHECK_FALSE(contains(outcome.out, c.lacks));
  }
  CHECK_FALSE(contains(bnlab_program({"show"}).out, "\x1b"));  // into a pipe
}

}  // namespace bnlab::testing::images_test

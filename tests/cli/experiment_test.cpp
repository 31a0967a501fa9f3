// bnlab experiment from outside: what it prints and writes, that finished runs are kept and only those used again which
// are the same, and that it can be stopped at any time.
#include <csignal>
#include <set>

#include "program.hpp"

namespace bnlab::testing::experiment_test {

namespace {

// A folder of IDX files with random images, whose label a bright row shows.
void write_images(const std::string& folder, std::size_t train, std::size_t test, std::size_t height, std::size_t width,
                  std::uint32_t classes, std::uint64_t seed = 1) {
  std::filesystem::create_directories(folder);
  Random random(seed, "images");
  const auto byte = [](std::size_t n) { return std::string(1, static_cast<char>(n)); };
  const auto number = [&](std::size_t n) { return byte(0) + byte(0) + byte(n / 256) + byte(n % 256); };
  for (const auto& [part, count] : {std::pair{"/train", train}, {"/t10k", test}}) {
    std::string pixels = std::string("\0\0\x08\x03", 4) + number(count) + number(height) + number(width);
    std::string labels = std::string("\0\0\x08\x01", 4) + number(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t label = static_cast<std::uint32_t>(i) % classes;
      labels += byte(label);
      for (std::size_t p = 0; p < height * width; ++p) {
        pixels += byte(random.below(150) + (p / width == label % height ? 100 : 0));
      }
    }
    write_text(folder + part + "-images-idx3-ubyte", pixels);
    write_text(folder + part + "-labels-idx1-ubyte", labels);
  }
}

// The quick regularization experiment: 15 runs on 500 of these images.
struct Place : TempFolder {
  Place() { write_images(*this / "data", 520, 60, 4, 4, 3); }
  Words words(const Words& more = {}) const { return with(words_of("regularization"), more); }
  Words words_of(const std::string& experiment) const {
    return {"experiment", experiment, "--quick", "--data", *this / "data", "--out", *this / "out", "--quiet"};
  }
  std::string result(const std::string& name) const { return read_text(*this / ("out/" + name)); }
  std::size_t kept() const {
    std::size_t count = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(*this / "out/runs", none)) {
      count += entry.path().extension() == ".txt" ? 1 : 0;
    }
    return count;
  }
};

// Of the last line: "experiments count=1 dataset=… runs=15 new_runs=15 seeds=3 quick=yes cpu_seconds=…".
std::string last_line(const Outcome& outcome) {
  const std::size_t begin = outcome.out.rfind("experiments count=");
  return begin == std::string::npos ? "" : outcome.out.substr(begin - 1, outcome.out.size() - begin);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

}  // namespace

TEST_CASE("experiment list prints every claim, and needs no dataset") {
  TempFolder empty;
  const Outcome outcome = run_program(program(), {"experiment", "list"}, empty.path());
  CHECK(outcome.status == 0);
  for (const char* name : {"convergence\n", "learning-rate\n", "remedies\n"}) CHECK(contains(outcome.out, name));
  CHECK(contains(outcome.out, "Batch normalization allows much higher learning rates."));
  CHECK(std::filesystem::is_empty(empty.path()));
}

TEST_CASE("names that are unknown, missing, or several in one word are errors of usage, before anything is written") {
  const Place place;
  for (const Words& names : {Words{"nothing"},
                             {},
                             {"convergence, learning-rate"},
                             {""},
                             {"regularization", "nothing"},
                             {"all", "list"},
                             {"Regularization"},
                             {"regularization "}}) {
    Words words = with({"experiment"}, names);
    const Outcome outcome = bnlab_program(with(words, {"--data", place / "data", "--out", place / "out"}));
    CAPTURE(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, names.empty() ? "expected NAME..." : "convergence, learning-rate"));
    CHECK(!std::filesystem::exists(place / "out"));
  }
}

TEST_CASE("a first start makes all runs, the second none; results and charts are written") {
  const Place place;
  const Outcome first = bnlab_program(place.words());
  CAPTURE(first.err);
  CHECK(first.status == 0);
  CHECK(first.err == "");
  CHECK(field(last_line(first), "runs") == "15");
  CHECK(field(last_line(first), "new_runs") == "15");
  CHECK(field(last_line(first), "seeds") == "3");
  CHECK(field(last_line(first), "quick") == "yes");
  CHECK(place.kept() == 15);
  const std::string csv = place.result("results.csv"), json = place.result("experiment.json");
  CHECK(count_of(csv, "\n") == 16);
  CHECK(csv.starts_with("experiment,arm,point,x,rate,lr,seed,"));
  CHECK(count_of(csv, "regularization,\"batchnorm\",\"500\",500,shared,0.001,") == 3);
  CHECK(contains(json, "\"name\": \"regularization\""));
  CHECK(contains(place.result("regularization.svg"), "<svg"));

  const Outcome second = bnlab_program(place.words());
  CHECK(second.status == 0);
  CHECK(field(last_line(second), "runs") == "15");
  CHECK(field(last_line(second), "new_runs") == "0");
  CHECK(place.result("results.csv") == csv);
  CHECK(place.result("experiment.json") == json);

  const Outcome fresh = bnlab_program(place.words({"--fresh"}));
  CHECK(field(last_line(fresh), "new_runs") == "15");
  CHECK(place.kept() == 15);
  CHECK(place.result("results.csv") == csv);
}

TEST_CASE("quiet prints the verdict lines and the last one, and nothing else") {
  const Place place;
  const Outcome outcome = bnlab_program(place.words());
  CHECK(count_of(outcome.out, "\n") == 2);
  CHECK(contains(outcome.out, "verdict experiment=regularization verdict="));
  const std::set<std::string> verdicts = {"supported", "not-supported", "depends", "no-difference", "too-few-runs"};
  const std::string line = outcome.out.substr(0, outcome.out.find('\n'));
  CHECK(verdicts.contains(field(line, "verdict")));
  CHECK(field(line, "measure") == "test_loss");
  CHECK(field(line, "seeds") == "3");
  CHECK(field(line, "quick") == "yes");
  for (const char* name : {"effect", "low", "high"}) CHECK(!field(line, name).empty());
}

TEST_CASE("with everything printed: the plan before the runs, then chart, tables, verdict") {
  const Place place;
  Words words = place.words();
  words.pop_back();
  const Outcome outcome = bnlab_program(words);
  CHECK(outcome.status == 0);
  std::size_t last = 0;
  for (const char* part : {"Claim", "Hypothesis", "Measure", "Arms", "(quick)", "test loss: mean",
                           "With batch normalization the test loss was", "Quick: fewer seeds", "verdict experiment="}) {
    CAPTURE(part);
    const std::size_t at = outcome.out.find(part, last);
    REQUIRE(at != std::string::npos);
    last = at;
  }
  const Outcome on_terminal = run_program(program(), place.words({"--fresh"}), ".", {.terminal = true});
  CHECK(on_terminal.status == 0);
}

TEST_CASE("one thread and two write the same bytes, and so do runs that were kept in part") {
  const Place one, two;
  Words words = two.words({"--threads", "2"});
  for (std::string& word : words) {
    if (word == two / "data") word = one / "data";  // whose path is in experiment.json
  }
  CHECK(bnlab_program(one.words({"--threads", "1"})).status == 0);
  CHECK(bnlab_program(words).status == 0);
  CHECK(one.result("results.csv") == two.result("results.csv"));
  CHECK(one.result("experiment.json") == two.result("experiment.json"));
  CHECK(one.result("regularization.svg") == two.result("regularization.svg"));
}

TEST_CASE("other seeds, another dataset and other classes make new runs, and only those") {
  const Place place;
  bnlab_program(place.words());
  const Outcome more = bnlab_program(place.words({"--seeds", "4"}));
  CHECK(field(last_line(more), "new_runs") == "5");
  CHECK(contains(place.result("experiment.json"), " --seeds 4 "));
  const Outcome classes = bnlab_program(place.words({"--classes", "5"}));
  CHECK(field(last_line(classes), "new_runs") == "15");
  CHECK(contains(place.result("experiment.json"), " --classes 5"));
  CHECK(contains(place.result("experiment.json"), " --data " + place / "data"));
  write_images(place / "data", 520, 60, 4, 4, 3, 2);  // in the same folder, with the same names
  const Outcome images = bnlab_program(place.words());
  CHECK(field(last_line(images), "new_runs") == "15");
}

TEST_CASE("a kept run that was altered or cut is made again") {
  const Place place;
  bnlab_program(place.words());
  const std::string csv = place.result("results.csv");
  int i = 0;
  for (const auto& entry : std::filesystem::directory_iterator(place / "out/runs")) {
    const std::string text = read_text(entry.path().string());
    if (i == 0) write_text(entry.path().string(), text.substr(0, text.size() / 2));
    if (i == 1) write_text(entry.path().string(), "");
    if (i == 2) write_text(entry.path().string(), text.substr(0, text.find("value ")) + "value test_loss 7\nend\n");
    ++i;
  }
  const Outcome outcome = bnlab_program(place.words());
  CHECK(field(last_line(outcome), "new_runs") == "3");
  CHECK(place.result("results.csv") == csv);
}

TEST_CASE("earlier experiments of the folder stay in its files") {
  const Place place;
  bnlab_program(place.words());
  const Outcome outcome = bnlab_program(place.words_of("input-scale"));
  CHECK(outcome.status == 0);
  CHECK(field(last_line(outcome), "count") == "1");
  const std::string json = place.result("experiment.json");
  CHECK(json.find("\"name\": \"input-scale\"") < json.find("\"name\": \"regularization\""));
  CHECK(contains(place.result("results.csv"), "regularization,\"dropout\""));
  // Both at once: in the order of the table, and each once, whatever is said.
  const Outcome both = bnlab_program(with(place.words(), {"input-scale", "regularization"}));
  CHECK(field(last_line(both), "count") == "2");
  CHECK(field(last_line(both), "new_runs") == "0");
  CHECK(both.out.find("experiment=input-scale") < both.out.find("experiment=regularization"));
}

TEST_CASE("stopped by Ctrl-C it keeps what is finished, says so, and goes on from there") {
  const Place place;
  const Words words = place.words({"--seeds", "20", "--threads", "2"});  // 100 runs
  Words loud = words;
  std::erase(loud, "--quiet");
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::size_t before = place.kept();
    const auto stop_after_some_runs = [&](pid_t child, const std::string&) {
      for (int i = 0; i < 50000 && place.kept() < before + 3; ++i) ::usleep(1000);
      ::kill(child, signal);
    };
    const Outcome outcome = run_program(program(), loud, ".", {.meanwhile = stop_after_some_runs});
    CHECK(outcome.status == 128 + signal);
    CHECK(outcome.err == "");
    CHECK(contains(outcome.out, "Stopped. The finished runs are in"));
    CHECK(!contains(outcome.out, "verdict experiment="));
    CHECK(place.kept() >= before + 3);
    CHECK(place.kept() < 100);
  }
  const std::size_t kept = place.kept();
  const Outcome rest = bnlab_program(words);
  CHECK(rest.status == 0);
  CHECK(field(last_line(rest), "runs") == "100");
  CHECK(field(last_line(rest), "new_runs") == std::to_string(100 - kept));
  CHECK(count_of(place.result("results.csv"), "\n") == 101);
}

TEST_CASE("too few training images: which experiments need more is said before any run") {
  const Place place;
  const Outcome outcome = bnlab_program({"experiment", "all", "--data", place / "data", "--out", place / "out"});
  CHECK(outcome.status == 1);
  CHECK(one_line(outcome.err));
  CAPTURE(outcome.err);
  CHECK(contains(outcome.err, "expected at least 6,000 training images for learning-rate, activation,"));
  CHECK(contains(outcome.err, "found 520 in "));
  CHECK(contains(outcome.err, "--quick"));
  CHECK(!std::filesystem::exists(place / "out"));
}

TEST_CASE("datasets that are tiny, not square, in colour, or of 2 or 12 classes") {
  const TempFolder folder;
  write_images(folder / "tiny", 60, 7, 4, 4, 10);
  write_images(folder / "wi de", 64, 20, 3, 7, 2);
  write_images(folder / "many", 120, 24, 12, 2, 12);
  std::filesystem::create_directory(folder / "colours");
  for (const char* name : {"/data_batch_1.bin", "/test_batch.bin"}) {
    std::string records;
    for (int i = 0; i < 4; ++i) records += std::string(1, static_cast<char>(i)) + std::string(3072, "kxQz"[i]);
    write_text(folder / "colours" + name, records);
  }
  for (const char* name : {"tiny", "wi de", "many", "colours"}) {
    CAPTURE(name);
    const Outcome outcome =
        bnlab_program({"experiment", "input-scale", "--quick", "--quiet", "--data", folder / name, "--out",
                       folder / "out", "--classes", std::string(name) == "many" ? "12" : "auto"});
    CAPTURE(outcome.err);
    CHECK(outcome.status == 0);
    CHECK(field(last_line(outcome), "new_runs") == "42");
    CHECK(contains(outcome.out, "verdict experiment=input-scale verdict="));
    CHECK(!contains(outcome.out, "nan"));
    if (std::string(name) == "wi de") CHECK(contains(read_text(folder / "out/experiment.json"), "/wi de'"));
  }
}

TEST_CASE("a folder that cannot be written, and outputs that are inputs, are refused before any run") {
  const Place place;
  write_text(place / "file", "mine");
  Words words = place.words();
  for (std::string& word : words) {
    if (word == place / "out") word = place / "file/out";
  }
  const Outcome unwritable = bnlab_program(words);
  CHECK(unwritable.status == 1);
  CHECK(one_line(unwritable.err));
  CHECK(read_text(place / "file") == "mine");
  // One of the outputs is a link to the training images, also a chart of an earlier experiment.
  const std::string file = place / "data/train-images-idx3-ubyte", images = read_text(file);
  std::filesystem::create_directory(place / "out");
  for (const char* name : {"out/results.csv", "out/experiment.json", "out/regularization.svg", "out/smoothness.svg"}) {
    std::filesystem::create_symlink(file, place / name);
    const Outcome link = bnlab_program(place.words());
    CAPTURE(link.err);
    CHECK(link.status == 2);
    CHECK(one_line(link.err));
    CHECK(read_text(file) == images);
    CHECK(place.kept() == 0);
    std::filesystem::remove(place / name);
  }
}

}  // namespace bnlab::testing::experiment_test

// The whole program as part of a host that has chosen a locale with a decimal comma: the same results, the same files.
#include "../decimal_comma.hpp"
#include "program.hpp"

namespace bnlab::testing::locale_test {

namespace {

// Without "seconds=1.234", which differs from run to run; of a CSV without its last column, if that is such a time.
std::string without_seconds(const std::string& text, bool last_column) {
  std::string result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (last_column) line.erase(line.rfind(','));
    result += line.substr(0, line.find(" seconds=")) + "\n";
  }
  return result;
}

}  // namespace

TEST_CASE("locale: results, model, checkpoint, log, history and logits do not depend on the host's locale") {
  const DecimalComma german(false);
  const TempFolder folder;
  const auto run = [&](const std::vector<std::string>& words) {
    const Outcome usual = run_program(program(), words, folder / "usual");
    Circumstances circumstances;
    circumstances.environment = {{"LC_ALL", german.name()}, {"LOCPATH", german.locpath()}};
    if (german.locpath().empty()) circumstances.environment.pop_back();
    const Outcome other = run_program(program("BNLAB_IN_LOCALE"), words, folder / "other", circumstances);
    CHECK(usual.status == 0);
    CHECK(other.status == 0);
    CHECK(other.err == "");
    CHECK(other.results().size() == 1 + (words[0] == "compare"));
    std::string lines;
    for (const std::string& line : other.results()) lines += line + "\n";
    std::string expected;
    for (const std::string& line : usual.results()) expected += line + "\n";
    CHECK(without_seconds(lines, false) == without_seconds(expected, false));
  };
  for (const char* name : {"usual", "other"}) std::filesystem::create_directory(folder / name);
  const std::string data = std::filesystem::absolute("data/fashion-mnist-sample").string();
  run({"train",  "--data", data,    "--limit",      "300",        "--epochs", "1",      "--hidden",
       "16",     "--norm", "batch", "--dropout",    "0.25",       "--lr",     "0.0125", "--bn-eps",
       "0.0025", "--save", "model", "--checkpoint", "checkpoint", "--log",    "log.csv"});
  run({"train", "--data", data, "--resume", "checkpoint", "--epochs", "2", "--checkpoint", "checkpoint", "--log",
       "log.csv", "--save", "resumed"});
  run({"eval", "model", "--data", data, "--logits", "logits.npy"});
  run({"predict", "model", "7", "--data", data});
  run({"compare", "--data", data, "--limit", "300", "--epochs", "1", "--hidden", "16", "--dropout", "0.25", "--out",
       "out"});
  for (const char* file : {"model", "checkpoint", "log.csv", "resumed", "logits.npy", "out/plain.safetensors",
                           "out/batchnorm.safetensors", "out/history.csv"}) {
    CAPTURE(file);
    const bool history = std::string(file).ends_with("history.csv");
    const std::string expected = read_text(folder / "usual/" + file);
    CHECK(expected != "");
    if (history) {
      CHECK(without_seconds(read_text(folder / "other/" + file), true) == without_seconds(expected, true));
    } else {
      CHECK(read_text(folder / "other/" + file) == expected);
    }
  }
}

}  // namespace bnlab::testing::locale_test

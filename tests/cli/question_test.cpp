// compare: each question has its results in a folder of its own.
#include <algorithm>
#include <map>
#include <set>

#include "program.hpp"
#include "sample.hpp"

namespace bnlab::testing::question_test {

namespace {

using Words = std::vector<std::string>;
namespace fs = std::filesystem;

// "data/…", as --help says.
std::string default_data() {
  const std::string help = bnlab_program({"compare", "--help"}).out;
  const std::string before = "(default data/";
  const std::size_t begin = help.find(before) + before.size();
  return "data/" + help.substr(begin, help.find_first_of(";)", begin) - begin);
}

// A folder with the default images, in which `make run` has been.
class Workplace : public TempFolder {
 public:
  Workplace() {
    fs::create_directory(*this / "data");
    cut_sample(*this / default_data());
    fs::copy(*this / default_data(), *this / "data/others");
    std::string labels = read_text(*this / "data/others/train-labels-idx1-ubyte");
    labels[8] = labels[8] == 1 ? 2 : 1;
    write_text(*this / "data/others/train-labels-idx1-ubyte", labels);
    REQUIRE(compare({}).status == 0);
    plain_ = content("build/run");
    REQUIRE(plain_.size() == 4);
  }

  Outcome compare(Words words) const {
    words.insert(words.begin(), {"compare", "--threads", "1"});
    return bnlab_program(words, path());
  }

  std::map<std::string, std::string> content(const std::string& folder) const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(*this / folder)) {
      files[entry.path().filename().string()] = read_text(entry.path().string());
    }
    return files;
  }

  bool results_of_make_run_are_as_they_were() const { return content("build/run") == plain_; }

 private:
  std::map<std::string, std::string> plain_;
};

// The folder that the output names.
std::string folder_in(const std::string& out) {
  const std::string before = "history.csv are in ";
  const std::size_t at = out.find(before);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + before.size();
  return out.substr(begin, out.find(".\n", begin) - begin);
}

const Words kShort = {"--limit", "300", "--epochs", "1", "--hidden", "8"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("compare: with settings of its own it leaves the results of make run, and says where its own are") {
  const Workplace place;
  const std::vector<std::pair<Words, std::string>> cases = {
      {{"--seed", "2"}, "-seed-2"},
      {{"--norms", "batch,layer"}, "-norms-batch,layer"},
      {{"--norms", "batch,none"}, "-norms-batch,none"},
      {{"--optimizer", "sgd"}, "-optimizer-sgd"},
      {{"--optimizer", "sgd", "--momentum", "0.9", "--nesterov"}, "-optimizer-sgd-momentum-0.9-nesterov"},
      {{"--optimizer", "sgd", "--lr", "0.1"}, "-optimizer-sgd"},  // its default
      {{"--lr", "1e-4"}, "-lr-0.0001"},
      {{"--weight-decay", "0.5"}, "-weight-decay-0.5"},
      {{"--activation", "leaky-relu"}, "-activation-leaky-relu"},
      {{"--bn-eps", "1e-3"}, "-bn-eps-0.001"},
      {{"--dropout", "0.25"}, "-dropout-0.25"},
      {{"--shuffle", "off"}, "-shuffle-off"},
      {{"--validation", "0"}, "-validation-0"},
      {{"--batch", "32"}, "-batch-32"},
      {{"--data", "data/others"}, "-others"},
  };
  std::set<std::string> folders;
  for (const auto& entry : cases) {
    const std::string& name = entry.second;
    CAPTURE(name);
    const Outcome outcome = place.compare(with(kShort, entry.first));
    CHECK(outcome.status == 0);
    const std::string folder = folder_in(outcome.out);
    CAPTURE(folder);
    CHECK(folder.starts_with("build/run-"));
    CHECK(contains(folder, name));
    CHECK(contains(folder, "-limit-300"));
    CHECK(contains(folder, "-hidden-8"));
    REQUIRE(fs::is_directory(place / folder));
    CHECK(place.content(folder).size() == 4);
    CHECK(place.results_of_make_run_are_as_they_were());
    folders.insert(folder);
  }
  CHECK(folders.size() == cases.size() - 1);  // the same question has the same folder
}

TEST_CASE("compare: the plain question is the plain question however it is put") {
  const Workplace place;
  for (const Words& words : {Words{"--data", "./" + default_data() + "/"}, Words{"--seed", "1", "--optimizer", "adam"},
                             Words{"--lr", "1e-3", "--quiet"}, Words{"--threads", "2"}, Words{"--norms=none,batch"}}) {
    CAPTURE(words[0]);
    fs::remove_all(place / "build");
    CHECK(place.compare(words).status == 0);
    CHECK(fs::exists(place / "build/run/history.csv"));
    CHECK(std::distance(fs::directory_iterator(place / "build"), fs::directory_iterator()) == 1);
  }
}

TEST_CASE("compare: a folder's name stays short and plain, and differs all the same") {
  const Workplace place;
  std::set<std::string> names;
  for (const char* widths : {"11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38",
                             "11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,39"}) {
    const Outcome outcome = place.compare({"--limit", "300", "--epochs", "1", "--hidden", widths});
    CHECK(outcome.status == 0);
    names.insert(folder_in(outcome.out));
  }
  CHECK(names.size() == 2);
  for (const std::string& name : names) {
    CHECK(name.size() < 130);
    CHECK(name.find_first_of(" $'\"*?&;|<>()\\\n") == std::string::npos);
  }
  fs::copy(place / "data/others", place / "data/a $b;c");
  const Outcome outcome = place.compare(with(kShort, {"--data", "data/a $b;c"}));
  CHECK(outcome.status == 0);
  CHECK(folder_in(outcome.out).find_first_of(" $;") == std::string::npos);
}

TEST_CASE("compare: --out is written as named; where results of other settings were, it says so") {
  const Workplace place;
  const std::string remark = "They replace results of other settings that were there.";
  const auto compare = [&](const Words& more) { return place.compare(with(with(kShort, {"--out", "mine"}), more)); };
  CHECK_FALSE(contains(compare({}).out, remark));
  CHECK_FALSE(contains(compare({}).out, remark));
  CHECK_FALSE(contains(compare({"--threads", "2"}).out, remark));
  const Outcome other = compare({"--seed", "2"});
  CHECK(other.status == 0);
  CHECK(contains(other.out, remark));
  CHECK(contains(read_text(place / "mine/settings.txt"), "\nseed 2\n"));
  CHECK_FALSE(contains(compare({"--seed", "2"}).out, remark));
  CHECK(contains(compare({"--seed", "2", "--data", "data/others"}).out, remark));
  write_text(place / "mine/settings.txt", std::string(100'000, 'x'));
  CHECK(contains(compare({}).out, remark));
  CHECK(place.results_of_make_run_are_as_they_were());
}

TEST_CASE("compare: settings.txt says what decided the results, and nothing of the machine") {
  const Workplace place;
  const std::string text = read_text(place / "build/run/settings.txt");
  for (const char* line :
       {"seed 1\n", "epochs 5\n", "hidden 512\n", "norms none,batch\n", "optimizer adam\n", "lr 0.001\n"}) {
    CAPTURE(line);
    CHECK(contains(text, line));
  }
  for (const char* word : {"threads", "\nout ", "quiet", "/"}) CHECK_FALSE(contains(text, word));
}

TEST_CASE("make run: its results are where docs/pytorch.md expects them; of other images, and in double, elsewhere") {
  const auto command = [](const std::string& variables) {
    return run_program("/bin/sh", {"-c", "env -u MAKEFLAGS -u MAKELEVEL make -n run BUILD=build " + variables}).out;
  };
  CHECK(contains(command("PRECISION=float"), "build/bnlab compare --out build/run\n"));
  CHECK(contains(command("PRECISION=float DATASET=mnist"), "compare --data data/mnist --out build/run-mnist\n"));
  CHECK(contains(command("PRECISION=double"), "build/double/bnlab compare --out build/double/run\n"));
  CHECK(contains(read_text("docs/pytorch.md"), "\"build/run/batchnorm.safetensors\""));
}

}  // namespace bnlab::testing::question_test

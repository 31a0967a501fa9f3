// compare: each question has its results in a folder of its own.
#include <sys/resource.h>

#include <algorithm>
#include <map>
#include <set>

#include "program.hpp"
#include "sample.hpp"

namespace bnlab::testing::question_test {

namespace {

namespace fs = std::filesystem;

// "data/…", as --help says.
std::string default_data() {
  const std::string help = bnlab_program({"compare", "--help"}).out;
  const std::string before = "(default data/";
  const std::size_t begin = help.find(before) + before.size();
  return "data/" + help.substr(begin, help.find_first_of(";)", begin) - begin);
}

const std::string kRun = kDouble ? "build/double/run" : "build/run";

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
    plain_ = content(kRun);
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

  bool results_of_make_run_are_as_they_were() const { return content(kRun) == plain_; }

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
    CHECK(folder.starts_with(kRun + "-"));
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
    CHECK(fs::exists(place / kRun + "/history.csv"));
    CHECK(std::distance(fs::directory_iterator(fs::path(place / kRun).parent_path()), fs::directory_iterator()) == 1);
  }
}

TEST_CASE("compare: images of the same name, or with the same labels, have folders of their own") {
  const Workplace place;
  const std::string others = place / "data/others";
  const auto change = [&](const char* file, std::size_t at) {
    const std::string path = others + "/" + file;
    std::string bytes = read_text(path);
    bytes[at] = bytes[at] == 1 ? 2 : 1;
    write_text(path, bytes);
  };
  std::map<std::string, std::map<std::string, std::string>> results;
  const auto check_own_folder = [&] {
    const Outcome outcome = place.compare(with(kShort, {"--data", "data/others"}));
    REQUIRE(outcome.status == 0);
    const std::string folder = folder_in(outcome.out);
    CAPTURE(folder);
    CHECK(folder.starts_with(kRun + "-others-"));
    CHECK_FALSE(results.contains(folder));
    for (const auto& entry : results) CHECK(place.content(entry.first) == entry.second);
    results[folder] = place.content(folder);
    CHECK(place.compare(with(kShort, {"--data", "data/others"})).status == 0);  // the same question
    CHECK(std::distance(fs::directory_iterator(fs::path(place / folder).parent_path()), fs::directory_iterator()) ==
          static_cast<std::ptrdiff_t>(results.size()) + 1);
    results[folder] = place.content(folder);  // other seconds
  };
  check_own_folder();
  change("train-labels-idx1-ubyte", 8 + 599);
  check_own_folder();
  for (const std::size_t image : {0u, 9u, 10u, 599u}) {
    change("train-images-idx3-ubyte", 16 + 784 * image + 400);
    check_own_folder();
  }
  change("t10k-labels-idx1-ubyte", 8 + 99);
  check_own_folder();
  change("t10k-images-idx3-ubyte", 16 + 784 * 99 + 783);
  check_own_folder();
  CHECK(place.results_of_make_run_are_as_they_were());
}

TEST_CASE("compare: where the usual folder holds another question all the same, the next free one is taken") {
  const Workplace place;
  std::string labels = read_text(place / default_data() + "/train-labels-idx1-ubyte");
  labels[8 + 3] = labels[8 + 3] == 1 ? 2 : 1;
  write_text(place / default_data() + "/train-labels-idx1-ubyte", labels);
  CHECK(folder_in(place.compare({"--quiet"}).out) == "");  // says only its results
  CHECK(place.results_of_make_run_are_as_they_were());
  CHECK(place.content(kRun + "-2").size() == 4);
  CHECK(folder_in(place.compare({}).out) == kRun + "-2");
  // Of a version whose settings.txt had other lines.
  write_text(place / kRun + "-2/settings.txt", "seed 1\n");
  CHECK(folder_in(place.compare({}).out) == kRun + "-3");
  CHECK(read_text(place / kRun + "-2/settings.txt") == "seed 1\n");
  CHECK(place.results_of_make_run_are_as_they_were());
}

TEST_CASE("compare: results that are not whole have no settings.txt, and their folder is taken again") {
  const Workplace place;
  const auto compare = [&](const Words& more, const Circumstances& circumstances = {}) {
    Words words = with({"compare", "--threads", "1"}, with(kShort, more));
    return run_program(program(), words, place.path(), circumstances);
  };
  const std::string folder = folder_in(compare({}).out);
  REQUIRE(place.content(folder).size() == 4);
  // A file may not be larger than the first, so that the second cannot be written.
  const std::uintmax_t size = fs::file_size(place / folder + "/plain.safetensors");
  REQUIRE(fs::file_size(place / folder + "/batchnorm.safetensors") > size);
  const Circumstances limited = {.in_child = [size] {
    const rlimit limit{size, size};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }};
  const Outcome failed = compare({"--out", folder, "--seed", "2"}, limited);
  CHECK(failed.status == 1);
  CHECK(contains(failed.err, "batchnorm.safetensors: cannot be written"));
  CHECK_FALSE(fs::exists(place / folder + "/settings.txt"));
  CHECK(folder_in(compare({}).out) == folder);
  CHECK(place.content(folder).size() == 4);
}

TEST_CASE("compare: a link to settings.txt, or to the model of a run that diverges, stays a link") {
  const Workplace place;
  fs::create_directory(place / "mine");
  for (const char* name : {"plain.safetensors", "settings.txt"}) {
    write_text(place / std::string("target of ") + name, "old");
    fs::create_symlink(std::string("../target of ") + name, place / "mine/" + name);
  }
  const Words diverging = {"--out", "mine", "--optimizer", "sgd", "--lr", kDouble ? "1e100" : "1e6"};
  const Outcome outcome = place.compare(with(kShort, diverging));
  REQUIRE(contains(outcome.out, "plain: the loss became non-finite"));
  for (const char* name : {"plain.safetensors", "settings.txt"}) {
    CHECK(fs::is_symlink(place / "mine/" + name));
  }
  CHECK_FALSE(fs::exists(place / "target of plain.safetensors"));
  CHECK(contains(read_text(place / "target of settings.txt"), "\nseed 1\n"));
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
  const std::string remark = "They replace results of other settings or images that were there.";
  const auto compare = [&](const Words& more) { return place.compare(with(with(kShort, {"--out", "mine"}), more)); };
  CHECK_FALSE(contains(compare({}).out, remark));
  CHECK_FALSE(contains(compare({}).out, remark));
  CHECK_FALSE(contains(compare({"--threads", "2"}).out, remark));
  const Outcome other = compare({"--seed", "2"});
  CHECK(other.status == 0);
  CHECK(contains(other.out, remark));
  const std::size_t warned = other.out.find("The results of other settings or images in mine will be replaced.");
  CHECK(warned < other.out.find("McNemar"));  // before training
  CHECK(contains(read_text(place / "mine/settings.txt"), "\nseed 2\n"));
  CHECK_FALSE(contains(compare({"--seed", "2"}).out, remark));
  CHECK(contains(compare({"--seed", "2", "--data", "data/others"}).out, remark));
  write_text(place / "mine/settings.txt", std::string(100'000, 'x'));
  CHECK(contains(compare({}).out, remark));
  CHECK(place.results_of_make_run_are_as_they_were());
}

TEST_CASE("compare: settings.txt says what decided the results, and nothing of the machine") {
  const Workplace place;
  const std::string text = read_text(place / kRun + "/settings.txt");
  for (const char* line :
       {"seed 1\n", "epochs 5\n", "hidden 512\n", "norms none,batch\n", "optimizer adam\n", "lr 0.001\n"}) {
    CAPTURE(line);
    CHECK(contains(text, line));
  }
  for (const char* word : {"threads", "\nout ", "quiet", "/"}) CHECK_FALSE(contains(text, word));
}

TEST_CASE("make run: its results are where docs/pytorch.md expects them; of other images, and in double, elsewhere") {
  const auto command = [](const std::string& variables) {
    return run_program("/bin/sh", {"-c", "env -u MAKEFLAGS -u MAKELEVEL make -n run BUILD=build DEBUG=0 " + variables})
        .out;
  };
  CHECK(contains(command("PRECISION=float"), "build/bnlab compare --out build/run\n"));
  CHECK(contains(command("PRECISION=float DATASET=mnist"), "compare --data data/mnist --out build/run-mnist\n"));
  CHECK(contains(command("PRECISION=double"), "build/double/bnlab compare --out build/double/run\n"));
  CHECK(contains(read_text("docs/pytorch.md"), "\"build/run/batchnorm.safetensors\""));
}

}  // namespace bnlab::testing::question_test

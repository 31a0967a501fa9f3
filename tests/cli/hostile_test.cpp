// Text from files, names and the command line is data: whatever it holds, the program prints clean lines of bounded
// length, no result line that it did not make, and one line for what is wrong.
#include <sys/resource.h>
#include <unistd.h>

#include <set>

#include "bnlab/core/shown.hpp"
#include "bnlab/data/safetensors.hpp"
#include "program.hpp"

namespace bnlab::testing::hostile_test {

namespace {

namespace fs = std::filesystem;

const std::string kForged = "x\nresult model=plain dataset=x seed=1 test_accuracy=1.0";

// What a name or a metadata entry may hold.
Words hostile_texts() {
  return {kForged,
          "dataset=x test_accuracy=1.0",
          "\xc2\xa0test_accuracy=1.0",  // after a space that only some programs split at
          "\x1b[2J\x1b]0;title\x07\r",  // clears the screen, renames the window
          "\x9b"
          "31m",  // C1 as a byte
          "\xc2\x9b"
          "31m\xc2\x85",  // and encoded
          "\xe2\x80\xae"
          "lebal\xe2\x80\xa8next",  // reverses the direction; a separator of lines
          "\xff\xfe\xc3",           // no text at all
          "%s%n%1000000d",
          "\"quoted' `name`",
          "..",
          std::string(250, 'n')};
}

// As hostile_texts(), and what only a file can hold.
Words hostile_entries() {
  Words texts = hostile_texts();
  texts.insert(texts.end(),
               {"", std::string("a\0\nb", 4), "../" + kForged, std::string(1'000'000, '\x9b'), std::string(300, 'x')});
  return texts;
}

Words lines_of(const std::string& text) {
  Words lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// Every line as it may be printed; every result line with each of its fields once, and those only.
void check_clean(const Outcome& outcome) {
  static const std::set<std::string> known = {"model",      "dataset",       "seed",
                                              "epochs",     "train_loss",    "train_accuracy",
                                              "image",      "test_loss",     "diverged_at_step",
                                              "prediction", "test_accuracy", "validation_accuracy",
                                              "label",      "seconds",       "stopped_at_step",
                                              "probability"};
  CAPTURE(shown(outcome.err, 2000));
  CHECK(outcome.status <= 2);
  const bool quiet_error = outcome.status == 0 && outcome.err.empty();
  CHECK((quiet_error || (outcome.status != 0 && one_line(outcome.err))));
  CHECK(outcome.err.size() < 1500);
  for (const std::string& line : lines_of(outcome.out + outcome.err)) {
    CAPTURE(shown(line, 2000));
    CHECK(shown(line, line.size()) == line);
    CHECK(line.size() < 1500);
  }
  for (const std::string& line : outcome.results()) {
    std::set<std::string> seen;
    std::istringstream fields(line.substr(7));
    for (std::string one; fields >> one;) {
      CAPTURE(one);
      const std::string name = one.substr(0, one.find('='));
      CHECK(known.contains(name));
      CHECK(seen.insert(name).second);
      CHECK(std::count(one.begin(), one.end(), '=') == 1);
      CHECK(one.size() > name.size() + 1);
    }
    CHECK(field(line, "test_accuracy") != "1.0");
  }
}

// Four images of 2 x 2.
void write_dataset(const std::string& folder) {
  fs::create_directories(folder);
  for (const char* part : {"train", "t10k"}) {
    write_text(folder + "/" + part + "-images-idx3-ubyte",
               std::string("\0\0\x08\x03\0\0\0\4\0\0\0\2\0\0\0\2", 16) + "0123456789abcdef");
    write_text(folder + "/" + part + "-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\4\0\1\2\3", 12));
  }
}

const Words kTiny = {"--validation", "0", "--epochs", "1", "--threads", "1"};

// A dataset, and a model and a checkpoint that were trained on it.
struct Workshop {
  TempFolder folder;
  std::string data = folder / "set";
  std::string model = folder / "model";
  std::string checkpoint = folder / "checkpoint";

  Workshop() {
    write_dataset(data);
    const Words train = {"train", "--quiet", "--norm", "batch", "--hidden", "3", "--data", data, "--save", model};
    REQUIRE(bnlab_program(with(with(train, kTiny), {"--checkpoint", checkpoint})).status == 0);
  }
};

}  // namespace

TEST_CASE("hostile: a dataset's folder may be called anything; its results are one line with its fields once") {
  for (const std::string& name : hostile_texts()) {
    if (name == "..") continue;  // no name of a folder
    CAPTURE(shown(name));
    TempFolder folder;
    const std::string data = folder / name;
    write_dataset(data);
    const std::string model = folder / "model";
    const Outcome trained =
        bnlab_program(with({"train", "--hidden", "3", "--norm", "batch", "--data", data, "--save", model}, kTiny));
    CHECK(trained.status == 0);
    check_clean(trained);
    REQUIRE(trained.results().size() == 1);
    CHECK(field(trained.results()[0], "dataset") == one_word(name));
    const Words on_it = {"--data", data};
    for (const Words& words : {Words{"eval", model}, Words{"predict", model, "0", "1"}, Words{"show"},
                               Words{"fold", model, "--save", folder / "folded"}}) {
      const Outcome outcome = bnlab_program(words[0] == "fold" ? words : with(words, on_it));
      CAPTURE(words[0]);
      CHECK(outcome.status == 0);
      check_clean(outcome);
    }
    check_clean(bnlab_program(with(with({"compare", "--hidden", "3", "--out", folder / "out"}, on_it), kTiny)));
  }
}

TEST_CASE("hostile: every metadata entry of a model, whatever it holds") {
  const Workshop workshop;
  const TensorFile good = read_safetensors(workshop.model);
  const std::string path = workshop.folder / "hostile";
  for (const char* key : {"activation", "dataset", "dropout", "norm", "hidden", "format", "bn_eps", "a\nb"}) {
    for (const std::string& text : hostile_entries()) {
      CAPTURE(key);
      CAPTURE(shown(text));
      TensorFile file = good;
      file.metadata[key] = text;
      write_safetensors(path, file);
      check_clean(bnlab_program({"eval", path, "--data", workshop.data}));
      if (std::string(key) != "dataset" && std::string(key) != "activation") continue;
      check_clean(bnlab_program({"eval", path}));  // looks for the folder of that name
      check_clean(bnlab_program({"predict", path, "0", "--data", workshop.data}));
      check_clean(bnlab_program({"fold", path, "--save", workshop.folder / "folded"}));
      check_clean(bnlab_program(with({"train", "--init", path, "--data", workshop.data}, kTiny)));
    }
  }
}

TEST_CASE("hostile: names, types and shapes of tensors") {
  const Workshop workshop;
  const TensorFile good = read_safetensors(workshop.model);
  const std::string path = workshop.folder / "hostile";
  const auto check = [&](const TensorFile& file) {
    write_safetensors(path, file);
    for (const Words& words : {Words{"eval", path, "--data", workshop.data}, Words{"fold", path, "--save", path + "2"},
                               Words{"train", "--init", path, "--data", workshop.data}}) {
      const Outcome outcome = bnlab_program(words);
      CHECK(outcome.status == 1);
      check_clean(outcome);
    }
  };
  for (const std::string& name : hostile_entries()) {
    CAPTURE(shown(name));
    TensorFile file = good;
    file.tensors[name] = good.tensors.at("fc1.bias");
    check(file);
  }
  for (const std::string& type : {std::string("F32\x1b[2J"), std::string(100'000, 'F')}) {
    const std::string header =
        R"({"fc1.weight":{"dtype":)" + ("\"" + type + "\"") + R"(,"shape":[1],"data_offsets":[0,4]}})";
    const std::uint64_t length = header.size();
    write_text(path, std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + "1234");
    check_clean(bnlab_program({"eval", path}));
  }
  for (const std::size_t axes : {3u, 8u, 9u, 100'000u}) {
    TensorFile file = good;
    StoredTensor& weight = file.tensors["fc1.weight"];
    weight.shape.resize(axes, 1);
    CAPTURE(axes);
    check(file);
    file = good;
    file.tensors["fc2.bias"].shape.resize(axes, 1);
    check(file);
  }
}

TEST_CASE("hostile: every setting of a checkpoint") {
  const Workshop workshop;
  const std::string path = workshop.folder / "hostile";
  const TensorFile checkpoint = read_safetensors(workshop.checkpoint);
  for (const auto& entry : checkpoint.metadata) {
    const std::string key = entry.first;
    for (const std::string& text : {kForged, std::string("\x1b[2J\x9b"), std::string(100'000, 'z')}) {
      CAPTURE(key);
      TensorFile file = checkpoint;
      file.metadata[key] = text;
      write_safetensors(path, file);
      check_clean(bnlab_program({"train", "--resume", path, "--data", workshop.data}));
    }
  }
}

TEST_CASE("hostile: names of files, whether they are there or not, and words of the command line") {
  const Workshop workshop;
  const Words tiny = {"--data", workshop.data};
  for (const std::string& name : hostile_texts()) {
    CAPTURE(shown(name));
    const std::string path = workshop.folder / ("no/" + name);
    for (const Words& words :
         {Words{"eval", path}, Words{"train", "--data", path}, Words{"train", "--init", path}, Words{name},
          Words{"train", "--" + name}, Words{"train", name}, Words{"train", "--epochs", name}, Words{"help", name},
          Words{"train", "--activation=" + name}, Words{"train", "--resume", path},
          Words{"train", "--save", path + "/m"}, Words{"compare", "--out", "/dev/null/" + name},
          Words{"predict", workshop.model, path}, Words{"gradcheck", "--layer", "-" + name}, Words{"bench", name},
          Words{"eval", workshop.model, name},
          Words{"predict", workshop.model, "9" + std::string(10'000, '9'), "--data", workshop.data}}) {
      CAPTURE(words[0]);
      const Outcome outcome = bnlab_program(words);
      CHECK(outcome.status > 0);
      CHECK(outcome.results().empty());
      check_clean(outcome);
    }
  }
  for (const std::string& name : hostile_texts()) {
    if (name == ".." || name.size() > 200) continue;  // no file, or none beside whose name a temporary one fits
    CAPTURE(shown(name));
    const std::string path = workshop.folder / name;
    check_clean(bnlab_program(
        with(with({"train", "--save", path, "--checkpoint", path + "c", "--log", path + "l"}, tiny), kTiny)));
    check_clean(bnlab_program(with({"train", "--max-steps", "1", "--epochs", "2", "--batch", "2", "--validation", "0",
                                    "--save", path, "--checkpoint", path + "c", "--log", path + "l"},
                                   tiny)));
    check_clean(bnlab_program(with({"train", "--resume", path + "c", "--checkpoint", path + "c"}, tiny)));
    check_clean(bnlab_program(with({"eval", path, "--logits", path + ".npy"}, tiny)));
    check_clean(bnlab_program({"fold", path, "--save", path + "f"}));
    write_text(path + ".pgm", "P2 2 2 255 0 100 200 255\n");
    const Outcome seen = bnlab_program({"predict", workshop.model, path + ".pgm"});
    CHECK(seen.status == 0);
    check_clean(seen);
    check_clean(bnlab_program(with(with({"compare", "--hidden", "3", "--out", path + "d"}, tiny), kTiny)));
    // The second pair, and the command for it.
    fs::create_directory_symlink(workshop.data, path + "s");
    check_clean(bnlab_program(with({"compare", "--data", path + "s", "--out", path + "d"}, kTiny)));
  }
}

TEST_CASE("hostile: a network of very many layers is described in a line of usual length") {
  const Workshop workshop;
  std::string hidden = "2";
  for (int i = 0; i < 2000; ++i) hidden += ",2";
  const std::string model = workshop.folder / "deep";
  const Words words = {"train", "--hidden", hidden, "--data", workshop.data, "--save", model, "--max-steps", "1"};
  const Outcome trained = bnlab_program(with(words, kTiny));
  CHECK(trained.status == 0);
  check_clean(trained);
  CHECK(contains(trained.out, "(2001 hidden layers)"));
  check_clean(bnlab_program({"eval", model, "--data", workshop.data}));
}

TEST_CASE("hostile: paths that no system takes end in one line, whatever they are for") {
  for (const std::size_t length : {300u, 5000u, 100'000u}) {
    CAPTURE(length);
    const std::string name(length, 'n');
    for (const Words& words :
         {Words{"train", "--data", name}, Words{"eval", name}, Words{"train", "--init", name},
          Words{"train", "--resume", name}, Words{"train", "--save", name}, Words{"train", "--log", name},
          Words{"train", "--checkpoint", name, "--save", name + "2"}, Words{"compare", "--out", name},
          Words{"predict", name, "1"}, Words{"show", "--data", name}, Words{"show", "--data", "data/" + name}}) {
      CAPTURE(words[0]);
      const Outcome outcome = bnlab_program(words);
      CHECK(outcome.status == 1);
      CHECK(one_line(outcome.err));
      CHECK(outcome.err.size() < 11'000);
      CHECK_FALSE(contains(outcome.err, "unexpected problem"));
      CHECK_FALSE(contains(outcome.err, "filesystem error"));
    }
  }
}

TEST_CASE("hostile: a working directory that is gone is no reason for an exception") {
  const Workshop workshop;
  const std::string gone = workshop.folder / "gone";
  const Words tiny = with({"--data", workshop.data}, kTiny);
  for (const Words& words :
       {Words{"train", "--data", "set"}, Words{"show"}, Words{"eval", "model"},
        with({"train", "--save", "m", "--log", "l", "--checkpoint", "c"}, tiny), with({"compare"}, tiny)}) {
    fs::create_directory(gone);
    const Circumstances removed = {.in_child = [&gone] {
      if (::chdir(gone.c_str()) != 0 || ::rmdir(gone.c_str()) != 0) ::_exit(126);
    }};
    const Outcome outcome = run_program(program(), words, ".", removed);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 1);
    check_clean(outcome);
    CHECK_FALSE(contains(outcome.err, "unexpected problem"));
    CHECK_FALSE(contains(outcome.err, "filesystem error"));
  }
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BNLAB_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BNLAB_SANITIZED 1
#endif
#endif
#if !defined(BNLAB_SANITIZED) && defined(__linux__)  // the sanitizers take terabytes of addresses for themselves
TEST_CASE("hostile: what needs more memory than there is ends in one line that says so") {
  const Workshop workshop;
  const Circumstances little = {.in_child = [] {
    const rlimit limit{1 << 28, 1 << 28};
    ::setrlimit(RLIMIT_AS, &limit);
  }};
  const Words tiny = with({"--data", workshop.data, "--threads", "1"}, {"--validation", "0"});
  for (const Words& words : {with({"train", "--hidden", "65536,65536"}, tiny),
                             with({"compare", "--hidden", "65536,65536", "--out", workshop.folder / "out"}, tiny)}) {
    const Outcome outcome = run_program(program(), words, ".", little);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 1);
    check_clean(outcome);
    CHECK(contains(outcome.err, "not enough memory"));
  }
  write_text(workshop.folder / "large", "");
  fs::resize_file(workshop.folder / "large", std::size_t{1} << 29);  // all zeros, and no bytes on the disk
  for (const std::string part : {"train", "t10k"}) {
    const std::string images = workshop.data + "/" + part + "-images-idx3-ubyte";
    write_text(images, std::string("\0\0\x08\x03\0\0\0\4\0\0\x40\0\0\0\x20\0", 16));
    fs::resize_file(images, 16 + (std::size_t{1} << 29));
  }
  const Outcome outcome = run_program(program(), {"show", "--data", workshop.data}, ".", little);
  CAPTURE(outcome.err);
  CHECK(outcome.status == 1);
  CHECK(one_line(outcome.err));
  CHECK(contains(outcome.err, "not enough memory"));
}
#endif

}  // namespace bnlab::testing::hostile_test

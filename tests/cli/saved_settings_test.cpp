// The settings of a run in its checkpoint: by name and type, nothing else, nothing missing; and version 1, which kept
// flags.
#include "bnlab/core/random.hpp"
#include "bnlab/train/checkpoint.hpp"
#include "bnlab/train/model_file.hpp"
#include "program.hpp"
#include "sealed.hpp"

namespace bnlab::testing::saved_settings_test {

namespace {

// A dataset of 20 training and 10 test images of 3 x 3, always the same: that of golden/checkpoint_v1.safetensors.
void write_dataset(const std::string& folder) {
  std::filesystem::create_directory(folder);
  for (const auto& [part, count] : {std::pair{"train", 20}, {"t10k", 10}}) {
    const char n = static_cast<char>(count);
    std::string images = {0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 3, 0, 0, 0, 3};
    std::string labels = {0, 0, 8, 1, 0, 0, 0, n};
    for (int i = 0; i < 9 * count; ++i) images += static_cast<char>((37 * i * i + 11 * i + (i / 9) * 53) % 256);
    for (int i = 0; i < count; ++i) labels += static_cast<char>(7 * i % 10);
    write_text(folder + "/" + part + "-images-idx3-ubyte", images);
    write_text(folder + "/" + part + "-labels-idx1-ubyte", labels);
  }
}

// What that file was written with, but for its end after step 4 of 12.
const Words kRun = {"train",
                    "--quiet",
                    "--hidden",
                    "4",
                    "--norm",
                    "batch",
                    "--dropout",
                    "0.1",
                    "--batch",
                    "5",
                    "--epochs",
                    "3",
                    "--validation",
                    "0.2",
                    "--nesterov",
                    "--lr",
                    "0.05",
                    "--seed",
                    "1",
                    "--optimizer",
                    "sgd",
                    "--weight-decay",
                    "1e-3",
                    "--momentum",
                    "0.9"};

// Its settings: those that every checkpoint of version 2 has.
const std::map<std::string, std::string> kSettingsOfRun = {
    {"activation", "relu"}, {"adam_eps", "1e-8"},     {"batch", "5"},      {"bn_eps", "1e-5"},
    {"bn_momentum", "0.1"}, {"dropout", "0.1"},       {"epochs", "3"},     {"hidden", "4"},
    {"limit", "all"},       {"lr", "0.05"},           {"momentum", "0.9"}, {"nesterov", "on"},
    {"norm", "batch"},      {"optimizer", "sgd"},     {"seed", "1"},       {"shuffle", "on"},
    {"validation", "0.2"},  {"weight_decay", "0.001"}};

const char* const kFlagsOfRun =
    "--validation=0.2 --seed=1 --epochs=3 --batch=5 --hidden=4 --norm=batch --activation=relu --dropout=0.1 "
    "--optimizer=sgd --lr=0.05 --weight-decay=0.001 --shuffle=on --momentum=0.9 --nesterov ";

// The same checkpoint as version 1 has it.
TensorFile as_version_1(TensorFile file, const std::string& flags) {
  std::erase_if(file.metadata, [](const auto& entry) { return entry.first.starts_with("settings."); });
  file.metadata["checkpoint"] = "1";
  file.metadata["options"] = flags;
  return file;
}

// A folder with the dataset and a checkpoint of the run after step 4.
struct StoppedRun {
  StoppedRun(const Words& more = {}) {
    write_dataset(folder / "tiny");
    run = with(with(kRun, {"--data", folder / "tiny"}), more);
    REQUIRE(bnlab_program(with(run, {"--max-steps", "4", "--checkpoint", folder / "stopped"})).status == 0);
  }
  Outcome resume(const std::string& name, const Words& more = {}) const {
    return bnlab_program(with({"train", "--quiet", "--data", folder / "tiny", "--resume", folder / name}, more));
  }
  // Status 1 and one line.
  std::string error_of_resuming(const std::string& name) const {
    const Outcome outcome = resume(name, {"--save", folder / "never"});
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CHECK_FALSE(std::filesystem::exists(folder / "never"));
    return outcome.err;
  }

  TempFolder folder;
  Words run;
};

}  // namespace

TEST_CASE("saved settings: one metadata entry for each, with the value that the run has, given or not") {
  const StoppedRun stopped;
  const Metadata metadata = read_checkpoint(stopped.folder / "stopped").metadata;
  for (const char* name :
       {"data", "threads", "init", "save", "log", "checkpoint", "checkpoint_every", "max_steps", "resume"}) {
    CHECK_FALSE(metadata.contains(std::string("settings.") + name));
  }
  for (const auto& [name, text] : kSettingsOfRun) {
    const std::string key = "settings." + name;
    CAPTURE(key);
    REQUIRE(metadata.contains(key));
    CHECK(metadata.at(key) == text);
  }
  CHECK(metadata.at("checkpoint") == "2");
  CHECK_FALSE(metadata.contains("options"));
  CHECK(metadata.at("settings.init_method") == "default");
  CHECK(metadata.at("settings.init_scale") == "1");
}

TEST_CASE("saved settings: a missing one, an unknown one and a wrong value are refused, each by its name") {
  const StoppedRun stopped;
  const TensorFile good = read_checkpoint(stopped.folder / "stopped");
  for (const auto& [name, text] : kSettingsOfRun) {
    TensorFile bad = good;
    bad.metadata.erase("settings." + name);
    write_checkpoint(stopped.folder / "bad", bad);
    CHECK(contains(stopped.error_of_resuming("bad"), "corrupt: expected the setting '" + name + "', there is none"));
  }
  for (const std::string name : {"save", "log", "data", "help", "threads", "beta1", ""}) {
    TensorFile bad = good;
    bad.metadata["settings." + name] = stopped.folder / "stolen";
    write_checkpoint(stopped.folder / "bad", bad);
    CHECK(contains(stopped.error_of_resuming("bad"), "has a setting '" + name + "' that is unknown here"));
  }
  CHECK_FALSE(std::filesystem::exists(stopped.folder / "stolen"));
  struct {
    const char *name, *text, *expected;
  } const cases[] = {
      {"batch", "0", "from 1 to 4294967295, found '0'"},
      {"batch", "5 ", "from 1 to 4294967295, found '5 '"},
      {"batch", "", "from 1 to 4294967295, found ''"},
      {"limit", "1", "a whole number >= 2, found '1'"},
      {"seed", "-1", "a whole number >= 0, found '-1'"},
      {"lr", "nan", "a number > 0, found 'nan'"},
      {"lr", "0.1x", "a number > 0, found '0.1x'"},
      {"hidden", "4,0", "whole numbers from 1 to 65536, found '0'"},
      {"hidden", "4,", "whole numbers from 1 to 65536, found ''"},
      {"bn_momentum", "0", "a number in (0, 1], found '0'"},
      {"bn_eps", "-1", "a number > 0, found '-1'"},
      {"norm", "group", "found 'group'"},
      {"activation", "", "found ''"},
      {"optimizer", "lion", "found 'lion'"},
      {"shuffle", "yes", "on or off, found 'yes'"},
      {"nesterov", "true", "on or off, found 'true'"},
      {"place", "behind", "before or after, found 'behind'"},
      {"bias", "no", "on or off, found 'no'"},
      {"pixels", "central", "half, centred or standardized, found 'central'"},
      {"init_method", "he", "default, kaiming or xavier, found 'he'"},
      {"init_scale", "0", "a number > 0, found '0'"},
      {"dropout", "1", "a probability in [0, 1), found '1'"},
      {"validation", "1", "a fraction in [0, 1), found '1'"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CAPTURE(c.text);
    TensorFile bad = good;
    bad.metadata[std::string("settings.") + c.name] = c.text;
    write_checkpoint(stopped.folder / "bad", bad);
    const std::string error = stopped.error_of_resuming("bad");
    CHECK(contains(error, std::string("corrupt: expected the setting '") + c.name + "' to be "));
    CHECK(contains(error, c.expected));
  }
}

TEST_CASE("saved settings: flags and options of normalization that differ from the run's are wrong usage") {
  const StoppedRun stopped({"--bn-momentum", "0.3"});
  struct {
    Words words;
    const char* says;
  } const cases[] = {
      {{"--bn-momentum", "0.1"}, "--bn-momentum=0.1: the run of --resume"},
      {{"--bn-momentum", "0.1"}, "has --bn-momentum=0.3"},
      {{"--bn-eps", "0.1"}, "has --bn-eps=1e-5"},
      {{"--limit", "10"}, "has --limit=all"},
      {{"--shuffle", "off"}, "has --shuffle=on"},
      {{"--place", "after"}, "has --place=before"},
      {{"--bias", "off"}, "has --bias=on"},
      {{"--pixels", "centred"}, "has --pixels=half"},
      {{"--init-method", "xavier"}, "has --init-method=default"},
      {{"--init-scale", "2"}, "has --init-scale=1"},
  };
  for (const auto& c : cases) {
    const Outcome outcome = stopped.resume("stopped", c.words);
    CHECK(outcome.status == 2);
    CHECK(contains(outcome.err, c.says));
  }
  CHECK(stopped.resume("stopped", {"--bn-momentum", "0.30", "--bn-eps", "1e-5", "--nesterov"}).status == 0);
}

TEST_CASE("saved settings: a run with options of its own ends with the same bytes when it is resumed") {
  const Words own = {"--bn-momentum", "0.3",     "--bn-eps", "0.01",   "--init-method", "xavier",   "--init-scale",
                     "0.5",           "--place", "after",    "--bias", "off",           "--pixels", "centred"};
  const StoppedRun stopped(own);
  const auto files = [&](const std::string& name) {
    return Words{"--save", stopped.folder / (name + ".model"), "--checkpoint", stopped.folder / (name + ".checkpoint")};
  };
  REQUIRE(bnlab_program(with(stopped.run, files("whole"))).status == 0);
  REQUIRE(stopped.resume("stopped", files("resumed")).status == 0);
  for (const char* kind : {".model", ".checkpoint"}) {
    CHECK(read_text(stopped.folder / (std::string("whole") + kind)) ==
          read_text(stopped.folder / (std::string("resumed") + kind)));
  }
  StoppedRun usual;
  REQUIRE(bnlab_program(with(usual.run, {"--save", usual.folder / "model"})).status == 0);
  CHECK(read_text(usual.folder / "model") != read_text(stopped.folder / "whole.model"));
}

TEST_CASE("version 1: a stored checkpoint of the program that wrote them is resumed with the same result") {
  if (kDouble) return;  // it is of the build in float
  TempFolder folder;
  write_dataset(folder / "tiny");
  const Words words = {"train",         "--quiet",  "--data",
                       folder / "tiny", "--resume", "tests/golden/checkpoint_v1.safetensors"};
  const Outcome outcome = bnlab_program(with(words, {"--checkpoint", folder / "next"}));
  CHECK(outcome.err == "");
  REQUIRE(outcome.results().size() == 1);
  const std::string line = outcome.results()[0];
  // As the program of that time ended; the last digits depend on the processor.
  CHECK(std::atof(field(line, "train_loss").c_str()) == doctest::Approx(2.22154268).epsilon(1e-5));
  CHECK(std::atof(field(line, "test_loss").c_str()) == doctest::Approx(2.26909136).epsilon(1e-5));
  CHECK(read_checkpoint(folder / "next").metadata.at("checkpoint") == "2");
  CHECK(contains(bnlab_program(with(words, {"--lr", "0.1"})).err, "has --lr=0.05"));
}

TEST_CASE("version 1: resumed, it ends with the same bytes as version 2 and as the whole run") {
  const StoppedRun stopped;
  const TensorFile file = read_checkpoint(stopped.folder / "stopped");
  write_checkpoint(stopped.folder / "old", as_version_1(file, kFlagsOfRun));
  REQUIRE(
      bnlab_program(with(stopped.run, {"--save", stopped.folder / "whole", "--log", stopped.folder / "log"})).status ==
      0);
  for (const char* name : {"stopped", "old"}) {
    CAPTURE(name);
    const Words files = {"--save", stopped.folder / "model", "--checkpoint",
                         stopped.folder / name + std::string(".next")};
    REQUIRE(stopped.resume(name, files).status == 0);
    CHECK(read_text(stopped.folder / "model") == read_text(stopped.folder / "whole"));
  }
  CHECK(read_text(stopped.folder / "old.next") == read_text(stopped.folder / "stopped.next"));
}

TEST_CASE("version 1: its flags are those of a run and nothing else; they cannot name files to write") {
  const StoppedRun stopped;
  const TensorFile file = read_checkpoint(stopped.folder / "stopped");
  const std::string good = kFlagsOfRun, lr = "--lr=0.05 ";
  const std::string without_lr = std::string(good).erase(good.find(lr), lr.size());
  struct {
    std::string flags;
    const char* says;
  } const cases[] = {
      {good + "--save=" + (stopped.folder / "stolen"), "'--save' is no setting of a run"},
      {good + "--help", "'--help' is no setting of a run"},
      {"--data=x " + good, "'--data' is no setting of a run"},
      {good + "--nonsense", "'--nonsense' is no setting of a run"},
      {good + "batch", "'batch' is no setting of a run"},
      {good + "--lr=0.1", "has the setting 'lr' twice"},
      {good + "--nesterov", "has the setting 'nesterov' twice"},
      {good + "--limit=1", "expected the setting 'limit' to be a whole number >= 2"},
      {good + "--limit", "expected the setting 'limit' to be a whole number >= 2"},
      {"", "expected the setting 'validation', there is none"},
      {without_lr, "expected the setting 'lr', there is none"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.flags);
    write_checkpoint(stopped.folder / "bad", as_version_1(file, c.flags));
    CHECK(contains(stopped.error_of_resuming("bad"), c.says));
  }
  CHECK_FALSE(std::filesystem::exists(stopped.folder / "stolen"));
}

}  // namespace bnlab::testing::saved_settings_test

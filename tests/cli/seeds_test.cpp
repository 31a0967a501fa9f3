// compare --seeds: the same runs as alone, whatever the number of threads, their means, and what is said of them.
#include <signal.h>

#include "program.hpp"

namespace bnlab::testing::seeds_test {

namespace {

const Words kSmall = {"--limit", "600", "--epochs", "2", "--hidden", "12"};

Words lines_that_begin(const std::string& text, const std::string& beginning) {
  Words lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(beginning)) lines.push_back(line);
  }
  return lines;
}

std::string without_seconds(const std::string& result) { return result.substr(0, result.find(" seconds=")); }

double number(const std::string& line, const std::string& name) { return std::atof(field(line, name).c_str()); }

}  // namespace

TEST_CASE("compare --seeds: each run is the one that --seed alone gives; the files are those of the first seed") {
  TempFolder folder;
  const Outcome all = bnlab_program(with({"compare", "--seed", "4", "--seeds", "3", "--out", folder / "all"}, kSmall));
  CHECK(all.status == 0);
  const Words results = all.results();
  REQUIRE(results.size() == 6);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string seed = std::to_string(4 + i);
    const Outcome alone = bnlab_program(with({"compare", "--seed", seed, "--out", folder / seed}, kSmall));
    REQUIRE(alone.results().size() == 2);
    CHECK(without_seconds(results[2 * i]) == without_seconds(alone.results()[0]));
    CHECK(without_seconds(results[2 * i + 1]) == without_seconds(alone.results()[1]));
  }
  for (const char* file : {"/plain.safetensors", "/batchnorm.safetensors"}) {
    CHECK(read_text(folder / "all" + file) == read_text(folder / "4" + file));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "4/seeds.csv"));
  CHECK_FALSE(contains(read_text(folder / "4/settings.txt"), "\nseeds "));
  CHECK(contains(read_text(folder / "all/settings.txt"), "\nseeds 3\n"));
}

TEST_CASE("compare --seeds: the line for programs has the mean of the differences, inside of its interval") {
  TempFolder folder;
  const Outcome outcome = bnlab_program(with({"compare", "--seeds", "4", "--quiet", "--out", folder.path()}, kSmall));
  const Words results = outcome.results();
  REQUIRE(results.size() == 8);
  const Words seeds = lines_that_begin(outcome.out, "seeds ");
  REQUIRE(seeds.size() == 1);
  CHECK(seeds[0].starts_with("seeds model=batchnorm minus=plain dataset=mnist first_seed=1 seeds=4 "));
  double mean = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    mean += (number(results[2 * i + 1], "test_accuracy") - number(results[2 * i], "test_accuracy")) / 4;
  }
  CHECK(std::abs(number(seeds[0], "test_accuracy_difference") - mean) < 2e-6);
  for (const std::string measure : {"mean_train_loss", "validation_accuracy", "test_accuracy"}) {
    CAPTURE(measure);
    CHECK(number(seeds[0], measure + "_low") < number(seeds[0], measure + "_difference"));
    CHECK(number(seeds[0], measure + "_high") > number(seeds[0], measure + "_difference"));
    CHECK(number(seeds[0], measure + "_p") <= 1);
  }
  CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 9);
}

TEST_CASE("compare --seeds: seeds.csv has a row for each run, the same with any number of threads") {
  TempFolder folder;
  for (const char* threads : {"1", "2", "3", "16"}) {
    bnlab_program(
        with({"compare", "--seeds", "3", "--quiet", "--threads", threads, "--out", folder / threads}, kSmall));
    CHECK(read_text(folder / threads + "/seeds.csv") == read_text(folder / "1/seeds.csv"));
  }
  const std::string csv = read_text(folder / "1/seeds.csv");
  CHECK(csv.starts_with(
      "seed,model,mean_train_loss,validation_accuracy,test_accuracy,test_loss,diverged_at_step\n1,plain,"));
  for (const char* row : {"\n1,batchnorm,", "\n2,plain,", "\n2,batchnorm,", "\n3,plain,", "\n3,batchnorm,"}) {
    CHECK(contains(csv, row));
  }
}

TEST_CASE("compare --seeds: the words are of all seeds, and no second pair is trained") {
  TempFolder folder;
  const Words few = {"--limit", "300", "--epochs", "1"};
  const Outcome outcome = bnlab_program(with({"compare", "--seeds", "3", "--out", folder.path()}, few));
  CHECK_FALSE(contains(outcome.out, "sigmoid"));
  CHECK_FALSE(contains(outcome.out, "It is one seed"));
  CHECK(contains(outcome.out, "seeds 1 to 3, "));
  CHECK(contains(outcome.out, "\n  Over 3 seeds: mean ± half of its 95 % interval (Student's t)\n"));
  CHECK(contains(outcome.out, "\n  In short (1 epoch, seeds 1 to 3, the 10,000 test images of mnist):\n"));
  CHECK(contains(outcome.out, "\n  So over these 3 seeds the network "));
  CHECK(lines_that_begin(outcome.out, "  plain     seed 2  mean training loss ").size() == 1);
  const Outcome two = bnlab_program(with({"compare", "--seeds", "2", "--out", folder.path()}, few));
  CHECK(contains(two.out, "So few pairs of runs (2, where 3 are needed)"));
}

TEST_CASE("compare --seeds: seeds in which a run diverges have no measures, and status 1 is for all of them") {
  TempFolder folder;
  const char* const far = kDouble ? "1e200" : "1e30";
  const Words words = {"compare", "--seeds", "2", "--optimizer", "sgd", "--lr", far, "--out", folder.path()};
  const Outcome outcome = bnlab_program(with(words, kSmall));
  CHECK(outcome.status == 1);
  CHECK(contains(outcome.out, "the loss diverged in 2 of 2 seeds"));
  CHECK(contains(outcome.out, "  seed 2, plain: the loss became non-finite"));
  CHECK(contains(read_text(folder / "seeds.csv"), "\n2,plain,,,,,"));
  CHECK(lines_that_begin(outcome.out, "seeds ").empty());
}

TEST_CASE("compare --seeds: on a terminal one bar for all runs") {
  TempFolder folder;
  const Words words = {"compare", "--seeds", "3", "--limit", "2000", "--epochs", "3", "--out", folder.path()};
  const Outcome outcome = run_program(program(), words, ".", {.terminal = true});
  CHECK(outcome.status == 0);
  CHECK(contains(outcome.out, " of 4 runs ["));
  CHECK(contains(outcome.out, "s left"));
}

TEST_CASE("compare --seeds: stopped, it writes nothing, and says what the finished pairs showed") {
  TempFolder folder;
  const Words words = {"compare", "--seeds",  "1000", "--limit", "200",        "--epochs",
                       "2",       "--hidden", "12",   "--out",   folder.path()};
  const Outcome outcome = run_program(program(), words, ".", {.meanwhile = [](pid_t child, const std::string& out) {
                                        for (int i = 0; i < 50000; ++i) {
                                          if (contains(read_text(out), "batchnorm seed 5 ")) break;
                                          ::usleep(1000);
                                        }
                                        ::kill(child, SIGINT);
                                      }});
  CHECK(outcome.status == 128 + SIGINT);
  CHECK(contains(outcome.out, "Stopped early; nothing was written to "));
  CHECK(contains(outcome.out, "seeds 1 to 1000, stopped early, the "));
  CHECK(contains(outcome.out, "So over these "));
  CHECK_FALSE(std::filesystem::exists(folder / "seeds.csv"));
}

TEST_CASE("compare --seeds: results of other settings take their seeds.csv with them; wrong numbers are refused") {
  TempFolder folder;
  bnlab_program(with({"compare", "--seeds", "2", "--quiet", "--out", folder.path()}, kSmall));
  CHECK(std::filesystem::exists(folder / "seeds.csv"));
  bnlab_program(with({"compare", "--quiet", "--out", folder.path()}, kSmall));
  CHECK_FALSE(std::filesystem::exists(folder / "seeds.csv"));
  for (const char* wrong : {"0", "1001", "-1", "x", "1.5"}) {
    const Outcome outcome = bnlab_program({"compare", "--seeds", wrong});
    CHECK(outcome.status == 2);
    CHECK(contains(outcome.err, "--seeds: expected whole numbers from 1 to 1000"));
  }
  const Outcome last = bnlab_program({"compare", "--seeds", "2", "--seed", "18446744073709551615"});
  CHECK(last.status == 2);
  CHECK(contains(last.err, "--seeds: expected a smaller --seed"));
}

}  // namespace bnlab::testing::seeds_test

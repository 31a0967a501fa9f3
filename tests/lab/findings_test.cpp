// What two runs showed, in sentences: every way in which a pair can end, in every order.
#include "bnlab/lab/findings.hpp"

#include "support.hpp"

namespace bnlab::testing::findings_test {

namespace {

Run run_of(const std::string& norm) {
  RunSettings settings;
  settings.architecture = {.inputs = 4, .hidden = {3}, .classes = 2, .activation = "relu", .norm = norm};
  settings.optimizer.name = "sgd";
  settings.optimizer.lr = 0.1;
  return Run(settings, nullptr);
}

// Finished, with so many of 1,000 test images right: the first ones.
Run right(const std::string& norm, std::size_t count) {
  Run run = run_of(norm);
  run.training.step = 100;
  run.test.count = 1000;
  run.test.accuracy = static_cast<double>(count) / 1000;
  run.test.correct.assign(1000, 0);
  std::fill_n(run.test.correct.begin(), count, std::uint8_t{1});
  return run;
}

Run diverged(const std::string& norm, std::size_t step) {
  Run run = run_of(norm);
  run.training.step = step - 1;
  run.training.diverged_at_step = step;
  return run;
}

// After no step: training did not begin.
Run stopped(const std::string& norm, std::size_t step) {
  Run run = run_of(norm);
  run.training.step = step;
  run.training.stopped = true;
  return run;
}

const std::string kIn = "In 4-3-2 relu under sgd lr 0.1, ";

}  // namespace

TEST_CASE("findings: each way in which a run without and one with a norm can end is a sentence") {
  struct {
    RunPair pair;
    const char* says;
  } const cases[] = {
      {{right("none", 838), right("batch", 849)}, "Without batch normalization, 83.80 %; with it, 84.90 %."},
      {{diverged("none", 24), right("batch", 791)},
       "Without batch normalization the loss diverged at step 24; with it, 79.10 %."},
      {{right("none", 791), diverged("batch", 24)},
       "Without batch normalization, 79.10 %; with it the loss diverged at step 24."},
      {{diverged("none", 24), diverged("batch", 7)},
       "Without batch normalization the loss diverged at step 24; with it the loss diverged at step 7."},
      {{stopped("none", 120), stopped("batch", 0)},
       "Without batch normalization training was stopped at step 120; with it training did not begin."},
      {{right("none", 500), stopped("batch", 3)},
       "Without batch normalization, 50.00 %; with it training was stopped at step 3."},
      {{right("none", 500), stopped("batch", 0)},
       "Without batch normalization, 50.00 %; with it training did not begin."},
      {{diverged("none", 1), stopped("batch", 3)},
       "Without batch normalization the loss diverged at step 1; with it training was stopped at step 3."},
      {{stopped("none", 0), stopped("batch", 0)},
       "Without batch normalization training did not begin; with it training did not begin."},
      {{right("batch", 791), diverged("none", 24)},
       "With batch normalization, 79.10 %; without it the loss diverged at step 24."},
      {{diverged("layer", 2), right("none", 791)},
       "With layer normalization the loss diverged at step 2; without it, 79.10 %."},
      {{diverged("layer", 2), right("batch", 791)},
       "With layer normalization the loss diverged at step 2; with batch normalization, 79.10 %."},
      {{right("batch", 791), stopped("layer", 9)},
       "With batch normalization, 79.10 %; with layer normalization training was stopped at step 9."},
  };
  for (const auto& c : cases) {
    CAPTURE(c.says);
    CHECK(endings(c.pair) == c.says);
  }
}

TEST_CASE("findings: a pair in full names the network, and the difference with its interval or that there is none") {
  const std::string better = finding({right("none", 800), right("batch", 850)});
  CHECK(better.starts_with(kIn + "test accuracy was 80.00 % without batch normalization and 85.00 % with it: "));
  CHECK(contains(better, ": a difference of +5.00 points (95 % interval +"));
  CHECK(better.ends_with(")."));
  const std::string worse = finding({right("none", 850), right("batch", 800)});
  CHECK(contains(worse, "85.00 % without batch normalization and 80.00 % with it: a difference of -5.00 points (95"));
  const std::string same = finding({right("none", 800), right("batch", 801)});
  CHECK(contains(same, "80.10 % with it: no difference beyond chance (+0.10 points, 95 % interval "));
  CHECK(contains(finding({right("batch", 800), right("layer", 800)}),
                 "80.00 % with batch normalization and 80.00 % with layer normalization: no difference"));
  RunPair close = {right("none", 4), right("batch", 0)};  // 4 images only the first has right, 13 only the second
  std::fill_n(close[1].test.correct.begin() + 4, 13, std::uint8_t{1});
  CHECK(contains(finding(close), ": a difference of +0.90 points (95 % interval +0.003 to +1.94)."));
  CHECK(finding({diverged("none", 24), right("batch", 791)}) ==
        kIn + "the loss diverged at step 24 without batch normalization; test accuracy was 79.10 % with it.");
  CHECK(finding({right("layer", 791), stopped("none", 0)}) ==
        kIn + "test accuracy was 79.10 % with layer normalization; training did not begin without it.");
}

TEST_CASE("findings: the meaning of one pair says no more than that pair") {
  struct {
    RunPair pair;
    const char* says;
  } const cases[] = {
      {{right("none", 800), right("batch", 850)}, "So in this run the network did better with batch normalization."},
      {{right("none", 850), right("batch", 800)}, "So in this run the network did worse with batch normalization."},
      {{right("none", 800), right("batch", 801)},
       "So in this run the network did not do measurably better or worse with batch normalization."},
      {{diverged("none", 24), right("batch", 100)},
       "So in this run the network diverged only without batch normalization."},
      {{right("none", 100), diverged("batch", 24)},
       "So in this run the network diverged only with batch normalization."},
      {{diverged("none", 24), diverged("batch", 24)},
       "So in this run the network diverged both with batch normalization and without."},
      {{stopped("none", 24), stopped("batch", 0)}, "As training was stopped, nothing follows."},
      {{right("none", 900), stopped("batch", 9)}, "As training was stopped, nothing follows."},
      {{right("batch", 850), right("none", 800)}, "So in this run the network did better with batch normalization."},
      {{diverged("batch", 5), right("none", 800)},
       "So in this run the network diverged only with batch normalization."},
      {{right("batch", 800), right("layer", 850)},
       "So in this run the network did better with layer normalization than with batch normalization."},
      {{diverged("batch", 5), right("layer", 850)},
       "So in this run the network diverged only with batch normalization."},
      {{right("batch", 850), diverged("layer", 5)},
       "So in this run the network diverged only with layer normalization."},
      {{diverged("batch", 5), diverged("layer", 5)},
       "So in this run the network diverged both with layer normalization and with batch normalization."},
  };
  for (const auto& c : cases) {
    CAPTURE(c.says);
    CHECK(meaning(c.pair) == c.says);
  }
}

TEST_CASE(
    "findings: of two pairs the larger change is said only where the intervals are apart, and never where none is") {
  const auto with_gain = [](std::size_t gain) { return RunPair{right("none", 500), right("batch", 500 + gain)}; };
  const std::string each = "So in these runs each network did better with batch normalization";
  CHECK(meaning(with_gain(40), with_gain(300)) == each + ", the second by more.");
  CHECK(meaning(with_gain(300), with_gain(40)) == each + ", the first by more.");
  CHECK(meaning(with_gain(40), with_gain(41)) == each + ".");
  CHECK(meaning(with_gain(0), with_gain(1)) ==
        "So in these runs each network did not do measurably better or worse with batch normalization.");
  const RunPair little_loss = {right("none", 540), right("batch", 500)};
  const RunPair much_loss = {right("none", 900), right("batch", 500)};
  CHECK(meaning(little_loss, much_loss) ==
        "So in these runs each network did worse with batch normalization, the second by more.");
}

TEST_CASE("findings: two pairs that say different things are not told as one, whichever way round they are") {
  const RunPair none = {right("none", 800), right("batch", 801)};
  const RunPair better = {right("none", 100), right("batch", 800)};
  const RunPair worse = {right("none", 800), right("batch", 100)};
  const RunPair rescued = {diverged("none", 3), right("batch", 800)};
  const RunPair cut = {right("none", 800), stopped("batch", 4)};
  const std::string tail = ": what normalization does depends on the network and its training.";
  CHECK(meaning(none, better) ==
        "So in these runs the first network did not do measurably better or worse with batch normalization, and the "
        "second did better with it" +
            tail);
  CHECK(meaning(better, worse) ==
        "So in these runs the first network did better with batch normalization, and the second did worse with it" +
            tail);
  CHECK(meaning(better, rescued) ==
        "So in these runs the first network did better with batch normalization, and the second diverged only without "
        "it" +
            tail);
  CHECK(meaning(better, cut) ==
        "So in these runs the first network did better with batch normalization, and the second was stopped too early "
        "to tell.");
  CHECK(meaning(cut, better) ==
        "So in these runs the first network was stopped too early to tell, and the second did better with batch "
        "normalization.");
  CHECK(meaning(cut, cut) == "As training was stopped, nothing follows.");
  const RunPair layers = {right("batch", 100), right("layer", 800)};
  const RunPair layers_none = {right("batch", 100), right("layer", 100)};
  CHECK(meaning(layers_none, layers) ==
        "So in these runs the first network did not do measurably better or worse with layer normalization than with "
        "batch normalization, and the second did better with layer normalization than with batch normalization" +
            tail);
}

}  // namespace bnlab::testing::findings_test

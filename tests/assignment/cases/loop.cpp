// training-loop: which calls the loop makes, in which order, with which images. The order of the images and the bounds
// of the batches come from bnlab's own data floor, which students are given.
#include <cmath>

#include "bnlab/data/batch.hpp"
#include "cases.hpp"

namespace cases {
namespace {

struct Setting {
  std::size_t images, validation, epochs, batch;
  std::uint64_t seed;
  bool shuffle;
  double diverges_with;    // the image whose loss is not a number; 0: none
  double diverges_at = 0;  // or the number of that loss
};

// What the stand-ins of grader/loop.cpp write down.
Results watch(const Setting& s, const std::string& m) {
  std::vector<double> calls, steps, epochs, epoch_in_progress;
  const auto call = [&](double kind, double a, double b, double c) { calls.insert(calls.end(), {kind, a, b, c}); };
  bnlab::Dataset data;
  bnlab::Subset subset{&data, {}};
  for (std::size_t i = 0; i < s.images; ++i) subset.indices.push_back(static_cast<std::uint32_t>(i));
  const bnlab::BatchPlan plan(s.images, s.batch);
  double step = 0, losses = 0, held = 0, diverged = 0;  // held: which loss's gradients the parameters hold
  const auto forward_and_loss = [&](const std::vector<std::uint32_t>& images, double mode, double& loss, double& right,
                                    bool& diverges) {
    double order = 0, labels = 0;
    loss = right = 0;
    for (std::size_t n = 0; n < images.size(); ++n) {
      const double number = images[n] + 1, at = static_cast<double>(n + 1);
      order += at * number, labels += at * static_cast<double>((images[n] * 7 + 3) % 10);
      loss += number / 100, right += (images[n] + 1) % 2;
      diverges = diverges || number == s.diverges_with;
    }
    call(1, mode, static_cast<double>(images.size()), order);
    ++losses;
    diverges = diverges || losses == s.diverges_at;
    call(2, static_cast<double>(images.size()), labels, 0);
    loss /= static_cast<double>(images.size());
  };
  for (std::size_t epoch = 1; epoch <= s.epochs; ++epoch) {
    if (s.shuffle) bnlab::shuffle_for_epoch(subset, s.seed, epoch);
    double loss_sum = 0, right_sum = 0;
    for (std::size_t b = 0; b < plan.count(); ++b) {
      std::size_t begin = plan.begin(b), end = plan.end(b);
      if (m == "batches-cut-by-size") end = std::min(begin + s.batch, s.images);
      if (m == "first-batch-always") begin = 0, end = plan.end(0);
      const std::vector<std::uint32_t> images(subset.indices.begin() + static_cast<std::ptrdiff_t>(begin),
                                              subset.indices.begin() + static_cast<std::ptrdiff_t>(end));
      double loss = 0, right = 0;
      bool diverges = false;
      const double N = static_cast<double>(images.size());
      const bool last = b + 1 == plan.count();
      const bool evaluates = m == "forward-in-evaluation-mode" || (m == "evaluation-left-on" && epoch > 1);
      forward_and_loss(images, evaluates ? 1 : 0, loss, right, diverges);
      if (m == "forward-twice") call(1, 0, N, calls[calls.size() - 5]);
      if (diverges && m != "divergence-ignored") {
        if (m == "divergence-noticed-late") call(3, 0, losses, 0), call(4, losses, 0, 0);
        diverged = m == "divergence-off-by-one" ? step : step + 1;
        goto done;
      }
      if (m == "step-before-backward") call(4, held, 0, 0);
      if (m != "no-backward") {
        call(3, evaluates || m == "backward-in-evaluation-mode" ? 1 : 0, losses, 0);
        held = losses;
        if (m == "backward-twice") call(3, 0, losses, 0);
      }
      if (m != "step-before-backward" && m != "no-step" && !(m == "no-step-on-last-batch" && last) &&
          !(m == "step-at-epochs-end" && !last))
        call(4, held, 0, 0);
      ++step;
      epoch_in_progress.push_back(last ? 0 : static_cast<double>(epoch));
      const double same = static_cast<double>(s.images) / static_cast<double>(plan.count());  // every batch alike
      loss_sum += m == "loss-not-weighted" ? loss : m == "loss-averaged-over-batches" ? loss * same : loss * N;
      right_sum += m == "accuracy-not-weighted"            ? right / N
                   : m == "accuracy-averaged-over-batches" ? right / N * std::floor(same)
                   : m == "accuracy-averaged-in-fractions" ? right / N * same
                                                           : right;
      steps.insert(steps.end(), {m == "step-not-counted" ? 0 : step, static_cast<double>(epoch), N, loss, right / N});
    }
    const double count = static_cast<double>(s.images);
    epochs.insert(epochs.end(), {loss_sum / count, right_sum / count});
    if (s.validation > 0) {
      std::vector<std::uint32_t> images;
      for (std::size_t i = 0; i < s.validation; ++i) images.push_back(static_cast<std::uint32_t>(s.images + i));
      double loss = 0, right = 0;
      bool diverges = false;
      forward_and_loss(images, 1, loss, right, diverges);
    }
  }
done:
  const auto table = [](const std::vector<double>& values, std::size_t cols) {
    Matrix t(values.size() / cols, cols);
    t.values = values;
    return t;
  };
  Matrix row(1, epoch_in_progress.size());
  row.values = epoch_in_progress;
  return {{"calls", table(calls, 4)},
          {"steps", table(steps, 5)},
          {"epochs", table(epochs, 2)},
          {"epoch_in_progress", row},
          {"end", {m == "step-not-counted" ? 0 : step, diverged}}};
}

}  // namespace

void training_loop(Task& task, std::size_t round) {
  const std::size_t calls = task.part(3, "forward, loss, backward, step, for every batch",
                                      "the order of the calls; build/grade/training-loop.out has what you print");
  const std::size_t sums =
      task.part(2, "the epoch's loss and accuracy",
                "EpochResult in include/bnlab/train/trainer.hpp: sums over images until the epoch ends");
  const std::size_t diverged =
      task.part(1, "a non-finite loss ends training", "diverged_at_step in include/bnlab/train/trainer.hpp");

  const std::size_t k = round;
  for (const Setting& s :
       {Setting{10, 0, 2, 4, 3, false, 0}, Setting{21 + k, 6, 3, 5, 7 + k, true, 0}, Setting{9, 2, 2, 2, 5, true, 0}}) {
    task.add(std::to_string(s.images) + " images in batches of " + std::to_string(s.batch) +
                 (s.shuffle ? ", shuffled" : "") + (s.validation > 0 ? ", with validation" : ""),
             {{"images", {double(s.images)}},
              {"validation", {double(s.validation)}},
              {"epochs", {double(s.epochs)}},
              {"batch", {double(s.batch)}},
              {"seed", {double(s.seed)}},
              {"shuffle", {s.shuffle ? 1.0 : 0.0}},
              {"diverges_with", {s.diverges_with}}},
             [=](const std::string& m) { return watch(s, m); },
             {{"calls", calls, 1, 0.5},
              {"steps", sums, 1, 0.5},
              {"epochs", sums, 1, 0.1},
              {"epoch_in_progress", sums, 1, 0.5},
              {"end", calls, 1, 0.5}});
  }
  for (const bool infinite : {false, true}) {
    const Setting s{12, 2, 2, 4, 2 + k, true, 5};
    task.add(std::string("12 images in batches of 4, one of which makes the loss ") + (infinite ? "infinite" : "NaN"),
             {{"images", {12}},
              {"validation", {2}},
              {"epochs", {2}},
              {"batch", {4}},
              {"seed", {double(s.seed)}},
              {"shuffle", {1}},
              {"diverges_with", {5}},
              {"infinite", {infinite ? 1.0 : 0.0}}},
             [=](const std::string& m) {
               return watch(s, m == "only-nan-diverges" ? (infinite ? "divergence-ignored" : "") : m);
             },
             {{"calls", diverged, 1, 0.5}, {"end", diverged, 1, 0.5}});
  }
  const Setting late{9, 0, 3, 4, 4 + k, true, 0, 5};
  task.add("9 images in batches of 4, the fifth loss is NaN",
           {{"images", {9}},
            {"validation", {0}},
            {"epochs", {3}},
            {"batch", {4}},
            {"seed", {double(late.seed)}},
            {"shuffle", {1}},
            {"diverges_with", {0}},
            {"diverges_at", {5}}},
           [=](const std::string& m) { return watch(late, m == "only-nan-diverges" ? "" : m); },
           {{"calls", diverged, 1, 0.5}, {"end", diverged, 1, 0.5}, {"epochs", diverged, 1, 0.1}});
}

}  // namespace cases

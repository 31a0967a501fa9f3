// Images and experiments that are small enough for a run to take no time.
#pragma once

#include "../support.hpp"
#include "bnlab/lab/trials/experiment.hpp"
#include "bnlab/lab/trials/results.hpp"

namespace bnlab::testing {

// 4 x 4 images of three classes: noise, and a bright row that tells the class.
inline Dataset small_images(std::size_t count, const char* name) {
  Random random(3, name);
  Dataset data;
  data.height = data.width = 4;
  data.classes = 3;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t label = static_cast<std::uint8_t>(random.below(3));
    for (std::size_t p = 0; p < 16; ++p) {
      const std::uint32_t bright = p / 4 == label ? 100 : 0;
      data.pixels.push_back(static_cast<std::uint8_t>(random.below(150) + bright));
    }
    data.labels.push_back(label);
  }
  return data;
}

inline DatasetPair small_data() {
  DatasetPair data;
  data.name = "small";
  data.train = small_images(61, "small training images");
  data.test = small_images(31, "small test images");
  return data;
}

// A network of 16-5-3 on them: 3 epochs of 6 batches of 10 or 11.
inline Trial small_trial() {
  Trial trial;
  trial.run.architecture.hidden = {5};
  trial.run.optimizer.lr = 0.02;
  trial.run.training.epochs = 3;
  trial.run.training.batch = 10;
  return trial;
}

inline std::optional<Measurements> run_to_the_end(const Trial& trial, const DatasetPair& data, Meter* meter = nullptr) {
  return run_trial(trial, data, meter, [] { return false; });
}

// Plain and batch normalization, judged by the training loss.
inline Experiment small_experiment() {
  Experiment e;
  e.name = "small";
  e.claim = "Small networks learn.";
  e.hypothesis = "The loss is lower.";
  e.measure = "loss";
  e.in_words = "the loss";
  e.not_shown = "It shows nothing of large ones.";
  e.base = small_trial();
  e.arms = {{"plain", [](Trial& trial) { trial.run.architecture.norm = "none"; }},
            {"batchnorm", [](Trial& trial) { trial.run.architecture.norm = "batch"; }}};
  e.read = [](const Results& r) {
    return Reading{.comparisons = {r.compare({"plain"}, {"batchnorm"}, Claimed::lower, "")}, .remarks = {}};
  };
  e.draw = [](const Results&) { return Figure{.title = "Small", .description = "", .panels = {}}; };
  return e;
}

// A run that nobody made.
inline Record record_of(const std::string& arm, std::uint64_t seed, double loss, bool learned = true) {
  Record record;
  record.arm = arm;
  record.seed = seed;
  record.measured.values = {{"loss", loss}, {"learned", learned ? 1.0 : 0.0}};
  return record;
}

}  // namespace bnlab::testing

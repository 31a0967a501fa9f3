// The parsed command line.
#pragma once

#include <initializer_list>
#include <optional>

#include "bnlab/lab/run.hpp"

namespace bnlab {

// The defaults are those that --help prints.
struct Settings {
  std::string command;                 // "train"; empty: none, only the general help
  std::vector<std::string> arguments;  // a model; the images to predict
  std::vector<std::string> given;      // the options that were named: "--epochs"
  bool help = false;
  bool quiet = false;

  // The images.
  std::string data = "data/mnist-sample";
  DatasetOptions dataset;
  std::size_t limit = 0;  // 0: all
  double validation = 0.1;
  std::string pixels = "half";

  // The hyperparameters of a run. The number of inputs and classes comes from the images; learning rate and weight
  // decay are below, as their defaults depend on the optimizer.
  Architecture architecture;
  OptimizerSettings optimizer;
  TrainSettings training;
  InitOptions initial_weights;
  std::optional<double> given_lr;
  std::optional<double> given_weight_decay;
  std::vector<std::string> norms = {"none", "batch"};  // compare: of its two networks
  std::size_t seeds = 1;                               // compare: pairs of runs; experiment: runs of each arm
  std::size_t threads = ThreadPool::cores();

  // Files that are read and written.
  std::string init;
  std::string save;
  std::string log;
  std::string watch;
  std::string out;  // compare; empty: a folder of the question (question.hpp)
  std::string checkpoint;
  std::string resume;
  std::string logits;
  std::size_t checkpoint_every = 0;  // steps; 0: at the end of each epoch
  std::size_t max_steps = 0;         // 0: all
  std::size_t watch_every = 0;       // steps; 0: a hundredth of the run's

  // show, predict, eval
  std::string part = "test";
  std::size_t first = 0;
  std::size_t count = 6;
  std::string colours = "auto";
  std::string statistics = "running";

  // experiment
  bool quick = false;
  bool fresh = false;

  // gradcheck
  std::string layer;
  double step = 1e-3;
  bool sweep = false;

  bool was_given(std::initializer_list<const char*> any_of_these) const;

  // As given, or what suits the optimizer.
  double lr() const;
  double weight_decay() const;

  // The norms of the networks that the command makes: one, or those of compare.
  std::vector<std::string> norms_in_use() const;

  RunSettings run_settings(const Dataset& images) const;
};

bool is_normalised(const std::string& norm);  // whether it is a layer at all

// Whether layers of that kind keep running statistics, as batch normalization does. Training then needs batches of two
// or more, and evaluation has a choice of statistics.
bool has_running_statistics(const std::string& norm);

}  // namespace bnlab

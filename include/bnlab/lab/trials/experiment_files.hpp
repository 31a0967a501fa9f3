// The files of experiments: results.csv, experiment.json, and a chart for each as SVG.
#pragma once

#include "bnlab/lab/trials/answer.hpp"

namespace bnlab {

// An experiment that is finished.
struct Finished {
  Experiment experiment;
  Results results;
  Answer answer;
};

// What all experiments of a folder share.
struct LabSettings {
  Size size;
  std::string dataset;  // "mnist"
  std::size_t training_images = 0, test_images = 0;
  std::string program;  // fingerprints
  std::string images;
  std::string command;  // that asks for it again
};

// One row a run: experiment, arm, point, x, kind of learning rate, learning rate, seed, and a column for each measure.
std::string results_csv(const std::vector<Finished>& all);

// Settings, verdicts with their intervals, every comparison, the tables, the learning rates that were chosen.
std::string experiment_json(const std::vector<Finished>& all, const LabSettings& settings);

// NAME.svg in that folder.
std::string chart_path(const std::string& folder, const Experiment& experiment);

// Writes these two and NAME.svg for each experiment to the folder.
void write_experiments(const std::string& folder, const std::vector<Finished>& all, const LabSettings& settings);

// "verdict experiment=NAME verdict=supported measure=loss effect=… low=… high=… seeds=5 on=512_relu compared=4/4", with
// quick=yes where it is. The effect is that of the first comparison, which `on` names; "none" where it could not be made.
std::string verdict_line(const Finished& one, const Size& size);

// A table of one measure: a row for each point of the sweep and kind of learning rate, a column for each arm.
struct ResultTable {
  std::string measure;
  std::vector<std::string> arms;
  struct Row {
    std::string point;
    RateKind kind = RateKind::shared;
    std::vector<std::optional<Estimate>> cells;  // nothing: the arm has no run there
  };
  std::vector<Row> rows;
};
ResultTable table_of(const Results& results, const std::string& measure);

}  // namespace bnlab

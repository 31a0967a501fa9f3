// Draws what bnlab compare has measured over several seeds: training and validation, loss and accuracy, by epoch.
//
//   build/history_chart docs/experiments/compare-mnist.csv > docs/experiments/compare-mnist.svg
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "bnlab/core/number.hpp"
#include "bnlab/core/text.hpp"
#include "bnlab/lab/figures/svg.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"

namespace {

using namespace bnlab;
using Row = std::map<std::string, std::string>;  // column and value

std::vector<Row> rows_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> columns = split_text(line, ',');
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> values = split_text(line, ',');
    if (values.size() != columns.size())
      fail("%s: expected %zu values in '%s'", path.c_str(), columns.size(), line.c_str());
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) row[columns[i]] = values[i];
  }
  if (rows.empty()) fail("%s: expected a row for each epoch of a run, found none", path.c_str());
  return rows;
}

// The values of all seeds, by epoch.
std::map<int, std::vector<double>> by_epoch(const std::vector<Row>& rows, const std::string& model,
                                            const std::string& column) {
  std::map<int, std::vector<double>> values;
  for (const Row& row : rows) {
    if (row.at("model") == model) values[std::stoi(row.at("epoch"))].push_back(*parse_number(row.at(column)));
  }
  return values;
}

Panel panel_of(const std::vector<Row>& rows, const std::string& title, const std::string& column) {
  Panel panel;
  panel.title = title;
  panel.x.label = "epoch";
  panel.y.label = title.substr(title.find(' ') + 1);  // loss, accuracy
  for (const char* model : {"plain", "batchnorm"}) {
    Series series{.name = model, .marks = {}};
    for (const auto& [epoch, values] : by_epoch(rows, model, column)) series.marks.push_back(mark_of(epoch, values));
    panel.series.push_back(series);
  }
  return panel;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<Row> rows = rows_of(argc == 2 ? argv[1] : "");
    Figure figure{.title = "Training and validation, by epoch", .description = "", .panels = {}};
    figure.panels = {panel_of(rows, "training loss", "train_loss"),
                     panel_of(rows, "validation loss", "validation_loss"),
                     panel_of(rows, "training accuracy", "train_accuracy"),
                     panel_of(rows, "validation accuracy", "validation_accuracy")};
    std::fputs(svg_of(figure).c_str(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "history_chart: %s\n", error.what());
    return 1;
  }
}

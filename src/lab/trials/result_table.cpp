#include "bnlab/lab/trials/experiment_files.hpp"

namespace bnlab {

ResultTable table_of(const Results& results, const std::string& measure) {
  const Experiment& experiment = results.experiment();
  ResultTable table{.measure = measure, .arms = {}, .rows = {}};
  for (const Arm& arm : experiment.arms) table.arms.push_back(arm.name);
  for (const Point& point : experiment.sweep) {
    for (const RateKind kind : {RateKind::shared, RateKind::own}) {
      ResultTable::Row row{.point = point.name, .kind = kind, .cells = {}};
      bool any = false;
      for (const std::string& arm : table.arms) {
        const Which which{arm, point.name, kind};
        row.cells.emplace_back();
        if (!results.has(which, measure)) continue;
        row.cells.back() = results.mean(which, measure);
        any = true;
      }
      if (any) table.rows.push_back(row);
    }
  }
  return table;
}

}  // namespace bnlab

#include "bnlab/lab/trials/experiment_files.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "bnlab/core/number.hpp"
#include "bnlab/core/shown.hpp"
#include "bnlab/data/json.hpp"
#include "bnlab/data/output_file.hpp"
#include "bnlab/lab/figures/svg.hpp"

namespace bnlab {
namespace {

// A number in JSON; an interval of a single run has no limits.
std::string json_number(double x) { return std::isfinite(x) ? shortest_decimal(x) : "null"; }
std::string json_number(std::size_t n) { return std::to_string(n); }
std::string json_flag(bool yes) { return yes ? "true" : "false"; }

using Entries = std::vector<std::pair<std::string, std::string>>;  // names and values that are JSON already

std::string json_object(const Entries& entries) {
  std::string text;
  for (const auto& [name, value] : entries) text += (text.empty() ? "" : ", ") + json_string(name) + ": " + value;
  return "{" + text + "}";
}

template <class T, class ToJson>
std::string json_list(const std::vector<T>& items, ToJson to_json) {
  std::string text;
  for (const T& item : items) text += (text.empty() ? "" : ", ") + to_json(item);
  return "[" + text + "]";
}

std::string json_estimate(const Estimate& e) {
  return json_object({{"mean", json_number(e.mean)},
                      {"low", json_number(e.low)},
                      {"high", json_number(e.high)},
                      {"count", json_number(e.count)}});
}

std::string json_judged(const Judged& one) {
  return json_object({{"on", json_string(one.on)},
                      {"effect", json_estimate(one.effect)},
                      {"p", json_number(one.effect.p_value)},
                      {"p_holm", json_number(one.adjusted_p)},
                      {"outcome", json_string(outcome_name(one.outcome))},
                      {"why", json_string(one.why)}});
}

std::string json_table(const ResultTable& table) {
  const auto cell = [](const std::optional<Estimate>& e) { return e ? json_estimate(*e) : std::string("null"); };
  const auto row = [&](const ResultTable::Row& r) {
    return json_object({{"point", json_string(r.point)},
                        {"rate", json_string(rate_kind_name(r.kind))},
                        {"cells", json_list(r.cells, cell)}});
  };
  return json_object({{"measure", json_string(table.measure)},
                      {"title", json_string(measure_title(table.measure))},
                      {"arms", json_list(table.arms, json_string)},
                      {"rows", json_list(table.rows, row)}});
}

// The learning rates that were chosen for each arm at each point.
std::string json_rates(const Results& results) {
  std::vector<std::string> rates;
  for (const Point& point : results.experiment().sweep) {
    for (const Arm& arm : results.experiment().arms) {
      const std::vector<double> tried = results.rates_tried(arm.name, point.name);
      if (tried.empty()) continue;
      const BestRate best = results.best_rate(arm.name, point.name);
      const auto number = [](double x) { return json_number(x); };
      rates.push_back(json_object({{"arm", json_string(arm.name)},
                                   {"point", json_string(point.name)},
                                   {"own", json_number(best.lr)},
                                   {"at_edge", json_flag(best.at_edge)},
                                   {"tried", json_list(tried, number)}}));
    }
  }
  return json_list(rates, [](const std::string& rate) { return rate; });
}

// The settings of each arm at each point: the lines of describe_trial() that are not those of the base. Without seed and
// learning rate where these are chosen.
std::string json_runs(const Experiment& e) {
  const std::vector<std::string> base = split_text(describe_trial(e.base), '\n');
  std::vector<std::string> runs;
  for (const Point& point : e.sweep) {
    for (const Arm& arm : e.arms) {
      if (!point.has(arm)) continue;
      std::string changes;
      for (const std::string& line : split_text(describe_trial(e.trial_of(arm, point)), '\n')) {
        if (std::find(base.begin(), base.end(), line) == base.end()) changes += line + "\n";
      }
      runs.push_back(json_object({{"arm", json_string(arm.name)},
                                  {"point", json_string(point.name)},
                                  {"x", json_number(point.x)},
                                  {"changes", json_string(changes)}}));
    }
  }
  return json_list(runs, [](const std::string& run) { return run; });
}

std::string json_experiment(const Finished& one) {
  const Experiment& e = one.experiment;
  const Answer& a = one.answer;
  const auto table = [&](const std::string& measure) { return json_table(table_of(one.results, measure)); };
  const Entries entries = {{"name", json_string(e.name)},
                           {"claim", json_string(e.claim)},
                           {"hypothesis", json_string(e.hypothesis)},
                           {"measure", json_string(e.measure)},
                           {"in_words", json_string(e.in_words)},
                           {"verdict", json_string(verdict_name(a.judgement.verdict))},
                           {"depends_on", json_string(a.judgement.depends_on)},
                           {"effect", json_estimate(a.first.effect)},
                           {"effect_on", json_string(a.first.on)},
                           {"seeds", json_number(a.seeds)},
                           {"comparisons", json_list(a.judgement.each, json_judged)},
                           {"found", json_string(a.found)},
                           {"not_shown", json_string(a.not_shown)},
                           {"remarks", json_list(a.remarks, json_string)},
                           {"settings", json_string(describe_trial(e.base))},
                           {"runs", json_runs(e)},
                           {"varied", json_string(e.varied)},
                           {"rates", json_rates(one.results)},
                           {"tables", json_list(e.tables, table)},
                           {"chart", json_string(e.name + ".svg")},
                           {"see", json_string(e.see)}};
  std::string text;
  for (const auto& [name, value] : entries) {
    text += (text.empty() ? "" : ",\n") + ("      " + json_string(name)) + ": " + value;
  }
  return "    {\n" + text + "\n    }";
}

// A name in a CSV file (RFC 4180): in quotation marks, those within it doubled.
std::string csv_name(const std::string& name) {
  std::string field = "\"";
  for (const char c : name) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + "\"";
}

double place_of(const Experiment& experiment, const std::string& point) {
  for (const Point& one : experiment.sweep) {
    if (one.name == point) return one.x;
  }
  return 0;
}

}  // namespace

std::string results_csv(const std::vector<Finished>& all) {
  std::set<std::string> measures;
  for (const Finished& one : all) {
    for (const Record& run : one.results.records()) {
      for (const auto& [name, value] : run.measured.values) measures.insert(name);
    }
  }
  std::string text = "experiment,arm,point,x,rate,lr,seed";
  for (const std::string& measure : measures) text += "," + measure;
  text += "\n";
  for (const Finished& one : all) {
    for (const Record& run : one.results.in_order()) {
      text += one.experiment.name + "," + csv_name(run.arm) + "," + csv_name(run.point) + "," +
              shortest_decimal(place_of(one.experiment, run.point)) + "," + rate_kind_name(run.kind) + "," +
              shortest_decimal(run.lr) + "," + std::to_string(run.seed);
      for (const std::string& measure : measures) {
        const auto found = run.measured.values.find(measure);
        text += "," + (found == run.measured.values.end() ? std::string() : shortest_decimal(found->second));
      }
      text += "\n";
    }
  }
  return text;
}

std::string experiment_json(const std::vector<Finished>& all, const LabSettings& settings) {
  const Entries entries = {{"format", json_string("bnlab experiments 1")},
                           {"command", json_string(settings.command)},
                           {"dataset", json_string(settings.dataset)},
                           {"training_images", json_number(settings.training_images)},
                           {"test_images", json_number(settings.test_images)},
                           {"quick", json_flag(settings.size.quick)},
                           {"seeds", json_number(settings.size.seeds)},
                           {"program", json_string(settings.program)},
                           {"images", json_string(settings.images)}};
  std::string text = "{\n";
  for (const auto& [name, value] : entries) text += "  " + json_string(name) + ": " + value + ",\n";
  text += "  \"experiments\": [\n";
  for (std::size_t i = 0; i < all.size(); ++i) text += (i > 0 ? ",\n" : "") + json_experiment(all[i]);
  return text + "\n  ]\n}\n";
}

void write_experiments(const std::string& folder, const std::vector<Finished>& all, const LabSettings& settings) {
  for (const Finished& one : all) {
    Figure figure = one.experiment.draw(one.results);
    figure.description = one.answer.found;
    write_file(chart_path(folder, one.experiment), svg_of(figure));
  }
  write_file(folder + "/results.csv", results_csv(all));
  write_file(folder + "/experiment.json", experiment_json(all, settings));
}

std::string chart_path(const std::string& folder, const Experiment& experiment) {
  return folder + "/" + experiment.name + ".svg";
}

std::string verdict_line(const Finished& one, const Size& size) {
  const Answer& a = one.answer;
  const bool compared = a.first.outcome != Outcome::not_comparable;
  const auto number = [&](double x) { return compared && std::isfinite(x) ? format("%.6g", x) : std::string("none"); };
  return format(
      "verdict experiment=%s verdict=%s measure=%s effect=%s low=%s high=%s seeds=%zu on=%s compared=%zu/%zu%s",
      one.experiment.name.c_str(), verdict_name(a.judgement.verdict), a.measure.c_str(),
      number(a.first.effect.mean).c_str(), number(a.first.effect.low).c_str(), number(a.first.effect.high).c_str(),
      a.seeds, one_word(a.first.on.empty() ? "all" : a.first.on).c_str(), a.judgement.tested, a.judgement.each.size(),
      size.quick ? " quick=yes" : "");
}

}  // namespace bnlab

#include "bnlab/cli/experiment_report.hpp"

#include <algorithm>

#include "bnlab/cli/result_line.hpp"
#include "bnlab/cli/text.hpp"
#include "bnlab/lab/figures/terminal_chart.hpp"

namespace bnlab {
namespace {

constexpr const char* kIndent = "  ";

// "Claim       Batch normalization …", with the lines after the first below the text.
void print_entry(const Terminal& terminal, const std::string& title, const std::string& text) {
  constexpr std::size_t kTitle = 12;
  const std::string indent(kTitle + 2, ' ');
  std::string lines = wrapped(text, indent, std::min<std::size_t>(terminal.columns(), 100) - 1);
  lines.replace(2, std::min(title.size(), kTitle), title);
  terminal.print("%s", lines.c_str());
}

// "plain, sgd; batchnorm, sgd": names may have commas of their own.
std::string separated(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "; ") + name;
  return text;
}

std::string names_of(const std::vector<Point>& sweep) {
  std::vector<std::string> names;
  for (const Point& point : sweep) names.push_back(point.name);
  return enumerated(names);
}

// "depends: yes for A; no difference for B"
std::string verdict_text(const Judgement& judgement) {
  std::string text = verdict_name(judgement.verdict);
  std::replace(text.begin(), text.end(), '-', ' ');
  return judgement.depends_on.empty() ? text : text + ": " + judgement.depends_on;
}

// A row's name: the point of the sweep, and whose learning rate it is where there are two.
std::string row_name(const ResultTable::Row& row, bool both_kinds) {
  if (!both_kinds) return row.point;
  const std::string kind = row.kind == RateKind::own ? "own best rate" : "shared rate";
  return row.point.empty() ? kind : row.point + ", " + kind;
}

// The columns of a table, as many as the terminal has room for below each other.
std::string table_text(const ResultTable& table, std::size_t columns) {
  const bool both = std::any_of(table.rows.begin(), table.rows.end(),
                                [](const ResultTable::Row& row) { return row.kind == RateKind::own; }) &&
                    std::any_of(table.rows.begin(), table.rows.end(),
                                [](const ResultTable::Row& row) { return row.kind == RateKind::shared; });
  std::size_t first = 0;
  for (const ResultTable::Row& row : table.rows) first = std::max(first, character_count(row_name(row, both)));
  std::vector<std::size_t> widths;
  for (std::size_t a = 0; a < table.arms.size(); ++a) {
    std::size_t width = character_count(table.arms[a]);
    for (const ResultTable::Row& row : table.rows) {
      if (row.cells[a]) width = std::max(width, character_count(measure_text(table.measure, *row.cells[a])));
    }
    widths.push_back(width);
  }
  std::string text;
  for (std::size_t begin = 0, end = 0; begin < table.arms.size(); begin = end) {
    std::size_t used = 2 + first;
    for (end = begin; end < table.arms.size() && (end == begin || used + 2 + widths[end] < columns); ++end) {
      used += 2 + widths[end];
    }
    text += kIndent + std::string(first, ' ');
    for (std::size_t a = begin; a < end; ++a) text += "  " + padded(table.arms[a], widths[a]);
    text = without_trailing_spaces(text) + "\n";
    for (const ResultTable::Row& row : table.rows) {
      text += kIndent + padded(row_name(row, both), first);
      for (std::size_t a = begin; a < end; ++a) {
        text += "  " + padded(row.cells[a] ? measure_text(table.measure, *row.cells[a]) : "-", widths[a]);
      }
      text = without_trailing_spaces(text) + "\n";
    }
  }
  return text;
}

}  // namespace

void print_plan(const Experiment& experiment, const Size& size, const Terminal& terminal) {
  std::vector<std::string> arms;
  for (const Arm& arm : experiment.arms) arms.push_back(arm.name);
  terminal.print("\n%s\n\n", experiment.name.c_str());
  print_entry(terminal, "Claim", "\"" + experiment.claim + "\"");
  print_entry(terminal, "Hypothesis", experiment.hypothesis);
  const bool ends_with_comma = experiment.in_words.ends_with(',');  // for sentences that go on behind it
  print_entry(terminal, "Measure", experiment.in_words.substr(0, experiment.in_words.size() - ends_with_comma));
  print_entry(terminal, "Arms", separated(arms));
  print_entry(terminal, "Seeds", format("%zu for each arm%s", size.seeds, size.quick ? " (quick)" : ""));
  if (!experiment.varied.empty())
    print_entry(terminal, "Varied", experiment.varied + ": " + names_of(experiment.sweep));
  terminal.print("\n");
}

void print_answer(const Finished& one, const Size& size, const Terminal& terminal) {
  const std::size_t columns = terminal.columns();
  for (const Panel& panel : one.experiment.draw(one.results).panels) {
    terminal.print("%s\n", terminal_chart(panel, columns, terminal.colour).c_str());
  }
  for (const std::string& measure : one.experiment.tables) {
    const ResultTable table = table_of(one.results, measure);
    if (table.rows.empty()) continue;
    const std::string title =
        measure_title(measure) + format(": mean ± half of the 95 %% interval of %zu seeds", size.seeds);
    terminal.print("%s%s\n", wrapped(title, kIndent, columns - 1).c_str(), table_text(table, columns).c_str());
  }
  const std::size_t width = std::min<std::size_t>(columns, 100) - 1;
  print_entry(terminal, "Verdict", verdict_text(one.answer.judgement));
  terminal.print("\n%s", wrapped(one.answer.found, kIndent, width).c_str());
  terminal.print("%s", wrapped(one.answer.not_shown, kIndent, width).c_str());
  for (const std::string& remark : one.answer.remarks) terminal.print("%s", wrapped(remark, kIndent, width).c_str());
  const Judgement& judgement = one.answer.judgement;
  if (judgement.several) {
    const std::string tested =
        judgement.tested == judgement.each.size()
            ? format("%zu comparisons were tested", judgement.tested)
            : format("%zu of %zu comparisons were tested", judgement.tested, judgement.each.size());
    terminal.print("%s", wrapped(tested + "; their p-values are adjusted for that (Holm).", kIndent, width).c_str());
  }
  if (size.quick) {
    terminal.print("%s",
                   wrapped("Quick: fewer seeds, images and learning rates than the full run.", kIndent, width).c_str());
  }
  terminal.print("\n");
  print_result_line("%s", verdict_line(one, size).c_str());
}

}  // namespace bnlab

#include "bnlab/cli/comparison.hpp"

#include <algorithm>

#include "bnlab/cli/printing.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/cli/settings.hpp"
#include "bnlab/lab/figures/chart.hpp"
#include "bnlab/lab/statistics/paired.hpp"

namespace bnlab {
namespace {

using Epochs = std::vector<EpochResult>;

std::string name_of(const Run& run) { return model_name(run.settings.architecture); }
const std::string& norm_of(const Run& run) { return run.settings.architecture.norm; }

// A column of the table: as wide as its heading, and as its numbers.
int column_width(const Run& run) { return static_cast<int>(std::max<std::size_t>(name_of(run).size() + 2, 9)); }

std::string cell(const Run& run, std::size_t epoch, double EpochResult::*value) {
  const Epochs& epochs = run.training.epochs;
  const std::string text = epoch < epochs.size() ? format("%.4f", epochs[epoch].*value) : "-";
  return format("%*s", column_width(run), text.c_str());
}

// Two networks in a sentence.
struct PairNames {
  std::string first, second;            // "plain", "with batch normalization"
  std::string only_first, only_second;  // right only "without", "with it"
  std::string subject;                  // "with batch normalization the network": the second
  std::string reference;                // " than batchnorm"; empty where one of them is plain
};

// One of them is plain.
PairNames names_with_and_without(const RunPair& pair) {
  const auto in_full = [](const Run& run) {
    return is_normalised(norm_of(run)) ? std::string("with ") + norm_kind(norm_of(run)).help : name_of(run);
  };
  const bool second_normalised = is_normalised(norm_of(pair[1]));
  return {.first = in_full(pair[0]),
          .second = in_full(pair[1]),
          .only_first = second_normalised ? "without" : "with it",
          .only_second = second_normalised ? "with it" : "without",
          .subject = (second_normalised ? in_full(pair[1]) : "without it") + " the network",
          .reference = ""};
}

PairNames names_of(const RunPair& pair) {
  const bool both_normalised = is_normalised(norm_of(pair[0])) && is_normalised(norm_of(pair[1]));
  if (!both_normalised) return names_with_and_without(pair);
  const std::string first = name_of(pair[0]);
  const std::string second = name_of(pair[1]);
  return {.first = first,
          .second = second,
          .only_first = "with " + first,
          .only_second = "with " + second,
          .subject = second,
          .reference = " than " + first};
}

std::string conclusion(const PairedDifference& difference, const PairNames& names) {
  if (!difference.significant()) return "what chance may give (p >= 0.05): no difference.";
  return "more than chance gives (p < 0.05): " + names.subject + " is " +
         (difference.difference > 0 ? "better" : "worse") + names.reference + " on these images.";
}

// What one seed cannot say.
std::string caution(std::size_t seeds) {
  const std::string limit = ": the interval reflects the choice of test images, not of initial weights";
  if (seeds == 1) return "It is one seed" + limit + "; try --seeds 5.";
  return format("It is the first of %zu seeds", seeds) + limit + ".";
}

}  // namespace

std::string comparison_question(const std::string& first_norm, const std::string& second_norm) {
  const std::string first = norm_kind(first_norm).help;
  const std::string second = norm_kind(second_norm).help;
  if (!is_normalised(first_norm)) return "What does " + second + " do?";
  if (!is_normalised(second_norm)) return "What does " + first + " do?";
  return "How do " + first + " and " + second + " differ?";
}

std::string epoch_table(const RunPair& pair) {
  struct Group {
    const char* title;
    double EpochResult::*value;
  };
  std::vector<Group> groups = {{"train loss", &EpochResult::train_loss},
                               {"train accuracy", &EpochResult::train_accuracy}};
  const Epochs& longer = std::max(pair[0].training.epochs, pair[1].training.epochs,
                                  [](const Epochs& a, const Epochs& b) { return a.size() < b.size(); });
  if (longer.empty()) return "";
  if (longer[0].validated) {
    groups.push_back({"validation loss", &EpochResult::validation_loss});
    groups.push_back({"validation accuracy", &EpochResult::validation_accuracy});
  }

  const int width = column_width(pair[0]) + column_width(pair[1]);
  std::string titles = "       ";
  std::string headings = "  epoch";
  for (const Group& group : groups) {
    titles += format("  %-*s", width - 2, group.title);
    headings += format("%*s%*s", column_width(pair[0]), name_of(pair[0]).c_str(), column_width(pair[1]),
                       name_of(pair[1]).c_str());
  }
  std::string text = without_trailing_spaces(titles) + "\n" + headings + "\n";
  for (std::size_t e = 0; e < longer.size(); ++e) {
    text += format("  %5zu", e + 1);
    for (const Group& group : groups) text += cell(pair[0], e, group.value) + cell(pair[1], e, group.value);
    text += "\n";
  }
  return text;
}

// An exploding loss would press all others to the bottom: it is cut at twice the networks' first loss.
std::string loss_chart(const RunPair& pair, const Terminal& terminal) {
  constexpr int kYellow = 33;
  constexpr int kCyan = 36;
  std::vector<Curve> curves = {
      {.name = name_of(pair[0]), .mark = 'o', .colour = terminal.colour_code(kYellow), .values = pair[0].step_losses},
      {.name = name_of(pair[1]), .mark = 'x', .colour = terminal.colour_code(kCyan), .values = pair[1].step_losses}};
  std::size_t steps = 0;
  double ceiling = 0;
  for (const Curve& curve : curves) {
    steps = std::max(steps, curve.values.size());
    if (!curve.values.empty()) ceiling = std::max(ceiling, 2 * curve.values[0]);
  }
  bool cut = false;
  for (Curve& curve : curves) {
    for (double& loss : curve.values) {
      if (!(loss > ceiling)) continue;
      loss = ceiling;
      cut = true;
    }
  }
  const std::string title = cut ? format("training loss, cut at %.3g", ceiling) : "training loss";
  return draw_chart(title, curves, 1, static_cast<double>(steps), "step");
}

std::string verdict(const RunPair& pair, std::size_t seeds) {
  if (!pair[0].finished() || !pair[1].finished()) return wrapped(endings(pair), "  ");
  const Evaluation& first = pair[0].test;
  const Evaluation& second = pair[1].test;
  const PairNames names = names_of(pair);
  const PairedDifference d = paired_difference(first.correct, second.correct);
  const std::string p_value = p_value_text(d.p_value);
  const std::string accuracies = format("Test accuracy: %s %s, %s %s (%s images; ± is one binomial standard error). ",
                                        names.first.c_str(), percent_with_error(first).c_str(), names.second.c_str(),
                                        percent_with_error(second).c_str(), grouped(d.count).c_str());
  const std::string difference = format(
      "On the same images, %s were right only %s and %s only %s: a difference of %s points, 95 %% interval %s to %s "
      "(exact McNemar p %s). ",
      grouped(d.only_second).c_str(), names.only_second.c_str(), grouped(d.only_first).c_str(),
      names.only_first.c_str(), points_text(d.difference).c_str(), points_text(d.low).c_str(),
      points_text(d.high).c_str(), p_value.c_str());
  return wrapped(accuracies + difference + "That is " + conclusion(d, names) + " " + caution(seeds), "  ");
}

std::string history_csv(const RunPair& pair) {
  std::string csv = "model,epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds\n";
  for (const Run& run : pair) {
    for (const EpochResult& e : run.training.epochs) {
      csv += format("%s,%zu,%.*g,%.6f,", name_of(run).c_str(), e.epoch, kLossDigits, e.train_loss, e.train_accuracy);
      csv += e.validated ? format("%.*g,%.6f,", kLossDigits, e.validation_loss, e.validation_accuracy) : ",,";
      csv += format("%.3f\n", e.seconds);
    }
  }
  return csv;
}

}  // namespace bnlab

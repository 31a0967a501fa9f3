// Conflicting options.
#include <algorithm>
#include <utility>

#include "bnlab/cli/command_line.hpp"
#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/text.hpp"

namespace bnlab {
namespace {

// Where the option was given, `good` must hold; `expected` says what that is.
void expect_with(const Settings& settings, const char* option, bool good, const std::string& expected) {
  if (settings.was_given({option}) && !good) fail_usage(std::string(option) + ": expected " + expected);
}

// "adam or adamw"
std::string optimizers_with(const std::string& option) {
  std::string names;
  for (const OptimizerKind& kind : optimizer_kinds()) {
    if (kind.has(option)) names += (names.empty() ? "" : " or ") + std::string(kind.name);
  }
  return names;
}

void check_optimizer(const Settings& s) {
  const OptimizerKind& chosen = optimizer_kind(s.optimizer.name);
  for (const OptimizerKind& kind : optimizer_kinds()) {
    for (const std::string& option : split_text(kind.options, ' ')) {
      expect_with(s, option.c_str(), chosen.has(option),
                  "--optimizer " + optimizers_with(option) + " with it, found " + chosen.name);
    }
  }
  expect_with(s, "--nesterov", s.optimizer.momentum > 0, "a --momentum above 0 with it, found 0");
}

// The network and its weights are those of the model's file.
void check_init(const Settings& s) {
  const std::pair<const char*, const char*> from_the_file[] = {
      {"--hidden", "network is that of"},
      {"--norm", "network is that of"},
      {"--dropout", "network is that of"},
      {"--bn-momentum", "network is that of"},
      {"--bn-eps", "network is that of"},
      {"--classes", "network is that of"},
      {"--place", "network is that of"},
      {"--bias", "network is that of"},
      {"--pixels", "scale of the pixels is that of"},
      {"--init-method", "weights are those of"},
      {"--init-scale", "weights are those of"},
  };
  for (const auto& [option, what] : from_the_file) {
    if (!s.was_given({option})) continue;
    fail_usage(std::string(option) + ": the " + what + " --init " + shown_path(s.init) + "; leave one of the two out");
  }
}

void check_network(const Settings& s) {
  const std::vector<std::string> norms = s.norms_in_use();
  const bool normalised = std::any_of(norms.begin(), norms.end(), is_normalised);
  const bool running_statistics = std::any_of(norms.begin(), norms.end(), has_running_statistics);
  const std::string needs_layer = "a hidden layer to normalize, found none";
  const bool has_layer = !s.architecture.hidden.empty();
  expect_with(s, "--batch", s.training.batch >= 2 || !running_statistics,
              "2 or more with batch normalization, found 1");
  expect_with(s, "--norm", !normalised || has_layer, needs_layer);
  if (s.command == "compare") expect_with(s, "--hidden", has_layer, needs_layer);
  if (!s.init.empty() && s.resume.empty()) check_init(s);
  std::string found;
  for (const std::string& norm : norms) found += (found.empty() ? "" : ",") + norm;
  expect_with(s, "--bn-eps", normalised, "a normalization with it, found " + found);
  expect_with(s, "--place", normalised, "a normalization with it, found " + found);
  expect_with(s, "--bias", has_layer, "a hidden layer with it, found none");
  expect_with(s, "--bn-momentum", running_statistics,
              "a normalization with running statistics with it, found " + found);
}

void check_files(const Settings& s) {
  expect_with(s, "--checkpoint-every", !s.checkpoint.empty(), "--checkpoint FILE with it");
  expect_with(s, "--watch-every", !s.watch.empty(), "--watch FILE.csv with it");
}

void check_arguments(const Settings& s) {
  const Command& command = *find_command(s.command);
  const std::string expected = command.arguments;
  const std::size_t count = split_text(expected, ' ').size();
  if (s.arguments.size() > count && !expected.ends_with("...")) {
    fail_usage("unexpected word '" + shown(s.arguments[count]) + "'; " + s.command + " takes " +
               (expected.empty() ? "only options" : expected + " and options"));
  }
  if (s.arguments.size() < count) {
    fail_usage(s.command + ": expected " + expected + ", as in: " + command.example);
  }
  if (s.command == "fold" && s.save.empty()) fail_usage("fold: expected --save FILE, for the folded model");
}

}  // namespace

void check_combinations(const Settings& s) {
  check_optimizer(s);
  check_network(s);
  check_files(s);
  expect_with(s, "--seeds", s.training.seed <= UINT64_MAX - s.seeds,
              "a smaller --seed with it, so that all are numbers");
  expect_with(s, "--sweep", !s.was_given({"--step"}), "no --step with it, as it tries them all");
  if (s.command == "eval") {
    expect_with(s, "--batch", s.statistics == "batch", "--statistics batch with it");
  }
  check_arguments(s);
}

}  // namespace bnlab

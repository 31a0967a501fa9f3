#include "bnlab/cli/seeds.hpp"

#include <algorithm>

#include "bnlab/cli/printing.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/cli/runs_progress.hpp"
#include "bnlab/cli/signals.hpp"
#include "bnlab/data/pixel_statistics.hpp"
#include "bnlab/lab/share_out.hpp"

namespace bnlab {
namespace {

// What is left of a run when its network is gone.
struct KeptRun {
  SeedRun measures;
  bool stopped = true;  // or never begun
  std::string result_line;
};

KeptRun keep(const Run& run, const std::string& dataset) {
  return {.measures = seed_run(run), .stopped = run.training.stopped, .result_line = result_text(dataset, run)};
}

RunSettings settings_of(const Settings& settings, const Dataset& images, std::uint64_t seed, std::size_t network) {
  RunSettings run = settings.run_settings(images);
  run.training.seed = seed;
  run.architecture.norm = settings.norms[network];
  return run;
}

// "plain     seed 2  mean training loss 0.2345  test accuracy 0.9362": the losses averaged over all steps.
std::string describe_end(const Run& run) {
  const std::string seed = seeds_text(run.settings.training.seed, 1);
  if (run.diverged()) return seed + ", " + describe_divergence(run);
  const std::string name = format("%-9s %s", model_name(run.settings.architecture), seed.c_str());
  if (run.training.stopped) return name + format("  stopped at step %zu", run.training.step);
  return name + format("  mean training loss %.4f  test accuracy %.4f", seed_run(run).train_loss, run.test.accuracy);
}

// The runs of all seeds but the first: plain and normalised in turn.
class OtherSeeds {
 public:
  OtherSeeds(const Settings& settings, const DatasetPair& data, const Terminal& terminal)
      : settings_(settings),
        data_(data),
        kept_(2 * (settings.seeds - 1)),
        progress_(terminal, kept_.size(), settings.training.epochs) {}

  // As whole runs, one a thread, where no thread would be idle from the start; else one after another.
  std::vector<KeptRun> train(ThreadPool& threads) {
    if (kept_.size() >= threads.size()) {
      share_out(threads, kept_.size(), [this](std::size_t number) { train_one(number, nullptr); });
    } else {
      for (std::size_t number = 0; number < kept_.size(); ++number) train_one(number, &threads);
    }
    return kept_;
  }

 private:
  void train_one(std::size_t number, ThreadPool* threads) {
    if (interrupt_signal() != 0) return;
    const std::uint64_t seed = settings_.training.seed + 1 + number / 2;
    DatasetPair data = data_;  // its own: the scale of its inputs follows from the images that it is trained on
    const Split split = bnlab::split(data.train, settings_.limit, settings_.validation, seed);
    set_scale(data, pixel_scale(settings_.pixels, split.train));
    Run run(settings_of(settings_, data.train, seed, number % 2), threads);
    run.train(split, progress_.observer(number));
    run.test_at_the_end(data.test);
    progress_.finish(number, describe_end(run));
    kept_[number] = keep(run, data.name);
  }

  const Settings& settings_;
  const DatasetPair& data_;
  std::vector<KeptRun> kept_;
  RunsProgress progress_;
};

std::string table_row(const std::string& label, const std::string& first, const std::string& second,
                      const std::string& difference) {
  constexpr std::size_t kLabel = 21;
  constexpr std::size_t kColumn = 17;
  return without_trailing_spaces("  " + padded(label, kLabel) + padded(first, kColumn) + padded(second, kColumn) +
                                 difference) +
         "\n";
}

std::string csv_row(const SeedRun& run, const char* model) {
  std::string row = format("%llu,%s,", static_cast<unsigned long long>(run.seed), model);
  if (!run.finished) return row + format(",,,,%zu\n", run.diverged_at_step);
  row += format("%.*g,", kLossDigits, run.train_loss);
  row += run.validation_accuracy ? format("%.6f,", *run.validation_accuracy) : ",";
  return row + format("%.6f,%.*g,\n", run.test_accuracy, kLossDigits, run.test_loss);
}

const char* model_of(const RunPair& names, std::size_t network) {
  return model_name(names[network].settings.architecture);
}

}  // namespace

bool SeedResults::all_diverged() const {
  const auto both = [](const SeedPair& pair) { return pair[0].diverged() && pair[1].diverged(); };
  return !pairs.empty() && std::all_of(pairs.begin(), pairs.end(), both);
}

SeedResults run_seeds(const RunPair& first, const Settings& settings, const DatasetPair& data, ThreadPool& threads,
                      const Terminal& terminal) {
  std::vector<KeptRun> kept = {keep(first[0], data.name), keep(first[1], data.name)};
  if (settings.seeds > 1 && !kept[1].stopped) {
    for (const KeptRun& run : OtherSeeds(settings, data, terminal).train(threads)) kept.push_back(run);
  }
  SeedResults results;
  for (std::size_t i = 0; i < kept.size(); i += 2) {
    if (!kept[i].stopped && !kept[i + 1].stopped) results.pairs.push_back({kept[i].measures, kept[i + 1].measures});
  }
  for (const KeptRun& run : kept) {
    if (!run.result_line.empty()) results.result_lines.push_back(run.result_line);
  }
  return results;
}

std::string seeds_table(const RunPair& names, const std::vector<SeedPair>& pairs) {
  const std::vector<MeasureOverSeeds> measures = measures_over_seeds(pairs);
  if (measures.empty()) return "";
  std::string text = format("  Over %s: mean ± half of its 95 %% interval (Student's t)\n",
                            counted(measures[0].difference.count, "seed").c_str());
  text += table_row("", model_of(names, 0), model_of(names, 1), "difference");
  for (const MeasureOverSeeds& measure : measures) {
    text += table_row(measure.name, mean_text(measure, measure.first), mean_text(measure, measure.second),
                      difference_text(measure));
  }
  return text;
}

std::string seeds_path(const std::string& folder) { return folder + "/seeds.csv"; }

std::string seeds_csv(const RunPair& names, const std::vector<SeedPair>& pairs) {
  std::string csv = "seed,model,mean_train_loss,validation_accuracy,test_accuracy,test_loss,diverged_at_step\n";
  for (const SeedPair& pair : pairs) csv += csv_row(pair[0], model_of(names, 0)) + csv_row(pair[1], model_of(names, 1));
  return csv;
}

std::string seeds_line(const std::string& dataset, const RunPair& names, const std::vector<SeedPair>& pairs) {
  const std::vector<MeasureOverSeeds> measures = measures_over_seeds(pairs);
  if (measures.empty() || measures[0].difference.count < 2) return "";
  std::string line = format("seeds model=%s minus=%s dataset=%s first_seed=%llu seeds=%zu", model_of(names, 1),
                            model_of(names, 0), one_word(dataset).c_str(),
                            static_cast<unsigned long long>(pairs[0][0].seed), measures[0].difference.count);
  for (const MeasureOverSeeds& measure : measures) {
    const Estimate& difference = measure.difference;
    line += format(" %s_difference=%.6f %s_low=%.6f %s_high=%.6f %s_p=%.4g", measure.key, difference.mean, measure.key,
                   difference.low, measure.key, difference.high, measure.key, measure.p_value);
  }
  return line;
}

}  // namespace bnlab

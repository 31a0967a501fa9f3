// bnlab compare: the main job.
#include <array>

#include "bnlab/cli/commands.hpp"
#include "bnlab/data/file.hpp"
#include "bnlab/lab/chart.hpp"
#include "bnlab/lab/paired.hpp"

namespace bnlab {
namespace {

using Pair = std::array<Run, 2>;  // the same run without and with batch normalization

bool both_finished(const Pair& pair) { return pair[0].finished() && pair[1].finished(); }

Pair run_pair(RunSettings settings, const Split& split, const Dataset& test, ThreadPool& threads,
              const Terminal& terminal) {
  const auto run_one = [&](const char* norm) {
    settings.architecture.norm = norm;
    Run run(settings, &threads);
    run.training.stopped = interrupted() != 0;
    if (run.training.stopped) return run;
    run.train(split, show_progress(terminal, model_name(settings.architecture), settings.training.epochs));
    run.test_at_the_end(test);
    if (run.diverged()) terminal.say("%s  %s\n", terminal.clear_line(), divergence(run).c_str());
    return run;
  };
  return {run_one("none"), run_one("batch")};  // in that order, as braces promise
}

std::string table(const Pair& pair) {
  const auto &plain = pair[0].training.epochs, &norm = pair[1].training.epochs;
  if (plain.empty() && norm.empty()) return "";
  const bool validated = (plain.empty() ? norm : plain)[0].validated;
  std::string text = "         train loss          train accuracy";
  if (validated) text += "      validation loss     validation accuracy";
  text += "\n  epoch";
  for (int column = 0; column < (validated ? 4 : 2); ++column) text += "    plain  batchnorm";
  text += "\n";
  for (std::size_t e = 0; e < std::max(plain.size(), norm.size()); ++e) {
    text += format("  %5zu", e + 1);
    const auto both = [&](double EpochResult::*value) {
      text += e < plain.size() ? format("   %6.4f", plain[e].*value) : "        -";
      text += e < norm.size() ? format("     %6.4f", norm[e].*value) : "          -";
    };
    both(&EpochResult::train_loss), both(&EpochResult::train_accuracy);
    if (validated) both(&EpochResult::validation_loss), both(&EpochResult::validation_accuracy);
    text += "\n";
  }
  return text;
}

// A loss that explodes would press all others to the bottom: it is cut at twice what the networks began with.
std::string loss_chart(const Pair& pair, const Terminal& terminal) {
  std::vector<Curve> curves = {{"plain", 'o', terminal.colour ? "\x1b[33m" : "", pair[0].step_losses},
                               {"batchnorm", 'x', terminal.colour ? "\x1b[36m" : "", pair[1].step_losses}};
  const std::size_t steps = std::max(curves[0].values.size(), curves[1].values.size());
  double ceiling = 0;
  for (const Curve& curve : curves) ceiling = curve.values.empty() ? ceiling : std::max(ceiling, 2 * curve.values[0]);
  std::string title = "training loss";
  for (Curve& curve : curves) {
    for (double& loss : curve.values) {
      if (loss > ceiling) loss = ceiling, title = format("training loss, cut at %.3g", ceiling);
    }
  }
  return draw_chart(title, curves, 1, static_cast<double>(steps), "step");
}

// Two or three sentences that say no more than the numbers do.
std::string verdict(const Pair& pair) {
  if (!both_finished(pair)) {
    std::string text;
    for (const Run& r : pair) {
      if (r.finished()) text += "  Test accuracy of the one that got through: " + percent_with_error(r.test) + ".\n";
    }
    return text;
  }
  const Evaluation &plain = pair[0].test, &norm = pair[1].test;
  const PairedDifference d = paired_difference(plain.correct, norm.correct);
  const std::string chance = d.p_value < 0.0001 ? "< 0.0001" : format("= %.4f", d.p_value);
  const std::string conclusion =
      !d.significant()
          ? "within two standard errors: no difference."
          : format("more than two standard errors: with batch normalization the network is %s on these images.",
                   d.difference > 0 ? "better" : "worse");
  return format(R"(  Test accuracy: plain %s, with batch normalization %s (%s images; ± is one binomial
  standard error). On the same images, %s were right only with it and %s only without: a difference of
  %+.2f points, 95 %% interval %+.2f to %+.2f (McNemar p %s).
  That is %s It is one seed:
  the interval speaks of other test images, not of other initial weights; try --seed 2.
)",
                percent_with_error(plain).c_str(), percent_with_error(norm).c_str(), grouped(d.count).c_str(),
                grouped(d.only_second).c_str(), grouped(d.only_first).c_str(), 100 * d.difference, 100 * d.low,
                100 * d.high, chance.c_str(), conclusion.c_str());
}

// Both models and history.csv.
void write_results(const std::string& folder, const std::string& dataset, Pair& pair) {
  std::string csv = "model,epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds\n";
  for (Run& run : pair) {
    const Architecture& a = run.settings.architecture;
    const std::string path = folder + "/" + model_name(a) + ".safetensors";
    if (run.diverged()) {
      std::remove(path.c_str());  // an older run's model would pass for this one's
    } else {
      save_model(path, run.network, metadata_of({a, dataset, run.settings.training.seed}));
    }
    for (const EpochResult& e : run.training.epochs) {
      csv += format("%s,%zu,%.*g,%.6f,", model_name(a), e.epoch, kLossDigits, e.train_loss, e.train_accuracy);
      csv += e.validated ? format("%.*g,%.6f,", kLossDigits, e.validation_loss, e.validation_accuracy) : ",,";
      csv += format("%.3f\n", e.seconds);
    }
  }
  write_file(folder + "/history.csv", csv);
}

// The case that needs batch normalization: deep, with activations that saturate, and an optimizer that scales all
// gradients alike. For the rest it is the run that was asked for, whose words say nothing of the network.
void show_deep_sigmoid(const Settings& settings, const DatasetPair& data, const Split& split, ThreadPool& threads,
                       const Terminal& terminal) {
  std::string line = "compare --hidden 100,100,100 --activation sigmoid --optimizer sgd";
  std::vector<std::string> words = pieces(line, ' ');
  for (const std::string& word : settings.words) words.push_back(word), line += " " + word;
  const RunSettings deep = parse_command_line(words).run_settings(data.train);
  terminal.say("\nA network that needs it: 100-100-100 sigmoid layers, %s\n\n", deep.optimizer.describe().c_str());
  const Pair pair = run_pair(deep, split, data.test, threads, terminal);
  if (interrupted() != 0) return terminal.say("%s\n  Stopped early.\n", terminal.clear_line());
  terminal.say("\n%s\n%s", loss_chart(pair, terminal).c_str(), verdict(pair).c_str());
  // The last --out counts.
  terminal.say("  Alone, with table and files: build/bnlab %s --out %s-deep\n", line.c_str(), settings.out.c_str());
}

}  // namespace

int compare_command(const Settings& settings, const Terminal& terminal) {
  make_writable_folder(settings.out);
  const DatasetPair data = load_datasets(settings.data);
  const Split split = bnlab::split(data.train, settings.limit, settings.validation, settings.seed);
  const RunSettings run = settings.run_settings(data.train);
  ThreadPool threads(settings.threads);

  const Architecture& plain = run.architecture;
  Architecture norm = plain;
  norm.norm = "batch";
  const std::string network = format("%s: %s parameters, %s with batch normalization", plain.describe().c_str(),
                                     grouped(plain.parameter_count()).c_str(), grouped(norm.parameter_count()).c_str());
  terminal.say(
      "What does batch normalization do? The same network twice, from the same weights, on the same batches.\n\n%s\n",
      describe_run(data, split, network, run, threads.size()).c_str());

  listen_for_interrupts();
  Pair pair = run_pair(run, split, data.test, threads, terminal);
  const bool stopped = pair[0].training.stopped || pair[1].training.stopped;
  if (!stopped) write_results(settings.out, data.name, pair);
  terminal.say("%s\n%s\n%s\n", stopped ? terminal.clear_line() : "", table(pair).c_str(),
               loss_chart(pair, terminal).c_str());
  terminal.say("%s", verdict(pair).c_str());
  terminal.say(stopped               ? "  Stopped early; nothing was written to %s.\n"
               : both_finished(pair) ? "  Models and history.csv are in %s.\n"
                                     : "  The model that got through, if any, and history.csv are in %s.\n",
               settings.out.c_str());

  const bool own_network = settings.was_given(
      {"--hidden", "--activation", "--dropout", "--optimizer", "--lr", "--weight-decay", "--adam-eps"});
  if (!own_network && !settings.quiet && interrupted() == 0) {
    show_deep_sigmoid(settings, data, split, threads, terminal);
  }

  terminal.say("\n");
  for (const Run& each : pair) print_result(data.name, each);
  if (interrupted() != 0) return 128 + interrupted();
  return pair[0].diverged() && pair[1].diverged() ? 1 : 0;
}

}  // namespace bnlab

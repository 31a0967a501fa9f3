// bnlab bench: the matrix products, an epoch and its parts, each relative to the machine's peak.
#include "bnlab/lab/bench.hpp"

#include <algorithm>
#include <cstdio>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/outputs.hpp"
#include "bnlab/cli/printing.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/cli/usage_error.hpp"
#include "bnlab/lab/figures/drawing.hpp"

namespace bnlab {
namespace {

Limits show_limits(ThreadPool& threads, const Terminal& terminal) {
  const Limits limits = measure_limits(threads);
  terminal.print(
      "This machine, with %zu thread%s and vectors of %zu %ss: multiply-adds %.0f GFLOP/s, copying outside the caches "
      "%.1f GB/s\n\n",
      threads.size(), threads.size() == 1 ? "" : "s", kLanes, kPrecision, limits.gflops, limits.gigabytes);
  return limits;
}

void bench_gemm(ThreadPool& threads, const Terminal& terminal) {
  show_limits(threads, terminal);
  std::string results;
  terminal.print("  %-12s  %4s  %4s  %4s  %8s  of the peak\n", "product", "m", "n", "k", "GFLOP/s");
  for (const ProductSpeed& p : time_products(threads)) {
    terminal.print("  %-12s  %4zu  %4zu  %4zu  %8.1f  %3.0f %%  %s\n", p.name, p.m, p.n, p.k, p.gflops,
                   100 * p.fraction, bar(p.fraction, 40).c_str());
    results += format("gemm %s %zu %zu %zu %.1f %.3f\n", p.name, p.m, p.n, p.k, p.gflops, p.fraction);
  }
  terminal.print("\n");
  std::fputs(results.c_str(), stdout);
}

// Layers of one kind as one part.
std::vector<PartTime> by_kind(const std::vector<PartTime>& parts) {
  std::vector<PartTime> kinds;
  for (const PartTime& part : parts) {
    auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const PartTime& k) { return k.name == part.kind; });
    if (kind == kinds.end()) kind = kinds.insert(kind, {.name = part.kind, .kind = part.kind});
    kind->forward += part.forward;
    kind->backward += part.backward;
    kind->gflop += part.gflop;
    kind->gigabytes += part.gigabytes;
  }
  return kinds;
}

void draw_parts(const std::vector<PartTime>& parts, double steps, const Limits& limits, const Terminal& terminal) {
  double all = 0;
  for (const PartTime& part : parts) all += part.forward + part.backward;
  terminal.print("  %-20s  %9s  %9s  (microseconds per step)   share\n", "part", "forward", "backward");
  for (const PartTime& part : parts) {
    const double time = part.forward + part.backward;
    const bool product = part.gflop > 0;
    const double speed = (product ? part.gflop : part.gigabytes) / time;
    const double limit = product ? limits.gflops : limits.gigabytes;
    terminal.print("  %-20s  %9.1f  %9.1f  %5.1f %-7s %4.0f %% of %-8s  %5.1f %% %s\n", part.name.c_str(),
                   1e6 * part.forward / steps, 1e6 * part.backward / steps, speed, product ? "GFLOP/s" : "GB/s",
                   100 * speed / limit, product ? "the peak" : "copying", 100 * time / all,
                   bar(time / all, 30).c_str());
  }
  terminal.print("\n");
}

double median_epoch(Run& run, const Subset& images) {
  run.train({.train = images, .validation = {}}, {});
  std::vector<double> seconds;
  for (const EpochResult& epoch : run.training.epochs) seconds.push_back(epoch.seconds);
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

// The parts of an epoch: layers of one kind together, and the epoch's seconds; or each layer alone.
void bench_training(const Settings& settings, bool by_layer, ThreadPool& threads, const Terminal& terminal) {
  const DatasetPair data = load_datasets(settings.data, settings.dataset);
  check_outputs(settings, data.files);
  const Split images = split(data.train, settings.limit, 0, settings.training.seed);
  Run run(settings.run_settings(data.train), &threads);
  run.settings.training.epochs = 3;
  const std::string network = model_name(run.settings.architecture);
  terminal.print("%s", describe_run(data, images, network, run.settings, threads.size()).c_str());
  const Limits limits = show_limits(threads, terminal);
  const BatchPlan plan(images.train.indices.size(), settings.training.batch);
  const double steps = static_cast<double>(plan.count());
  const std::vector<PartTime> parts = time_parts(run, images.train);
  draw_parts(by_layer ? parts : by_kind(parts), steps, limits, terminal);
  if (!by_layer) {
    print_result_line("epoch_seconds=%.6f", median_epoch(run, images.train));
    return;
  }
  for (const PartTime& part : parts) {
    print_result_line("layer %s %.2f %.2f", part.name.c_str(), 1e6 * part.forward / steps, 1e6 * part.backward / steps);
  }
}

}  // namespace

int bench_command(const Settings& settings, const Terminal& terminal) {
  const std::string& what = settings.arguments[0];
  if (what != "gemm" && what != "epoch" && what != "layers") {
    fail_usage("bench: expected gemm, epoch or layers, found '" + shown(what) + "'");
  }
  ThreadPool threads(settings.threads);
  if (what == "gemm") {
    bench_gemm(threads, terminal);
  } else {
    bench_training(settings, what == "layers", threads, terminal);
  }
  return 0;
}

}  // namespace bnlab

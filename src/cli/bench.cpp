// bnlab bench: the matrix products, an epoch and its parts, each beside what the machine can do at most.
#include "bnlab/lab/bench.hpp"

#include <algorithm>
#include <cstdio>

#include "bnlab/cli/commands.hpp"

namespace bnlab {
namespace {

struct Limits {
  double gflops, gigabytes;  // per second
};

Limits measure_limits(ThreadPool& threads, const Terminal& terminal) {
  Limits limits{0, memory_gigabytes(threads)};
  for (int round = 0; round < 20; ++round) limits.gflops = std::max(limits.gflops, peak_gflops(threads));
  terminal.say(
      "This machine, with %zu thread%s and vectors of %zu %ss: multiply-adds %.0f GFLOP/s, copying outside the caches "
      "%.1f GB/s\n\n",
      threads.size(), threads.size() == 1 ? "" : "s", kLanes, kPrecision, limits.gflops, limits.gigabytes);
  return limits;
}

void bench_gemm(ThreadPool& threads, const Terminal& terminal) {
  measure_limits(threads, terminal);
  std::string results;
  terminal.say("  %-12s  %4s  %4s  %4s  %8s  of the peak\n", "product", "m", "n", "k", "GFLOP/s");
  for (const ProductSpeed& p : time_products(threads)) {
    const double fraction = p.gflops / p.peak;
    terminal.say("  %-12s  %4zu  %4zu  %4zu  %8.1f  %3.0f %%  %s\n", p.name, p.m, p.n, p.k, p.gflops, 100 * fraction,
                 bar(fraction, 40).c_str());
    results += format("gemm %s %zu %zu %zu %.1f %.3f\n", p.name, p.m, p.n, p.k, p.gflops, fraction);
  }
  terminal.say("\n");
  std::printf("%s", results.c_str());
}

// What a part is called in the picture of an epoch: layers of one kind are one part.
const char* kind_of(const PartTime& part) {
  if (part.gflop > 0) return "products";
  if (part.name.starts_with("bn")) return "batch normalization";
  if (part.name == "batch") return "batch assembly";
  return part.name == "loss" || part.name == "optimizer" ? part.name.c_str() : "activation";
}

// "121.3 GFLOP/s   79 % of the peak", or bytes and those of copying.
std::string beside_limit(const PartTime& part, const Limits& limits) {
  const double time = part.forward + part.backward;
  if (part.gflop > 0)
    return format("%6.1f GFLOP/s  %3.0f %% of the peak", part.gflop / time, 100 * part.gflop / time / limits.gflops);
  return format("%6.1f GB/s     %3.0f %% of copying ", part.gigabytes / time,
                100 * part.gigabytes / time / limits.gigabytes);
}

void bench_epoch(Run& run, const Subset& images, const Limits& limits, const Terminal& terminal) {
  std::vector<PartTime> kinds;  // layers of one kind added up
  double sum = 0;
  for (const PartTime& part : time_parts(run, images)) {
    const auto same =
        std::find_if(kinds.begin(), kinds.end(), [&](const PartTime& k) { return k.name == kind_of(part); });
    PartTime& kind = same != kinds.end() ? *same : kinds.emplace_back(PartTime{kind_of(part)});
    kind.forward += part.forward, kind.backward += part.backward;
    kind.gflop += part.gflop, kind.gigabytes += part.gigabytes;
    sum += part.forward + part.backward;
  }
  terminal.say("  %-20s  seconds  share\n", "an epoch's parts");
  for (const PartTime& kind : kinds) {
    const double time = kind.forward + kind.backward;
    terminal.say("  %-20s  %7.3f  %4.1f %%  %s  %s\n", kind.name.c_str(), time, 100 * time / sum,
                 beside_limit(kind, limits).c_str(), bar(time / sum, 40).c_str());
  }
  terminal.say("\n");
  run.train({images, {}}, {});
  std::vector<double> seconds;
  for (const EpochResult& epoch : run.training.epochs) seconds.push_back(epoch.seconds);
  std::sort(seconds.begin(), seconds.end());
  std::printf("epoch_seconds=%.4f\n", seconds[seconds.size() / 2]);
}

void bench_layers(Run& run, const Subset& images, const Limits& limits, const Terminal& terminal) {
  const double steps = static_cast<double>(BatchPlan(images.indices.size(), run.settings.training.batch).count());
  const auto microseconds = [&](double seconds) { return 1e6 * seconds / steps; };
  std::string results;
  terminal.say("  %-10s  %12s  %12s  (microseconds per step)\n", "part", "forward", "backward");
  for (const PartTime& part : time_parts(run, images)) {
    const double forward = microseconds(part.forward), backward = microseconds(part.backward);
    terminal.say("  %-10s  %12.1f  %12.1f  %s\n", part.name.c_str(), forward, backward,
                 beside_limit(part, limits).c_str());
    results += format("layer %s %.2f %.2f\n", part.name.c_str(), forward, backward);
  }
  terminal.say("\n");
  std::printf("%s", results.c_str());
}

}  // namespace

int bench_command(const Settings& settings, const Terminal& terminal) {
  const std::string& what = settings.files[0];
  if (what != "gemm" && what != "epoch" && what != "layers") {
    throw UsageError(format("bench: expected gemm, epoch or layers, found '%s'", what.c_str()));
  }
  ThreadPool threads(settings.threads);
  if (what == "gemm") return bench_gemm(threads, terminal), 0;

  const DatasetPair data = load_datasets(settings.data);
  const Split images = split(data.train, settings.limit, 0, settings.seed);
  Run run(settings.run_settings(data.train), &threads);
  run.settings.training.epochs = 3;
  terminal.say("%s",
               describe_run(data, images, model_name(run.settings.architecture), run.settings, threads.size()).c_str());
  const Limits limits = measure_limits(threads, terminal);
  (what == "epoch" ? bench_epoch : bench_layers)(run, images.train, limits, terminal);
  return 0;
}

}  // namespace bnlab

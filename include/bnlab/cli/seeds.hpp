// compare --seeds: the same comparison with other seeds, in a table, a file and lines for programs.
#pragma once

#include "bnlab/cli/settings.hpp"
#include "bnlab/cli/terminal.hpp"
#include "bnlab/lab/over_seeds.hpp"

namespace bnlab {

struct SeedResults {
  std::vector<SeedPair> pairs;            // in the order of their seeds, without those that were stopped
  std::vector<std::string> result_lines;  // of each run that began, for programs
  bool all_diverged() const;
};

// The first seed's pair, and then the others, trained here. Whole runs are shared out among the threads where there are
// enough of them. The results are the same as of single comparisons with these seeds.
SeedResults run_seeds(const RunPair& first, const Settings& settings, const DatasetPair& data, ThreadPool& threads,
                      const Terminal& terminal);

// Each measure: of both networks, and their difference.
std::string seeds_table(const RunPair& names, const std::vector<SeedPair>& pairs);

// The file seeds.csv, one row for each run.
std::string seeds_path(const std::string& folder);
std::string seeds_csv(const RunPair& names, const std::vector<SeedPair>& pairs);

// "seeds model=batchnorm minus=plain dataset=… mean_train_loss_difference=…"; empty for fewer than two pairs that finished.
std::string seeds_line(const std::string& dataset, const RunPair& names, const std::vector<SeedPair>& pairs);

}  // namespace bnlab

// What several commands print for the reader.
#pragma once

#include "bnlab/cli/text.hpp"
#include "bnlab/lab/run.hpp"

namespace bnlab {

// The run before it starts: the images, the network (in the caller's words), the training. `seeds`: how many runs there
// are, each with a seed of its own.
std::string describe_run(const DatasetPair& data, const Split& split, const std::string& network,
                         const RunSettings& run, std::size_t threads, std::size_t seeds = 1);

// "seed 1", "seeds 1 to 5".
std::string seeds_text(std::uint64_t first, std::size_t count);

// "(pixel / 255 - 0.5) / 0.5"; "its mean" and "its deviation" where each pixel has its own.
std::string describe_scale(const PixelScale& scale);
// A line that says so where the scale is not the usual one; else nothing.
std::string describe_inputs(const PixelScale& scale);

std::string counted(std::size_t number, const char* noun);  // "1 thread", "2 threads"

std::string percent_with_error(const Evaluation& test);  // "86.42 % ± 0.34"

// "Sneaker   ": the class's number and, where it has one, its name, padded to a column's width.
std::string label_text(const std::string& dataset, std::size_t label);

// Says that and where the loss became non-finite, and what to try.
std::string describe_divergence(const Run& run);

}  // namespace bnlab

// The lines that programs read: "result model=… dataset=… test_accuracy=…".
#pragma once

#include "bnlab/lab/run.hpp"

namespace bnlab {

// What such a network is called in result lines and file names: "plain", "batchnorm".
inline const char* model_name(const Architecture& architecture) { return norm_kind(architecture.norm).model; }

// Prints a line for programs: as printf in the "C" locale, and a line break.
[[gnu::format(printf, 1, 2)]] void print_result_line(const char* pattern, ...);

// The line of a training run, and the same printed.
std::string result_text(const std::string& dataset, const Run& run);
void print_result(const std::string& dataset, const Run& run);

}  // namespace bnlab

// What an experiment prints for the reader.
#pragma once

#include "bnlab/cli/terminal.hpp"
#include "bnlab/lab/trials/experiment_files.hpp"

namespace bnlab {

// Before the runs: claim, hypothesis, measure, arms, and what is varied.
void print_plan(const Experiment& experiment, const Size& size, const Terminal& terminal);

// After them: chart, tables, sentences; then the verdict line, also where the terminal is quiet.
void print_answer(const Finished& one, const Size& size, const Terminal& terminal);

}  // namespace bnlab

// The comparison of two runs that differ in their normalization, in words, tables and charts.
#pragma once

#include "bnlab/cli/terminal.hpp"
#include "bnlab/lab/findings.hpp"

namespace bnlab {

// What is asked: "What does batch normalization do?"
std::string comparison_question(const std::string& first_norm, const std::string& second_norm);

// Losses and accuracies by epoch; empty where no epoch was completed.
std::string epoch_table(const RunPair& pair);

std::string loss_chart(const RunPair& pair, const Terminal& terminal);

// Two or three sentences that claim no more than the numbers show, of the first of so many seeds.
std::string verdict(const RunPair& pair, std::size_t seeds = 1);

// The file history.csv.
std::string history_csv(const RunPair& pair);

}  // namespace bnlab

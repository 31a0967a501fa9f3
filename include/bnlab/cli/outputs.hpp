// What a command writes must not be what it reads, nor be written twice.
#pragma once

#include "bnlab/cli/settings.hpp"

namespace bnlab {

// To be called before anything is written or takes long. Inputs are the models, checkpoints and images that the command
// line names, and the files of the dataset; outputs are those of its options, standard output where it is a file, and
// `of_out`, the files in the folder --out.
//
// Files are the same if the system says so, whatever they are called: links, "./x" and "x", outputs that do not exist
// yet. Three are meant to be written in place: the checkpoint that is resumed, the model that training starts from, and
// the model that is folded. UsageError: an output is an input or another output. Error: an output cannot be written.
void check_outputs(const Settings& settings, const std::vector<std::string>& dataset_files = {},
                   const std::vector<std::string>& of_out = {});

}  // namespace bnlab

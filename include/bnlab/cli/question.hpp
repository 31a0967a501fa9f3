// The question that a comparison answers: its settings, and the folder that its results belong in.
#pragma once

#include "bnlab/cli/settings.hpp"

namespace bnlab {

// "build/run" for the defaults, so that these results stay what they are; else a folder named after what differs from
// them, such as "build/run-hidden-100,100-optimizer-sgd"; of other images "build/run-mnist".
std::string question_folder(const Settings& settings, const DatasetPair& data);

// All settings that decide the results, a line for each: the content of settings.txt beside them.
std::string question_text(const Settings& settings, const DatasetPair& data);
std::string question_path(const std::string& folder);  // of settings.txt

// Whether the results in the folder settings.out, if any, are those of other settings, as its settings.txt says.
bool holds_other_question(const Settings& settings, const DatasetPair& data);

}  // namespace bnlab

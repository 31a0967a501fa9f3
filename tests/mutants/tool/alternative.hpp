// Solutions written differently, as tests/assignment/alternatives keeps them: a file for each marked region.
#pragma once

#include "catalogue.hpp"

namespace mutants {

// The files that an alternative solution changes. Its folder holds, for each region that it replaces, a file TASK.cpp,
// or TASK.FUNCTION.cpp where the task has regions in several functions; and extras.txt with changes outside of regions,
// in the form of a mutant. A region's file may begin with lines that include something; these go to the top of the
// source. Throws std::runtime_error where a file fits no region, or more than one.
std::map<std::string, std::string> replace_regions(const std::string& folder, const Sources& sources);

}  // namespace mutants

// The question that a comparison answers: its settings and its images, and the folder that its results belong in.
#pragma once

#include "bnlab/cli/settings.hpp"

namespace bnlab {

// Where `bnlab compare` puts the results of the defaults; those of other settings go to folders whose names begin so.
std::string usual_folder();

class Question {
 public:
  Question(const Settings& settings, const DatasetPair& data);

  // All that decides the results, a line for each: the content of settings.txt beside them. The images are there by
  // fingerprints of all their pixels and labels.
  const std::string& text() const { return text_; }

  // usual_folder() for the defaults, so that these results stay what they are; else one named after what differs from
  // them, such as "build/run-hidden-100,100-optimizer-sgd"; of other images "build/run-mnist-1f2e3d4c". Where that holds
  // the results of another question all the same, the first of "…-2", "…-3" that does not.
  std::string folder() const;

  // Whether the results in that folder, if any, are another question's, as their settings.txt says.
  bool is_not_that_of(const std::string& folder) const;

 private:
  std::string text_;
  std::string name_;  // of the folder
};

// Of settings.txt. It is written when all results are there: without it they are not whole.
std::string question_path(const std::string& folder);

}  // namespace bnlab

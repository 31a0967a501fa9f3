// Finished runs on disk, so that they need not be made again.
//
// A run is used again only where program, images and settings are the same: all three are the first lines of its file,
// and their fingerprint is the file's name. Its last line is a fingerprint of the whole file: a run that was cut or altered
// is made again. Whoever changes a line of the layers never sees an old result.
#pragma once

#include "bnlab/lab/trials/trial.hpp"

namespace bnlab {

class RunStore {
 public:
  // In that folder, which is made where there is a run to keep. `program` and `images` are fingerprints.
  RunStore(std::string folder, std::string program, std::string images)
      : folder_(std::move(folder)), program_(std::move(program)), images_(std::move(images)) {}

  // The measurements of a run of that experiment. Nothing: there are none, or their file is not whole.
  std::optional<Measurements> find(const std::string& experiment, const Trial& trial) const;
  void keep(const std::string& experiment, const Trial& trial, const Measurements& measured) const;

  // Removes all runs, those of other programs and images, too.
  void forget() const;

 private:
  std::string head(const std::string& experiment, const Trial& trial) const;
  std::string path(const std::string& head) const;

  std::string folder_, program_, images_;
};

// A fingerprint of all pixels and labels of both parts, and of the number of classes, which decides the network's outputs.
std::string images_fingerprint(const DatasetPair& data);

}  // namespace bnlab

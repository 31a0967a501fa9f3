// A device for tests that must not be written to.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "support.hpp"

namespace bnlab::testing {

// A terminal of its own. Never /dev/null: a mistake in the code that is tested would, run by root, replace it for the whole
// machine, while in the folder of terminals nobody can make or rename a file.
class Device {
 public:
  Device() : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    REQUIRE(master_ >= 0);
    REQUIRE((::grantpt(master_) == 0 && ::unlockpt(master_) == 0));
    path_ = ::ptsname(master_);
  }
  ~Device() { ::close(master_); }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  const std::string& path() const { return path_; }

 private:
  int master_;
  std::string path_;
};

}  // namespace bnlab::testing

#include "bnlab/cli/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "bnlab/core/error.hpp"

namespace bnlab {

static int first_problem = 0;  // the errno of the first failure; 0: none

void prepare_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    const bool is_closed = ::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
    if (!is_closed) continue;
    const int wrong_way = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    ::open("/dev/null", wrong_way);  // gets the lowest number that is free, which is this one
  }
  std::signal(SIGXFSZ, SIG_IGN);
}

void flush_output() {
  if (std::fflush(stdout) != 0 && first_problem == 0) first_problem = errno;
}

void expect_output_written() {
  flush_output();
  if (first_problem != 0) fail("standard output: cannot be written: %s", std::strerror(first_problem));
  if (std::ferror(stdout) != 0) fail("standard output: cannot be written");
}

}  // namespace bnlab

// bnlab: trains a network with and without batch normalization, and explains what happened.
#include "bnlab/cli/commands.hpp"

// Exit status: 0, 2 for a wrong command line, 1 for anything else that failed, with one line on standard error.
int main(int argc, char** argv) {
  try {
    const int status = bnlab::run_command(bnlab::parse_command_line({argv + 1, argv + argc}));
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) bnlab::fail("standard output: cannot be written");
    return status;
  } catch (const bnlab::UsageError& error) {
    std::fprintf(stderr, "bnlab: %s\n", error.what());
    return 2;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "bnlab: out of memory\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bnlab: %s\n", error.what());
  }
  return 1;
}

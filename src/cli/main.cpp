// bnlab: trains a network with and without batch normalization, and explains what happened.
#include <cstdio>
#include <new>

#include "bnlab/cli/command_line.hpp"
#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/help.hpp"

namespace {

int run(const std::vector<std::string>& words) {
  const bnlab::Settings settings = bnlab::parse_command_line(words);
  if (!settings.help) {
    const bnlab::Command& command = *bnlab::find_command(settings.command);
    return command.run(settings, bnlab::Terminal::detect(settings.quiet));
  }
  std::fputs(bnlab::help_text(settings.command).c_str(), stdout);
  return 0;
}

int fail_with(const char* message, int status) {
  std::fputs(bnlab::format("bnlab: %s\n", message).c_str(), stderr);
  return status;
}

}  // namespace

// Exit status: 0, 2 for a wrong command line, 1 for anything else that failed, with one line on standard error.
int main(int argc, char** argv) {
  try {
    const int status = run({argv + 1, argv + argc});
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) bnlab::fail("standard output: cannot be written");
    return status;
  } catch (const bnlab::UsageError& error) {
    return fail_with(error.what(), 2);
  } catch (const std::bad_alloc&) {
    return fail_with("out of memory", 1);
  } catch (const std::exception& error) {
    return fail_with(error.what(), 1);
  }
}

// bnlab: trains a network with and without batch normalization, and explains what happened.
#include <cstdio>
#include <new>

#include "bnlab/cli/command_line.hpp"
#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/help.hpp"
#include "bnlab/cli/standard_streams.hpp"

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
  std::fprintf(stderr, "bnlab: %s\n", message);
  return status;
}

}  // namespace

// Exit status: 0, 2 for a wrong command line, 1 for anything else that failed, with one line on standard error.
int main(int argc, char** argv) {
  bnlab::prepare_standard_streams();
  try {
    const int status = run({argv + 1, argv + argc});
    bnlab::expect_output_written();
    return status;
  } catch (const bnlab::UsageError& error) {
    return fail_with(error.what(), 2);
  } catch (const std::bad_alloc&) {
    return fail_with("out of memory", 1);
  } catch (const std::exception& error) {
    return fail_with(error.what(), 1);
  }
}

// bnlab: trains a network with and without batch normalization, and explains what happened.
#include <cstdio>
#include <exception>

#include "bnlab/cli/commands.hpp"
#include "bnlab/core/error.hpp"

namespace {

int run(const bnlab::Settings& settings) {
  using namespace bnlab;
  if (settings.help) {
    std::fputs(help_text(settings.command).c_str(), stdout);
    return 0;
  }
  const Terminal terminal = Terminal::detect(settings.quiet);
  static constexpr struct {
    const char* name;
    int (*run)(const Settings&, const Terminal&);
  } commands[] = {{"compare", compare_command}, {"train", train_command}, {"eval", eval_command},
                  {"predict", predict_command}, {"fold", fold_command},   {"show", show_command}};
  for (const auto& command : commands) {
    if (settings.command == command.name) return command.run(settings, terminal);
  }
  return gradcheck_command(settings, terminal);
}

}  // namespace

// Exit status: 0, 2 for a wrong command line, 1 for anything else that failed, with one line on standard error.
int main(int argc, char** argv) {
  try {
    const int status = run(bnlab::parse_command_line({argv + 1, argv + argc}));
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

// What `make test` says where tests fail: tests/run.sh and tests/summary.awk, with programs that only pretend to test.
#include <sys/stat.h>

#include "program.hpp"

namespace bnlab::testing::summary_test {

namespace {

// A folder whose run_tests does what the script says.
void pretend(const std::string& folder, const std::string& script) {
  std::filesystem::create_directory(folder);
  write_text(folder + "/run_tests", "#!/bin/sh\n" + script);
  REQUIRE(::chmod((folder + "/run_tests").c_str(), 0700) == 0);
}

std::string begins(const std::string& file, const std::string& name) {
  return "printf 'begin\\t" + file + "\\t" + name + "\\n' >> \"$TEST_RECORDS\"\n";
}
std::string fails(const std::string& file, const std::string& name,
                  const std::string& what = "0: expected 1, found 2") {
  return begins(file, name) + "printf 'failed\\t" + file + "\\t" + name + "\\t" + file + ":12\\t" + what +
         "\\n' >> \"$TEST_RECORDS\"\n";
}
std::string ends(int passed, int failed) {
  return format(
             "printf 'end\\n' >> \"$TEST_RECORDS\"\necho '[doctest] test cases: %d | %d passed | %d failed | 0 "
             "skipped'\n",
             passed + failed, passed, failed) +
         format("exit %d\n", failed > 0 ? 1 : 0);
}

Outcome summary(const std::string& of_float, const std::string& of_double,
                const std::vector<std::string>& options = {"--", "-tc=*"}) {
  TempFolder folder;
  pretend(folder / "single", of_float);
  pretend(folder / "double", of_double);
  // The project as far as the summary looks at it; its house and its mutants are checked elsewhere.
  const std::filesystem::path project = std::filesystem::current_path();
  std::filesystem::create_directory(folder / "tests");
  for (const std::string name : {"src", "include", "tests/run.sh", "tests/summary.awk"}) {
    std::filesystem::create_symlink(project / name, folder / name);
  }
  write_text(folder / "tests/check_house.sh", "exit 0\n");
  std::vector<std::string> words = {"tests/run.sh", "logs", "float=single", "double=double"};
  words.insert(words.end(), options.begin(), options.end());
  return run_program("/bin/sh", words, folder.path(), {.environment = {{"MUTATE", "true"}, {"PYTORCH", "0"}}});
}

}  // namespace

TEST_CASE("make test: where all passes there is no summary, but both of doctest's own") {
  const Outcome outcome = summary(ends(7, 0), ends(5, 0));
  CHECK(outcome.status == 0);
  CHECK(contains(outcome.out, "test cases: 7 | 7 passed"));
  CHECK(contains(outcome.out, "test cases: 5 | 5 passed"));
  CHECK_FALSE(contains(outcome.out, "FAILED"));
}

TEST_CASE("make test: double is tested though float fails, and what failed is listed once, lowest layer first, last") {
  const std::string network = fails("tests/nn/network_test.cpp", "the network"),
                    norm = fails("tests/nn/batchnorm_test.cpp", "BN.9: dx", "dx: expected 3, found 4");
  const Outcome outcome = summary("echo noise\n" + network + norm + ends(6, 2), norm + ends(4, 1));
  CHECK(outcome.status == 1);
  CHECK_FALSE(contains(outcome.out, "noise"));
  CHECK(contains(outcome.out, "test cases: 5 | 4 passed"));
  const std::string end = outcome.out.substr(outcome.out.find("\nFAILED"));
  CHECK(contains(end, "2 test cases (2 in float, 1 in double)"));
  CHECK(end.find("BN.9: dx\n") < end.find("the network\n"));
  CHECK(end.find("BN.9: dx\n") == end.rfind("BN.9: dx\n"));
  CHECK(contains(end, "tests/nn/batchnorm_test.cpp:12  dx: expected 3, found 4\n"));
  CHECK(contains(end, "(in float only)"));
  CHECK(contains(end, "BN.9   dx_nd = "));  // the formula, from the source
  CHECK(contains(end, "Fix batchnorm before the networks"));
  CHECK(contains(end, "logs/test-double.log\n"));
}

TEST_CASE("make test: where the failed cases name several equations alike, all of those are given, not one at random") {
  const std::string all = fails("tests/nn/linear_test.cpp", "LIN.1 to LIN.4: all");
  const Outcome several = summary(all + ends(7, 1), ends(5, 0));
  for (const char* formula : {"LIN.1   y_nj", "LIN.2   dW_ij", "LIN.3   db_j", "LIN.4   dx_ni"}) {
    CHECK(contains(several.out, formula));
  }
  const std::string two =
      all + fails("tests/nn/linear_test.cpp", "LIN.2, LIN.3: both") + fails("tests/nn/linear_test.cpp", "LIN.3: alone");
  const Outcome one = summary(two + ends(7, 3), ends(5, 0));
  CHECK(contains(one.out, "LIN.3   db_j"));
  CHECK_FALSE(contains(one.out, "LIN.2   dW_ij"));
}

TEST_CASE("make test: a failure of double alone is a failure") {
  const Outcome outcome = summary(ends(7, 0), fails("tests/nn/loss_test.cpp", "CE.4: logits") + ends(4, 1));
  CHECK(outcome.status == 1);
  CHECK(contains(outcome.out, "(0 in float, 1 in double)"));
  CHECK(contains(outcome.out, "(in double only)"));
}

TEST_CASE("make test: of many failures those above the lowest layer are counted by file, and all fit on a screen") {
  std::string many;
  for (int i = 0; i < 40; ++i) {
    many += fails("tests/core/tensor_test.cpp", format("tensor %d", i));
    many += fails("tests/train/trainer_test.cpp", format("trainer %d", i));
  }
  const Outcome outcome = summary(many + ends(100, 80), many + ends(100, 80));
  CHECK(contains(outcome.out, "tensor 9\n"));
  CHECK(contains(outcome.out, "and 30 more"));
  CHECK_FALSE(contains(outcome.out, "trainer 0"));
  CHECK(contains(outcome.out, "    40  tests/train/trainer_test.cpp"));
  CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') < 45);
}

TEST_CASE(
    "make test: a crash is told in words, with the test case that was running, and the other precision is tested") {
  const Outcome killed = summary(begins("tests/nn/linear_test.cpp", "LIN.1: y") + "kill -SEGV $$\n", ends(5, 0));
  CHECK(killed.status == 1);
  CHECK(contains(killed.out, "CRASHED: the tests in float ended in the test case \"LIN.1: y\""));
  CHECK(contains(killed.out, "(tests/nn/linear_test.cpp), with signal 11"));
  CHECK(contains(killed.out, "test cases: 5 | 5 passed"));
  const Outcome sanitized = summary(
      ends(7, 0), begins("tests/nn/loss_test.cpp", "CE.1") + "echo 'x.cpp:3: runtime error: overflow' >&2\nexit 1\n");
  CHECK(sanitized.status == 1);
  CHECK(contains(sanitized.out, "the tests in double ended in the test case \"CE.1\""));
  CHECK(contains(sanitized.out, "runtime error: overflow"));
  const std::string file = "tests/nn/loss_test.cpp";
  const Outcome caught =
      summary(begins(file, "CE.1") + "printf 'crashed\\t" + file + "\\tCE.1\\tSIGSEGV\\n' >> \"$TEST_RECORDS\"\n" +
                  "printf 'end\\n' >> \"$TEST_RECORDS\"\nkill -SEGV $$\n",
              ends(5, 0));
  CHECK(caught.status == 1);
  CHECK(contains(caught.out, "with SIGSEGV"));
  const Outcome missing = summary("exit 127\n", ends(5, 0));
  CHECK(missing.status == 1);
  CHECK(contains(missing.out, "ended before any test case, with status 127"));
}

TEST_CASE("make test: after a crash of a program above, the floors below are tested by themselves, to find the cause") {
  const std::string crash = "kill -SEGV $$\n";
  const std::string script = "case \"$*\" in *tests/nn/*)\n" + begins("tests/nn/linear_test.cpp", "LIN.4: dx") + crash +
                             ";; *tests/*)\n" + ends(3, 0) + ";; *)\n" + begins("tests/cli/x_test.cpp", "train") +
                             crash + ";; esac\n";
  const Outcome outcome = summary(script, ends(5, 0), {});
  CHECK(outcome.status == 1);
  CHECK(contains(outcome.out, "CRASHED: the tests in float ended in the test case \"LIN.4: dx\""));
  CHECK_FALSE(contains(outcome.out, "CRASHED: the tests in float ended in the test case \"train\""));
  CHECK(contains(outcome.out, "Fix linear before the program"));
}

}  // namespace bnlab::testing::summary_test

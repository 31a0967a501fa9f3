// bnlab bench: the lines that programs read, and no others.
#include "program.hpp"

namespace bnlab::testing::bench_test {

namespace {

std::vector<std::string> lines_of(std::vector<std::string> words) {
  words.insert(words.begin(), "bench");
  words.push_back("--quiet");
  const Outcome outcome = run_program(program(), words);
  REQUIRE_MESSAGE(outcome.status == 0, outcome.err);
  std::vector<std::string> lines;
  std::istringstream stream(outcome.out);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("bench gemm: a line for each of five products, with its fraction of the peak") {
  const std::vector<std::string> lines = lines_of({"gemm", "--threads", "1"});
  REQUIRE(lines.size() == 5);
  const char* const begin[] = {"gemm forward 64 512 784 ", "gemm weight_grad 784 512 64 ",
                               "gemm input_grad 64 784 512 ", "gemm evaluate 1000 512 784 ",
                               "gemm square 1024 1024 1024 "};
  for (std::size_t i = 0; i < 5; ++i) {
    REQUIRE_MESSAGE(lines[i].starts_with(begin[i]), lines[i]);
    double gflops = 0, fraction = 0;
    REQUIRE(std::sscanf(lines[i].c_str() + std::strlen(begin[i]), "%lf %lf", &gflops, &fraction) == 2);
    CHECK((gflops > 0 && fraction > 0 && fraction < 1.1));
  }
}

TEST_CASE("bench epoch: one line with the seconds, whatever the network") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"epoch", "--limit", "300", "--norm", "batch", "--hidden", "20", "--batch", "16",
                                 "--threads", "2"},
        {"epoch", "--limit", "100", "--hidden", "none"}}) {
    const std::vector<std::string> lines = lines_of(words);
    REQUIRE(lines.size() == 1);
    double seconds = 0;
    REQUIRE(std::sscanf(lines[0].c_str(), "epoch_seconds=%lf", &seconds) == 1);
    CHECK((seconds > 0 && seconds < 10));
  }
}

TEST_CASE("bench layers: a line for each part of a step") {
  const std::vector<std::string> lines = lines_of({"layers", "--limit", "300", "--hidden", "20,15", "--norm", "batch"});
  std::string names;
  for (const std::string& line : lines) {
    char name[20] = "";
    double forward = -1, backward = -1;
    REQUIRE_MESSAGE(std::sscanf(line.c_str(), "layer %19s %lf %lf", name, &forward, &backward) == 3, line);
    CHECK((forward > 0 && backward >= 0));
    names += std::string(name) + " ";
  }
  CHECK(names == "batch fc1 bn1 act1 fc2 bn2 act2 fc3 loss optimizer ");
}

}  // namespace bnlab::testing::bench_test

// Normalization from the command line: which kinds compare compares, and the options of normalization in every command.
#include "bnlab/nn/kinds.hpp"
#include "bnlab/train/model_file.hpp"
#include "program.hpp"

namespace bnlab::testing::norms_test {

namespace {

const Words kSmall = {"--limit", "300", "--epochs", "1", "--hidden", "12"};

bool exists(const std::string& path) { return std::filesystem::exists(path); }

}  // namespace

TEST_CASE("compare --norms: any two kinds in any order; headings, sentences, result lines and files are theirs") {
  for (const NormKind& a : norm_kinds()) {
    for (const NormKind& b : norm_kinds()) {
      if (&a == &b) continue;
      TempFolder folder;
      const std::string norms = std::string(a.name) + "," + b.name;
      CAPTURE(norms);
      const Outcome outcome = bnlab_program(with({"compare", "--norms", norms, "--out", folder.path()}, kSmall));
      CHECK(outcome.status == 0);
      REQUIRE(outcome.results().size() == 2);
      CHECK(field(outcome.results()[0], "model") == a.model);
      CHECK(field(outcome.results()[1], "model") == b.model);
      for (const NormKind* kind : {&a, &b}) {
        const std::string path = folder / (std::string(kind->model) + ".safetensors");
        REQUIRE(exists(path));
        CHECK(load_model(path, "relu", nullptr).info.architecture.norm == kind->name);
        if (*kind->prefix != '\0') CHECK(contains(outcome.out, kind->help));
      }
      CHECK(contains(read_text(folder / "history.csv"), std::string("\n") + a.model + ",1,"));
      CHECK(contains(outcome.out, std::string("o ") + a.model + "   x " + b.model));
      std::istringstream stream(outcome.out);
      std::string heading, numbers;
      for (std::string line; numbers.empty() && std::getline(stream, line);) {
        if (line.starts_with("      1  ")) numbers = line;
        if (line.starts_with("  epoch  ")) heading = line;
      }
      CHECK(heading.size() == numbers.size());
      CHECK(heading.find(a.model) < heading.find(b.model));
    }
  }
}

TEST_CASE("compare --norms: none,batch is the default; the other order swaps the columns and the signs") {
  TempFolder folder;
  const auto run = [&](const std::string& out, const Words& more) {
    return bnlab_program(with(with({"compare", "--out", folder / out}, kSmall), more)).out;
  };
  const std::string standard = run("a", {});
  const std::string reversed = run("b", {"--norms", "batch,none"});
  run("c", {"--norms", "none,batch"});
  for (const char* file : {"plain.safetensors", "batchnorm.safetensors"}) {
    CHECK(read_text(folder / "a/" + file) == read_text(folder / "b/" + file));
    CHECK(read_text(folder / "a/" + file) == read_text(folder / "c/" + file));
  }
  CHECK(contains(standard, "What does batch normalization do? The same network twice"));
  CHECK(contains(reversed, "What does batch normalization do? The same network twice"));
  CHECK(contains(standard, "right only with it and "));
  CHECK(contains(standard, " only without: a difference"));
  CHECK(contains(reversed, "right only without and "));
  CHECK(contains(reversed, " only with it: a difference"));
  CHECK(contains(standard, "Test accuracy: plain "));
  CHECK(contains(reversed, ", plain "));
}

TEST_CASE("compare: the command that is printed for the deep pair gives that pair") {
  TempFolder folder;
  const Words words = {"compare",          "--limit",   "300", "--epochs", "2",
                       "--validation=0.2", "--shuffle", "off", "--out",    folder / "run"};
  const std::string out = bnlab_program(words).out;
  const std::string label = "Alone, with table and files: build/bnlab ";
  const std::size_t at = out.find(label);
  REQUIRE(at != std::string::npos);
  std::istringstream line(out.substr(at + label.size(), out.find('\n', at) - at - label.size()));
  Words alone;
  for (std::string word; line >> word;) alone.push_back(word);
  CHECK(line.str() ==
        "compare --hidden 100,100,100 --activation sigmoid --optimizer sgd --limit 300 --validation 0.2 "
        "--epochs 2 --shuffle off --out " +
            (folder / "run-deep"));
  const std::string again = bnlab_program(alone).out;
  const std::string verdict = out.substr(out.rfind("  Test accuracy"), at - out.rfind("  Test accuracy") - 2);
  CHECK(contains(verdict, "95 % interval"));
  CHECK(contains(again, verdict));
  CHECK_FALSE(contains(again, "Alone"));
}

TEST_CASE("--bn-momentum and --bn-eps reach the network, its model file and its description, in every command") {
  TempFolder folder;
  const Words train = with({"train", "--norm", "batch", "--save", folder / "model"}, kSmall);
  const Words own = {"--bn-momentum", "0.5", "--bn-eps", "0.25"};
  const Outcome usual = bnlab_program(train);
  CHECK_FALSE(contains(usual.out, "momentum"));
  CHECK_FALSE(read_safetensors(folder / "model").metadata.contains("bn_eps"));
  const Outcome outcome = bnlab_program(with(train, own));
  CHECK(contains(outcome.out, "with batch normalization, eps 0.25, momentum 0.5"));
  CHECK(field(outcome.results()[0], "train_loss") != field(usual.results()[0], "train_loss"));
  const TensorFile file = read_safetensors(folder / "model");
  CHECK(file.metadata_or("bn_momentum", "") == "0.5");
  CHECK(file.metadata_or("bn_eps", "") == "0.25");

  // eval and fold use the file's eps: without its entry, the loss is another.
  const auto loss = [&](const std::string& name) {
    return field(bnlab_program({"eval", "--quiet", folder / name}).results()[0], "test_loss");
  };
  CHECK(loss("model") == field(outcome.results()[0], "test_loss"));
  TensorFile without = file;
  without.metadata.erase("bn_eps");
  write_safetensors(folder / "without", without);
  CHECK(loss("without") != loss("model"));
  REQUIRE(bnlab_program({"fold", folder / "model", "--save", folder / "folded"}).status == 0);
  CHECK(std::atof(loss("folded").c_str()) == doctest::Approx(std::atof(loss("model").c_str())).epsilon(1e-4));
  CHECK_FALSE(read_safetensors(folder / "folded").metadata.contains("bn_eps"));

  // A run that starts from the model keeps them.
  REQUIRE(bnlab_program({"train", "--quiet", "--limit", "300", "--epochs", "1", "--init", folder / "model", "--save",
                         folder / "next"})
              .status == 0);
  CHECK(read_safetensors(folder / "next").metadata_or("bn_eps", "") == "0.25");

  const Outcome compare = bnlab_program(with(with({"compare", "--out", folder / "run"}, own), kSmall));
  CHECK(compare.status == 0);
  CHECK(read_safetensors(folder / "run/batchnorm.safetensors").metadata_or("bn_momentum", "") == "0.5");
  CHECK_FALSE(read_safetensors(folder / "run/plain.safetensors").metadata.contains("bn_momentum"));
  CHECK(bnlab_program(
            {"bench", "epoch", "--quiet", "--norm", "batch", "--limit", "100", "--hidden", "8", "--bn-eps", "0.1"})
            .status == 0);
}

TEST_CASE("--place and --bias reach the network, its model file and its description, in every command") {
  TempFolder folder;
  const auto loss = [&](const std::string& name) {
    return field(bnlab_program({"eval", "--quiet", folder / name}).results()[0], "test_loss");
  };
  for (const Words& own : {Words{"--place", "after"}, {"--bias", "off"}, {"--place", "after", "--bias", "off"}}) {
    const bool after = own[0] == "--place", unbiased = own.back() == "off";
    CAPTURE(own.size());
    const Words train = with(with({"train", "--norm", "batch", "--save", folder / "model"}, kSmall), own);
    const Outcome outcome = bnlab_program(train);
    REQUIRE(outcome.status == 0);
    CHECK(contains(outcome.out, "with batch normalization after the activation") == after);
    CHECK(contains(outcome.out, "relu no-bias") == unbiased);
    const TensorFile file = read_safetensors(folder / "model");
    CHECK(file.metadata_or("place", "before") == (after ? "after" : "before"));
    CHECK(file.metadata_or("bias", "on") == (unbiased ? "off" : "on"));
    CHECK(file.tensors.contains("fc1.bias") != unbiased);
    CHECK(file.tensors.contains("fc2.bias"));
    CHECK(loss("model") == field(outcome.results()[0], "test_loss"));
    CHECK(bnlab_program({"predict", folder / "model", "3", "--quiet"}).status == 0);
    REQUIRE(bnlab_program({"fold", folder / "model", "--save", folder / "folded"}).status == 0);
    CHECK(std::fabs(std::stod(loss("folded")) / std::stod(loss("model")) - 1) < 1e-4);
    CHECK(read_safetensors(folder / "folded").metadata.at("format") == "bnlab 2");
    REQUIRE(bnlab_program({"train", "--quiet", "--limit", "300", "--epochs", "1", "--init", folder / "model", "--save",
                           folder / "next"})
                .status == 0);
    CHECK(load_model(folder / "next", "relu", nullptr).info.architecture ==
          load_model(folder / "model", "relu", nullptr).info.architecture);
    const Outcome compare = bnlab_program(with(with({"compare", "--out", folder / "run"}, own), kSmall));
    CHECK(compare.status == 0);
    const Architecture normalised = load_model(folder / "run/batchnorm.safetensors", "relu", nullptr).info.architecture;
    const Architecture plain = load_model(folder / "run/plain.safetensors", "relu", nullptr).info.architecture;
    CHECK(normalised.normalises_after() == after);
    CHECK(plain.place == "before");
    CHECK(normalised.bias != unbiased);
    CHECK(plain.bias != unbiased);
    CHECK(bnlab_program(with({"bench", "epoch", "--quiet", "--norm", "batch", "--limit", "100", "--hidden", "8"}, own))
              .status == 0);
  }
}

}  // namespace bnlab::testing::norms_test

// compare and train with --pixels: the model keeps what was taken from the training images, and every command honours it.
#include "bnlab/data/pixel_statistics.hpp"
#include "bnlab/data/split.hpp"
#include "bnlab/train/model_file.hpp"
#include "program.hpp"

namespace bnlab::testing::pixels_test {

namespace {

const char* const kData = "data/mnist-sample";
const Words kRun = {"train",  "--quiet", "--data",  kData,  "--hidden", "16",
                    "--norm", "batch",   "--limit", "1000", "--epochs", "2"};

PixelScale scale_of(const std::string& path) { return load_model(path, "relu", nullptr).info.scale; }

std::string loss_of(const Outcome& outcome) {
  REQUIRE(outcome.status == 0);
  REQUIRE(outcome.results().size() == 1);
  return field(outcome.results()[0], "test_loss");
}

}  // namespace

TEST_CASE("--pixels: the model's file has the statistics of the images that it was trained on, without validation") {
  const TempFolder folder;
  const DatasetPair data = load_datasets(kData);
  const Split parts = split(data.train, 1000, 0.1, 1);
  for (const std::string pixels : {"half", "centred", "standardized"}) {
    CAPTURE(pixels);
    const Outcome trained = bnlab_program(with(kRun, {"--pixels", pixels, "--save", folder / "model"}));
    const PixelScale expected = pixel_scale(pixels, parts.train);
    CHECK(scale_of(folder / "model") == expected);
    // eval takes the inputs as training did, and so does the folded model.
    CHECK(loss_of(bnlab_program({"eval", folder / "model", "--quiet"})) == loss_of(trained));
    CHECK(bnlab_program({"fold", folder / "model", "--save", folder / "folded"}).status == 0);
    CHECK(scale_of(folder / "folded") == expected);
    CHECK(std::stod(loss_of(bnlab_program({"eval", folder / "folded", "--quiet"}))) ==
          doctest::Approx(std::stod(loss_of(trained))).epsilon(1e-4));
  }
}

TEST_CASE("--pixels: what is printed of them is one line, the same in train, eval and fold") {
  const TempFolder folder;
  const std::string line = "  inputs    (pixel / 255 - its mean) / its deviation, each pixel by its own";
  Words loud = kRun;
  std::erase(loud, "--quiet");
  CHECK(contains(bnlab_program(with(loud, {"--pixels", "standardized", "--save", folder / "model"})).out, line));
  for (const Words& words : {Words{"eval", folder / "model"}, Words{"predict", folder / "model", "3"},
                             Words{"fold", folder / "model", "--save", folder / "folded"},
                             Words{"train", "--init", folder / "model", "--limit", "100", "--epochs", "1"}}) {
    const std::string out = bnlab_program(words).out;
    CAPTURE(words[0]);
    CHECK(contains(out, line));
    CHECK(out.find("  inputs  ") == out.rfind("  inputs  "));
    CHECK(out.size() < 6000);
  }
  CHECK_FALSE(contains(bnlab_program(with(loud, {"--pixels", "half"})).out, "  inputs  "));
}

TEST_CASE("--pixels: a resumed run and one that begins with a model go on with the same numbers") {
  const TempFolder folder;
  const Words run = with(kRun, {"--pixels", "centred"});
  REQUIRE(bnlab_program(with(run, {"--save", folder / "whole", "--checkpoint", folder / "whole.ck"})).status == 0);
  REQUIRE(
      bnlab_program(with(run, {"--max-steps", "9", "--checkpoint", folder / "ck", "--save", folder / "part"})).status ==
      0);
  REQUIRE(bnlab_program({"train", "--quiet", "--data", kData, "--resume", folder / "ck", "--save", folder / "resumed",
                         "--checkpoint", folder / "ck"})
              .status == 0);
  CHECK(read_text(folder / "resumed") == read_text(folder / "whole"));
  CHECK(read_text(folder / "ck") == read_text(folder / "whole.ck"));

  // On other images: the means stay those of the first run, also in a checkpoint that is resumed.
  const Words next = {"train", "--quiet", "--data", "data/fashion-mnist-sample", "--limit", "300"};
  REQUIRE(bnlab_program(with(next, {"--init", folder / "part", "--epochs", "1", "--save", folder / "next",
                                    "--checkpoint", folder / "next.ck"}))
              .status == 0);
  REQUIRE(bnlab_program(with({"train", "--quiet", "--data", "data/fashion-mnist-sample"},
                             {"--resume", folder / "next.ck", "--epochs", "2", "--save", folder / "next2"}))
              .status == 0);
  CHECK(scale_of(folder / "next") == scale_of(folder / "part"));
  CHECK(scale_of(folder / "next2") == scale_of(folder / "part"));
}

TEST_CASE("--pixels: compare gives both models the same statistics, in a folder of their own") {
  const TempFolder folder;
  const Outcome outcome = bnlab_program({"compare", "--quiet", "--hidden", "8", "--limit", "500", "--epochs", "1",
                                         "--pixels", "centred", "--out", folder / "out"});
  REQUIRE(outcome.status == 0);
  CHECK(scale_of(folder / "out/plain.safetensors") == scale_of(folder / "out/batchnorm.safetensors"));
  CHECK_FALSE(scale_of(folder / "out/plain.safetensors").means.empty());
  CHECK(contains(read_text(folder / "out/settings.txt"), "pixels centred"));
}

}  // namespace bnlab::testing::pixels_test

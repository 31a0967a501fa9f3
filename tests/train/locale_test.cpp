// A host program's locale changes no file and no number that is read from one.
#include "../decimal_comma.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab::testing::train_locale_test {

TEST_CASE(
    "locale: a model with dropout, eps and momentum is saved and loaded alike where a comma stands for the point") {
  const TempFolder folder;
  const Architecture a = {.inputs = 6,
                          .hidden = {5},
                          .classes = 4,
                          .norm = "batch",
                          .norm_options = {.eps = 0.125, .momentum = 1.0 / 3},
                          .dropout = 0.25};
  Network network = make_network(a, 1, nullptr);
  save_model(folder / "point", network, metadata_of({a, "", 1}));
  const DecimalComma german;
  save_model(folder / "comma", network, metadata_of({a, "", 1}));
  CHECK(read_text(folder / "comma") == read_text(folder / "point"));
  for (const char* name : {"point", "comma"}) {
    const Model model = load_model(folder / name, "relu", nullptr);
    CHECK(model.info.architecture == a);
    CHECK(model.network.layers().size() == 5);
    CHECK(contains(model.info.architecture.describe(), "dropout 0.25"));
  }
}

}  // namespace bnlab::testing::train_locale_test

// The text of a trial, by which finished runs are found again: whatever is changed of a trial changes it.
#include <set>

#include "bnlab/lab/trials/trial.hpp"
#include "small_lab.hpp"

namespace bnlab::testing::trial_text_test {

namespace {

// A member that is added to one of these needs a line in describe_trial() and one in kChanges. The bindings do not
// compile with another number of members.
[[maybe_unused]] void all_members(const Trial& trial) {
  [[maybe_unused]] const auto& [run, pixels, inputs, images, validation, steps, by_class, noise, rates,
                                all_statistics] = trial;
  [[maybe_unused]] const auto& [architecture, optimizer, training, init] = run;
  [[maybe_unused]] const auto& [factor, shift, middle_factor] = inputs;
  [[maybe_unused]] const auto& [inputs_of_image, hidden, classes, activation, norm, norm_options, dropout, place,
                                bias] = architecture;
  [[maybe_unused]] const auto& [eps, norm_momentum, affine] = norm_options;
  [[maybe_unused]] const auto& [name, lr, momentum, nesterov, weight_decay, adam_eps] = optimizer;
  [[maybe_unused]] const auto& [epochs, batch, seed, shuffle] = training;
  [[maybe_unused]] const auto& [method, scale] = init;
}

struct Change {
  const char* what;
  void (*apply)(Trial& trial);
};

// One for each member that decides the result. The number of inputs and of classes comes from the images, and `rates` are
// those to choose from; each run has one of them.
const std::vector<Change> kChanges = {
    {"hidden",
     [](Trial& t) {
       t.run.architecture.hidden = {51, 2};
     }},
    {"hidden, one layer",
     [](Trial& t) {
       t.run.architecture.hidden = {512, 512};
     }},
    {"no hidden", [](Trial& t) { t.run.architecture.hidden = {}; }},
    {"activation", [](Trial& t) { t.run.architecture.activation = "tanh"; }},
    {"norm", [](Trial& t) { t.run.architecture.norm = "batch"; }},
    {"eps", [](Trial& t) { t.run.architecture.norm_options.eps = 1e-4; }},
    {"momentum of statistics", [](Trial& t) { t.run.architecture.norm_options.momentum = 0.2; }},
    {"no affine", [](Trial& t) { t.run.architecture.norm_options.affine = false; }},
    {"place", [](Trial& t) { t.run.architecture.place = "after"; }},
    {"no bias", [](Trial& t) { t.run.architecture.bias = false; }},
    {"dropout", [](Trial& t) { t.run.architecture.dropout = 0.1; }},
    {"optimizer", [](Trial& t) { t.run.optimizer.name = "sgd"; }},
    {"lr", [](Trial& t) { t.run.optimizer.lr = std::nextafter(t.run.optimizer.lr, 1); }},
    {"momentum", [](Trial& t) { t.run.optimizer.momentum = 0.9; }},
    {"nesterov", [](Trial& t) { t.run.optimizer.nesterov = true; }},
    {"weight decay", [](Trial& t) { t.run.optimizer.weight_decay = 1e-4; }},
    {"eps of Adam", [](Trial& t) { t.run.optimizer.adam_eps = 1e-7; }},
    {"epochs", [](Trial& t) { t.run.training.epochs = 6; }},
    {"batch", [](Trial& t) { t.run.training.batch = 65; }},
    {"seed", [](Trial& t) { t.run.training.seed = 2; }},
    {"shuffle", [](Trial& t) { t.run.training.shuffle = false; }},
    {"initialization", [](Trial& t) { t.run.init.method = "xavier"; }},
    {"scale of it", [](Trial& t) { t.run.init.scale = 2; }},
    {"pixels", [](Trial& t) { t.pixels = "centred"; }},
    {"factor of inputs", [](Trial& t) { t.inputs.factor = 2; }},
    {"shift of inputs", [](Trial& t) { t.inputs.shift = 2; }},
    {"factor of the middle one", [](Trial& t) { t.inputs.middle_factor = 2; }},
    {"images", [](Trial& t) { t.images = 2; }},
    {"validation", [](Trial& t) { t.validation = 0.2; }},
    {"steps", [](Trial& t) { t.steps = 2; }},
    {"by class", [](Trial& t) { t.by_class = true; }},
    {"noise", [](Trial& t) { t.noise = 2; }},
    {"all statistics", [](Trial& t) { t.all_statistics = true; }},
};

}  // namespace

TEST_CASE("whatever changes a run changes the text of its trial, and each in its own way") {
  std::set<std::string> texts = {describe_trial({})};
  for (const Change& change : kChanges) {
    CAPTURE(change.what);
    Trial trial;
    change.apply(trial);
    CHECK(texts.insert(describe_trial(trial)).second);
  }
}

TEST_CASE("the text of the same trial is the same, a setting a line") {
  const std::string text = describe_trial(small_trial());
  CHECK(text == describe_trial(small_trial()));
  CHECK(contains(text, "\nlr 0.02\n"));
  CHECK(contains(text, "hidden 5\n"));
  CHECK(text.ends_with("\n"));
}

}  // namespace bnlab::testing::trial_text_test

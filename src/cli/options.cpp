#include "bnlab/cli/options.hpp"

#include <algorithm>

#include "bnlab/cli/question.hpp"
#include "bnlab/data/pixel_statistics.hpp"
#include "bnlab/optim/settings.hpp"

namespace bnlab {
namespace {

using S = Settings;

// Which commands accept an option.
constexpr const char* kAll = "all";
constexpr const char* kTraining = "compare train";
constexpr const char* kNetworks = "compare train bench";
constexpr const char* kModels = "compare train eval predict fold";

constexpr std::uint64_t kMostSeeds = 1000;

// Each option: name, argument, help, commands, value.

std::vector<Option> image_options() {
  return {
      Option{"--data", "DIR", "folder of the dataset", "compare train eval predict show bench experiment",
             any_text(at(&S::data))}
          .with_default_text(S().data + "; eval, predict: the model's own set"),
      Option{
          "--classes", "N", "classes of the dataset, 2 to 256; auto: counted, but no more than 10",
          "compare train show bench experiment",
          whole_number(at(&S::dataset, &DatasetOptions::classes), {.least = 2, .most = kMostClasses, .zero = "auto"})}
          .saved_as("classes"),
      Option{"--transpose", "auto|on|off", "swap rows and columns of the images; auto: of EMNIST's, which need it",
             "compare train eval predict show bench experiment",
             choice(at(&S::dataset, &DatasetOptions::transpose), "auto|on|off")}
          .saved_as("transpose"),
      Option{"--limit", "N", "only the first N training images, at least 2", kNetworks,
             whole_number(at(&S::limit), {.least = 2, .zero = "all"})}
          .saved_as("limit"),
      Option{"--validation", "F", "fraction of them held out, in [0, 1)", kTraining,
             number(at(&S::validation), kFraction)}
          .saved_as("validation"),
      Option{"--pixels", pixel_scale_names(),
             "inputs: pixels from -1 to 1; less each pixel's mean over the training images; that over its deviation",
             kTraining, choice(at(&S::pixels), pixel_scale_names())}
          .saved_as("pixels"),
  };
}

std::vector<Option> training_options() {
  const auto training = [](auto member) { return at(&S::training, member); };
  return {
      Option{"--seed", "N", "of all random numbers: weights, split, order, dropout", "compare train gradcheck bench",
             whole_number(training(&TrainSettings::seed), {})}
          .saved_as("seed"),
      Option{"--seeds", "N", "runs of each network, from as many seeds; means with 95 % intervals over them",
             "compare experiment", whole_number(at(&S::seeds), {.least = 1, .most = kMostSeeds})}
          .with_default_text("1; experiment 5, with --quick 3"),
      Option{"--threads", "N", "threads; the result is the same for any number",
             "compare train eval predict fold bench experiment", whole_number(at(&S::threads), {.least = 1})}
          .with_default_text("one per hardware thread"),
      Option{"--epochs", "N", "passes over the training images", kTraining,
             whole_number(training(&TrainSettings::epochs), {.least = 1})}
          .saved_as("epochs"),
      Option{"--batch", "N", "images per step (eval: per test batch); 2 or more with batch normalization",
             "compare train eval bench",
             whole_number(training(&TrainSettings::batch), {.least = 1, .most = UINT32_MAX})}
          .saved_as("batch"),
      Option{"--shuffle", "on|off", "a new order of the images each epoch, or the file's", kTraining,
             on_off(training(&TrainSettings::shuffle))}
          .saved_as("shuffle"),
  };
}

std::vector<Option> network_options() {
  const auto network = [](auto... members) { return at(&S::architecture, members...); };
  const auto norm_option = [&](auto member) { return network(&Architecture::norm_options, member); };
  return {
      Option{"--hidden", "W,W,...", "widths of the hidden layers, each from 1 to 65536, or none", kNetworks,
             widths(network(&Architecture::hidden))}
          .saved_as("hidden"),
      Option{"--norm", norm_names(), "normalization of each hidden layer", "train bench",
             choice(network(&Architecture::norm), norm_names())}
          .saved_as("norm"),
      Option{"--norms", "A,B", "the two kinds of normalization to compare, of " + norm_names(), "compare",
             norm_pair(at(&S::norms))},
      Option{"--bn-momentum", "X", "weight of the new batch in the running statistics, above 0, at most 1", kNetworks,
             number(norm_option(&NormOptions::momentum), kWeight)}
          .saved_as("bn_momentum"),
      Option{"--bn-eps", "X", "added to the variance in normalization, > 0", kNetworks,
             number(norm_option(&NormOptions::eps), kPositive)}
          .saved_as("bn_eps"),
      Option{"--activation", activation_names(), "of the hidden layers; of a model only where its file does not say it",
             kModels, choice(network(&Architecture::activation), activation_names())}
          .saved_as("activation"),
      Option{"--place", norm_places(), "where the normalization stands: before or after the activation", kNetworks,
             choice(network(&Architecture::place), norm_places())}
          .saved_as("place"),
      Option{"--bias", "on|off",
             "of the hidden fully connected layers; batch normalization behind one makes it redundant", kNetworks,
             on_off(network(&Architecture::bias))}
          .saved_as("bias"),
      Option{"--dropout", "P", "probability of dropping a hidden unit, in [0, 1)", kTraining,
             number(network(&Architecture::dropout), kProbability)}
          .saved_as("dropout"),
      Option{"--init-method", init_method_names(), "how the initial weights are drawn; default: as PyTorch's Linear",
             kTraining, choice(at(&S::initial_weights, &InitOptions::method), init_method_names())}
          .saved_as("init_method"),
      Option{"--init-scale", "X", "the hidden layers' initial weights, but not the last layer's, times X, > 0",
             kTraining, number(at(&S::initial_weights, &InitOptions::scale), kPositive)}
          .saved_as("init_scale"),
  };
}

std::vector<Option> optimizer_options() {
  const auto optimizer = [](auto member) { return at(&S::optimizer, member); };
  // The usual default, then those of the optimizers that have another: "0.001; sgd 0.1".
  const auto defaults = [](double usual, auto member) {
    std::string text = shortest_decimal(usual);
    for (const OptimizerKind& kind : optimizer_kinds()) {
      if (kind.*member != usual) text += std::string("; ") + kind.name + " " + shortest_decimal(kind.*member);
    }
    return text;
  };
  const OptimizerSettings usual;
  return {
      Option{"--optimizer", optimizer_names(), "optimization algorithm", kTraining,
             choice(optimizer(&OptimizerSettings::name), optimizer_names())}
          .saved_as("optimizer"),
      Option{"--lr", "X", "learning rate, > 0", kTraining, number(at(&S::given_lr), kPositive, &S::lr)}
          .saved_as("lr")
          .with_default_text(defaults(usual.lr, &OptimizerKind::lr)),
      Option{"--momentum", "X", "sgd's momentum, in [0, 1)", kTraining,
             number(optimizer(&OptimizerSettings::momentum), kBelowOne)}
          .saved_as("momentum"),
      Option{"--nesterov", "", "Nesterov's form of momentum", kTraining,
             on_off(optimizer(&OptimizerSettings::nesterov))}
          .saved_as("nesterov"),
      Option{"--weight-decay", "X", "weight decay, >= 0", kTraining,
             number(at(&S::given_weight_decay), kNotNegative, &S::weight_decay)}
          .saved_as("weight_decay")
          .with_default_text(defaults(usual.weight_decay, &OptimizerKind::weight_decay)),
      Option{"--adam-eps", "X", "Adam's epsilon, > 0", kTraining,
             number(optimizer(&OptimizerSettings::adam_eps), kPositive)}
          .saved_as("adam_eps"),
  };
}

std::vector<Option> experiment_options() {
  return {
      Option{"--quick", "", "for a class room: fewer seeds, images and learning rates, in a minute or two for all",
             "experiment", on_off(at(&S::quick))},
      Option{"--fresh", "", "forget all finished runs in --out, those of other experiments, too", "experiment",
             on_off(at(&S::fresh))},
  };
}

std::vector<Option> file_options() {
  const WholeRange steps{.least = 1};
  return {
      Option{"--init", "FILE", "start from this model's weights", "train", any_text(at(&S::init))}.that_is(
          FileUse::read),
      Option{"--save", "FILE", "write the model there (safetensors)", "train fold", any_text(at(&S::save))}.that_is(
          FileUse::written),
      Option{"--checkpoint", "FILE", "keep the state of the run there, at the end of each epoch and of the run",
             "train", any_text(at(&S::checkpoint))}
          .that_is(FileUse::written),
      Option{"--checkpoint-every", "STEPS", "... and after every so many steps", "train",
             whole_number(at(&S::checkpoint_every), steps)},
      Option{"--max-steps", "N", "stop after the run's step N", "train", whole_number(at(&S::max_steps), steps)},
      Option{"--resume", "FILE", "continue the run of this checkpoint", "train", any_text(at(&S::resume))}.that_is(
          FileUse::read),
      Option{"--log", "FILE.csv", "write step, epoch, loss and accuracy of every training step", "train",
             any_text(at(&S::log))}
          .that_is(FileUse::written),
      Option{"--watch", "FILE.csv", "write statistics of each layer's inputs, gradients and norm along the run",
             kTraining, any_text(at(&S::watch))}
          .that_is(FileUse::written),
      Option{"--watch-every", "STEPS", "... after every so many steps", kTraining,
             whole_number(at(&S::watch_every), steps)}
          .with_default_text("a hundredth of the run's steps"),
      Option{"--out", "DIR", "folder for the results", "compare experiment", any_text(at(&S::out))}.with_default_text(
          usual_folder() +
          ", with other settings or images one named after them; experiment: build/experiments/ with the "
          "name of the images, and -quick"),
      Option{"--logits", "FILE.npy", "write the logits of all test images, [images, classes]", "eval",
             any_text(at(&S::logits))}
          .that_is(FileUse::written),
  };
}

std::vector<Option> display_options() {
  const WholeRange images{.most = UINT32_MAX};
  const std::string colours = "auto|24bit|256|none";
  return {
      Option{"--part", "train|test", "which of the dataset's images", "predict show",
             choice(at(&S::part), "train|test")},
      Option{"--first", "N", "number of the first image to show", "show", whole_number(at(&S::first), images)},
      Option{"--count", "N", "how many to show", "show", whole_number(at(&S::count), images)},
      Option{"--colours", colours, "for images; auto: as the terminal allows", "predict show",
             choice(at(&S::colours), colours)},
      Option{"--statistics", "running|batch|population", "what batch normalization normalizes with", "eval",
             choice(at(&S::statistics), "running|batch|population")},
      Option{"--layer", "NAME", "only the rows that begin like that: linear, batchnorm, network ...", "gradcheck",
             any_text(at(&S::layer))}
          .with_default_text("all"),
      Option{"--step", "X", "step of the differences, as a fraction of each column's deviation", "gradcheck",
             number(at(&S::step), kPositive)},
      Option{"--sweep", "", "draw error against step size (without --layer for batchnorm); in float, too", "gradcheck",
             on_off(at(&S::sweep))},
      Option{"--quiet", "", "result lines and errors only", kAll, on_off(at(&S::quiet))},
      Option{"--help", "", "this text", kAll, on_off(at(&S::help))},
  };
}

std::vector<Option> all_options() {
  std::vector<Option> all;
  for (const auto& group : {image_options(), training_options(), network_options(), optimizer_options(),
                            experiment_options(), file_options(), display_options()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace

Option Option::saved_as(const std::string& name_in_checkpoints) const {
  Option option = *this;
  option.saved = name_in_checkpoints;
  return option;
}

Option Option::with_default_text(const std::string& text) const {
  Option option = *this;
  option.default_text = text;
  return option;
}

Option Option::that_is(FileUse use) const {
  Option option = *this;
  option.file = use;
  return option;
}

bool Option::belongs_to(const std::string& command) const {
  if (commands == kAll) return true;
  const std::vector<std::string> all = split_text(commands, ' ');
  return std::find(all.begin(), all.end(), command) != all.end();
}

std::string Option::default_note() const {
  if (is_flag()) return "";
  const std::string text = default_text.empty() ? value.print(Settings()) : default_text;
  return text.empty() ? "" : "(default " + text + ")";
}

const std::vector<Option>& options() {
  static const std::vector<Option> all = all_options();
  return all;
}

}  // namespace bnlab

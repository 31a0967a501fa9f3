// Checkpoints: a run that stops anywhere goes on as if it had not, and a damaged or foreign file is found out.
#include "bnlab/train/checkpoint.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>

#include "bnlab/lab/run.hpp"
#include "bnlab/train/checksum.hpp"
#include "bnlab/train/model_file.hpp"
#include "bnlab/train/state_file.hpp"
#include "support.hpp"

namespace bnlab::testing::checkpoint_test {

namespace {

// Noise with a label: enough to train on, nothing to learn.
Dataset noise(std::size_t count) {
  Dataset data;
  data.height = 3, data.width = 4, data.classes = 3;
  Random random(5, "noise");
  for (std::size_t i = 0; i < count; ++i) {
    data.labels.push_back(static_cast<std::uint8_t>(random.below(3)));
    for (int d = 0; d < 12; ++d) data.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  }
  return data;
}

RunSettings settings(const std::string& optimizer) {
  RunSettings run;
  run.architecture = {
      .inputs = 12, .hidden = {7, 5}, .classes = 3, .activation = "relu", .norm = "batch", .dropout = 0.3};
  run.optimizer.name = optimizer;
  run.optimizer.lr = 0.01, run.optimizer.weight_decay = 0.01;
  if (optimizer == "sgd") run.optimizer.momentum = 0.9, run.optimizer.nesterov = true;
  run.training = {.epochs = 3, .batch = 8, .seed = 4};
  return run;
}

// A run in the hands of a test: begun, or gone on with from a checkpoint; ended after some step, or by itself.
struct Session {
  RunSettings run;
  Network network;
  std::unique_ptr<Optimizer> optimizer;
  TrainResult so_far;

  // Whatever the new network and its dropout are seeded with must not matter once a checkpoint is restored.
  explicit Session(const RunSettings& r, std::uint64_t seed = 4)
      : run(r),
        network(make_network(r.architecture, seed, nullptr)),
        optimizer(make_optimizer(r.optimizer, network, nullptr)) {}

  void train_until(const Split& split, std::size_t step) {
    TrainObserver observer;
    observer.should_continue = [&](const TrainResult& t) { return t.step < step; };
    so_far = train(network, *optimizer, split, run.training, nullptr, observer, so_far);
  }
  void save(const std::string& path) { save_checkpoint(path, network, *optimizer, so_far, {{"options", "some"}}); }
  void restore(const std::string& path) {
    so_far = restore_checkpoint(read_checkpoint(path), path, network, *optimizer);
  }
};

}  // namespace

TEST_CASE("checkpoint: a run stopped after any step and resumed ends with the same bytes and the same report") {
  TempFolder folder;
  const Dataset data = noise(44);
  const Split split = bnlab::split(data, 0, 0.1, 1);  // 40 to train on, 5 steps an epoch; 4 to validate on
  for (const OptimizerKind& kind : optimizer_kinds()) {
    const std::string optimizer = kind.name;
    CAPTURE(optimizer);
    Session whole_run(settings(optimizer));
    whole_run.train_until(split, 1000);
    REQUIRE(whole_run.so_far.step == 15);
    REQUIRE_FALSE(whole_run.so_far.stopped);
    whole_run.save(folder / "whole");
    for (std::size_t stop = 1; stop < 15; ++stop) {
      CAPTURE(stop);
      {
        Session first(settings(optimizer));
        first.train_until(split, stop);
        REQUIRE(first.so_far.stopped);
        CHECK(first.so_far.step == stop);
        CHECK(first.so_far.epochs.size() == stop / 5);
        first.save(folder / "stopped");
      }
      Session second(settings(optimizer), 99);
      second.restore(folder / "stopped");
      second.train_until(split, 1000);
      CHECK_FALSE(second.so_far.stopped);
      second.save(folder / "resumed");
      CHECK(read_text(folder / "resumed") == read_text(folder / "whole"));
      REQUIRE(second.so_far.epochs.size() == 3);
      for (std::size_t e = 0; e < 3; ++e) {
        const EpochResult &a = second.so_far.epochs[e], &b = whole_run.so_far.epochs[e];
        CHECK(a.epoch == b.epoch);
        CHECK(a.train_loss == b.train_loss);
        CHECK(a.train_accuracy == b.train_accuracy);
        CHECK(a.validated);
        CHECK(a.validation_loss == b.validation_loss);
        CHECK(a.validation_accuracy == b.validation_accuracy);
      }
    }
  }
}

TEST_CASE("checkpoint: one epoch, saved, and another one are two epochs; without validation nothing is made up") {
  TempFolder folder;
  const Dataset data = noise(40);
  const Split split = bnlab::split(data, 0, 0, 1);
  RunSettings two = settings("adam"), one = two;
  two.training.epochs = 2, one.training.epochs = 1;
  Session whole_run(two), first(one), second(two, 99);
  whole_run.train_until(split, 1000);
  first.train_until(split, 1000);
  CHECK_FALSE(first.so_far.stopped);
  first.save(folder / "first");
  second.restore(folder / "first");
  second.train_until(split, 1000);
  save_model(folder / "a", whole_run.network);
  save_model(folder / "b", second.network);
  CHECK(read_text(folder / "a") == read_text(folder / "b"));
  CHECK_FALSE(second.so_far.epochs[0].validated);
}

TEST_CASE("checkpoint: any single flipped bit is found out, and so is every file that was cut short") {
  TempFolder folder;
  const Dataset data = noise(40);
  Session session(settings("adam"));
  session.train_until(bnlab::split(data, 0, 0, 1), 7);
  session.save(folder / "good");
  const std::string good = read_text(folder / "good");
  REQUIRE(error_of([&] { read_checkpoint(folder / "good"); }) == "");
  std::size_t tried = 0;
  for (std::size_t bit = 0; bit < 8 * good.size(); bit += bit < 8 * 600 ? 3 : 101) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(static_cast<unsigned char>(bad[bit / 8]) ^ (1u << bit % 8));
    write_text(folder / "bad", bad);
    const std::string error = error_of([&] { read_checkpoint(folder / "bad"); });
    if (error.empty() || !contains(error, folder / "bad")) {
      CAPTURE(bit);
      CAPTURE(error);
      CHECK(false);
    }
    ++tried;
  }
  CHECK(tried > 1600);
  for (std::size_t size = 0; size < good.size(); size += 101) {
    write_text(folder / "bad", good.substr(0, size));
    CHECK(error_of([&] { read_checkpoint(folder / "bad"); }) != "");
  }
  std::string bad = good;
  bad[good.size() - 5] = static_cast<char>(bad[good.size() - 5] ^ 8);  // in a weight: nothing but the checksum can tell
  write_text(folder / "bad", bad);
  CHECK(contains(error_of([&] { read_checkpoint(folder / "bad"); }), "corrupt"));
}

TEST_CASE("checkpoint: a model, another version, another precision and another network are refused, each by its name") {
  TempFolder folder;
  const Dataset data = noise(40);
  Session session(settings("adam"));
  session.train_until(bnlab::split(data, 0, 0, 1), 3);
  save_model(folder / "model", session.network);
  CHECK(contains(error_of([&] { read_checkpoint(folder / "model"); }), "found a model"));
  CHECK(contains(error_of([&] { read_checkpoint(folder / "nothing"); }), "nothing"));

  session.save(folder / "good");
  TensorFile file = read_safetensors(folder / "good");
  file.metadata["checkpoint"] = "3";
  write_safetensors(folder / "later", file);
  CHECK(contains(error_of([&] { read_checkpoint(folder / "later"); }), "version 1 or 2, found version 3"));

  RunSettings wider = settings("adam"), other_optimizer = settings("sgd"), no_dropout = settings("adam");
  wider.architecture.hidden = {7, 6}, no_dropout.architecture.dropout = 0;
  Session wide(wider), sgd(other_optimizer);
  CHECK(contains(error_of([&] { wide.restore(folder / "good"); }), "expected 'fc2.weight' to have the shape [6, 7]"));
  CHECK(contains(error_of([&] { sgd.restore(folder / "good"); }), "momentum_buffer"));
  Session plain(no_dropout), with_dropout(settings("adam"));
  plain.train_until(bnlab::split(data, 0, 0, 1), 3);
  plain.save(folder / "plain");
  CHECK(contains(error_of([&] { with_dropout.restore(folder / "plain"); }), "training.random.drop1"));
}

TEST_CASE("checkpoint: it is a model file, too: loaded as one it gives the same network") {
  TempFolder folder;
  const Dataset data = noise(40);
  Session session(settings("adam"));
  session.train_until(bnlab::split(data, 0, 0, 1), 3);
  const Metadata metadata = metadata_of({session.run.architecture, "noise", 4});
  save_checkpoint(folder / "checkpoint", session.network, *session.optimizer, session.so_far, metadata);
  save_model(folder / "model", session.network, metadata);
  Model model = load_model(folder / "checkpoint", "relu", nullptr);
  CHECK(model.info.dataset == "noise");
  CHECK(model.info.architecture == session.run.architecture);
  save_model(folder / "again", model.network, metadata);
  CHECK(read_text(folder / "again") == read_text(folder / "model"));
}

namespace {

// A checkpoint whose checksum fits, whatever was done to it.
void write_checkpoint(const std::string& path, TensorFile file) {
  file.metadata["checksum"] = checksum(file);
  write_safetensors(path, file);
}

// All that restoring may change, as bytes.
std::string state_of(Session& session, const std::string& path) {
  session.save(path);
  return read_text(path);
}

StoredTensor count(std::int64_t number) { return stored_numbers("I64", {}, std::vector{number}); }

// Entry i of "training.progress" replaced.
void put_progress(TensorFile& file, std::size_t i, double number) {
  StoredTensor& progress = file.tensors.at("training.progress");
  std::vector<double> numbers = numbers_of<double>(progress);
  numbers.at(i) = number;
  progress = stored_numbers("F64", {numbers.size()}, numbers);
}

}  // namespace

TEST_CASE("checkpoint: each tensor must be there, in this precision; nothing is changed where one is not") {
  TempFolder folder;
  const Dataset data = noise(40);
  for (const OptimizerKind& kind : optimizer_kinds()) {
    Session session(settings(kind.name));
    session.train_until(bnlab::split(data, 0, 0.1, 1), 7);
    session.save(folder / "good");
    const TensorFile good = read_safetensors(folder / "good");
    Session other(settings(kind.name), 99);
    const std::string before = state_of(other, folder / "state");
    for (const auto& [key, tensor] : good.tensors) {
      const std::string name = key;
      CAPTURE(name);
      TensorFile bad = good;
      bad.tensors.erase(name);
      write_checkpoint(folder / "bad", bad);
      CHECK(contains(error_of([&] { other.restore(folder / "bad"); }), "'" + name + "'"));
      if (tensor.dtype == kRealType && name != "training.progress") {
        const char* const wider = kDouble ? "F32" : "F64";
        bad.tensors[name] = {wider, tensor.shape, Bytes(tensor.bytes.size() * (kDouble ? 1 : 2) / (kDouble ? 2 : 1))};
        write_checkpoint(folder / "bad", bad);
        CHECK(contains(error_of([&] { other.restore(folder / "bad"); }), "'" + name + "' to be " + kRealType));
      }
    }
    CHECK(state_of(other, folder / "state") == before);
    other.restore(folder / "good");
    CHECK(state_of(other, folder / "state") == read_text(folder / "good"));
  }
}

TEST_CASE("checkpoint: numbers that no training leads to are refused though the checksum fits; nothing is changed") {
  TempFolder folder;
  const Dataset data = noise(44);
  Session session(settings("adam"));
  session.train_until(bnlab::split(data, 0, 0.1, 1), 7);  // two steps into the second epoch
  session.save(folder / "good");
  const TensorFile good = read_safetensors(folder / "good");
  REQUIRE(good.tensors.at("training.progress").shape_text() == "[8]");
  Session other(settings("adam"), 99);
  const std::string before = state_of(other, folder / "state");
  const double nan = std::nan("");
  using Spoil = std::function<void(TensorFile&)>;
  const auto progress = [](std::size_t i, double number) { return [=](TensorFile& f) { put_progress(f, i, number); }; };
  const auto counter = [](const std::string& name, std::int64_t number) {
    return [=](TensorFile& f) { f.tensors.at(name) = count(number); };
  };
  const auto first_entry = [](const std::string& name, real number) {
    return [=](TensorFile& f) { std::memcpy(f.tensors.at(name).bytes.data(), &number, sizeof number); };
  };
  const real infinity = std::numeric_limits<real>::infinity();
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"a whole number of steps in 'training.progress' at [0], found 5.5", progress(0, 5.5)},
      {"a whole number of steps in 'training.progress' at [0], found -7", progress(0, -7)},
      {"a whole number of steps in 'training.progress' at [0], found nan", progress(0, nan)},
      {"a whole number of steps in 'training.progress' at [0], found inf", progress(0, HUGE_VAL)},
      {"a whole number of steps in 'training.progress' at [0], found 1e+18", progress(0, 1e18)},
      {"1 epochs and only 0 steps", progress(0, 0)},
      {"a finite loss >= 0 in 'training.progress' at [1], found nan", progress(1, nan)},
      {"a finite loss >= 0 in 'training.progress' at [1], found -1", progress(1, -1)},
      {"a whole number of right predictions in 'training.progress' at [2], found 0.5", progress(2, 0.5)},
      {"a whole number of right predictions in 'training.progress' at [2], found nan", progress(2, nan)},
      {"a finite loss >= 0 in 'training.progress' at [3], found inf", progress(3, HUGE_VAL)},
      {"an accuracy in [0, 1] in 'training.progress' at [4], found 1.5", progress(4, 1.5)},
      {"1 or 0 for whether there was validation in 'training.progress' at [5], found 2", progress(5, 2)},
      {"1 or 0 for whether there was validation in 'training.progress' at [5], found nan", progress(5, nan)},
      {"0, as there was no validation in 'training.progress' at [6]", progress(5, 0)},
      {"a finite loss >= 0 in 'training.progress' at [6], found nan", progress(6, nan)},
      {"an accuracy in [0, 1] in 'training.progress' at [7], found -0.1", progress(7, -0.1)},
      {"'training.progress' to have the shape [3]",
       [](TensorFile& f) { f.tensors["training.progress"] = stored_numbers("F64", {5}, std::vector<double>(5)); }},
      {"'training.progress' to have the shape [3]",
       [](TensorFile& f) { f.tensors["training.progress"] = stored_numbers("F64", {0}, std::vector<double>()); }},
      {"a count from 0 to 9007199254740992 in 'optimizer.step', found -1", counter("optimizer.step", -1)},
      {"in 'optimizer.step', found 9223372036854775807", counter("optimizer.step", INT64_MAX)},
      {"in 'bn1.num_batches_tracked', found -3", counter("bn1.num_batches_tracked", -3)},
      {"expected finite numbers in 'fc1.weight'", first_entry("fc1.weight", -infinity)},
      {"expected numbers >= 0 in 'bn2.running_var'", first_entry("bn2.running_var", -1)},
      {"expected finite numbers in 'optimizer.fc1.weight.exp_avg'",
       first_entry("optimizer.fc1.weight.exp_avg", infinity)},
      {"expected numbers >= 0 in 'optimizer.fc2.bias.exp_avg_sq'", first_entry("optimizer.fc2.bias.exp_avg_sq", -1)},
      {"the state of a generator in 'training.random.drop1', found zeros",
       [](TensorFile& f) { f.tensors["training.random.drop1"].bytes.assign(32, 0); }},
      {"'training.random.drop2' to have the shape [4]",
       [](TensorFile& f) {
         f.tensors["training.random.drop2"] = stored_numbers("I64", {3}, std::vector<std::int64_t>(3, 1));
       }},
      {"unexpected tensor 'fc9.weight'", [](TensorFile& f) { f.tensors["fc9.weight"] = f.tensors["fc1.weight"]; }},
      {"unexpected tensor 'optimizer.fc1.weight.momentum_buffer'",
       [](TensorFile& f) { f.tensors["optimizer.fc1.weight.momentum_buffer"] = f.tensors["fc1.weight"]; }},
      {"unexpected tensor 'training.random.drop3'",
       [](TensorFile& f) { f.tensors["training.random.drop3"] = f.tensors["training.random.drop1"]; }},
      {"unexpected tensor 'training.more'", [](TensorFile& f) { f.tensors["training.more"] = count(1); }},
      {"unexpected tensor ''", [](TensorFile& f) { f.tensors[""] = count(1); }},
  };
  for (const auto& [says, spoil] : cases) {
    const std::string expected = says;
    CAPTURE(expected);
    TensorFile bad = good;
    spoil(bad);
    write_checkpoint(folder / "bad", bad);
    const std::string error = error_of([&] { other.restore(folder / "bad"); });
    CHECK(contains(error, folder / "bad"));
    CHECK(contains(error, expected));
    CHECK(state_of(other, folder / "state") == before);
  }
}

TEST_CASE(
    "checkpoint: steps, epochs, sums and the optimizer's steps must fit together and to the batches of an epoch") {
  TempFolder folder;
  const Dataset data = noise(44);
  const Split split = bnlab::split(data, 0, 0.1, 1);  // 40 images, 5 steps an epoch
  const BatchPlan plan(40, 8);
  Session session(settings("adam"));
  session.train_until(split, 7);
  session.save(folder / "good");
  const TensorFile good = read_safetensors(folder / "good");
  const auto problem = [&](const std::function<void(TensorFile&)>& spoil, const BatchPlan& batches) {
    TensorFile bad = good;
    spoil(bad);
    return error_of([&] { expect_possible_progress(bad, "file", batches); });
  };
  CHECK(problem([](TensorFile&) {}, plan).empty());
  CHECK(contains(problem([](TensorFile& f) { f.tensors.erase("optimizer.step"); }, plan),
                 "'optimizer.step', there is none"));
  CHECK(contains(problem([](TensorFile& f) { f.tensors["optimizer.step"] = count(0); }, plan),
                 "as many steps of the optimizer as of training, 7, found 0"));
  CHECK(contains(problem([](TensorFile& f) { f.tensors["optimizer.step"] = count(-7); }, plan), "found -7"));
  CHECK(contains(problem([](TensorFile&) {}, BatchPlan(40, 4)), "expected 0 epochs done at step 7, found 1"));
  CHECK(contains(problem([](TensorFile&) {}, BatchPlan(40, 20)), "expected 3 epochs done at step 7, found 1"));
  CHECK(contains(problem([](TensorFile& f) { put_progress(f, 2, 17); }, plan), "sums over the 16 images"));
  CHECK(problem([](TensorFile& f) { put_progress(f, 2, 16); }, plan).empty());
  const auto at_the_end_of_an_epoch = [](TensorFile& f) {
    put_progress(f, 0, 5);
    f.tensors["optimizer.step"] = count(5);
  };
  CHECK(contains(problem(at_the_end_of_an_epoch, plan), "sums over the 0 images"));
}

TEST_CASE("checkpoint: of a run that has diverged none is written, and what was there stays") {
  TempFolder folder;
  const Dataset data = noise(40);
  Session session(settings("adam"));
  session.train_until(bnlab::split(data, 0, 0, 1), 3);
  session.save(folder / "good");
  const std::string good = read_text(folder / "good");
  (*session.optimizer->buffers()[1].values)(0, 0) = std::numeric_limits<real>::infinity();
  CHECK(contains(error_of([&] { session.save(folder / "good"); }),
                 "not saved: expected finite numbers in 'optimizer.fc1.weight.exp_avg', found inf at [0, 0]"));
  CHECK(read_text(folder / "good") == good);
}

TEST_CASE("checkpoint: one that was changed is no model either") {
  TempFolder folder;
  const Dataset data = noise(40);
  Session session(settings("adam"));
  session.train_until(bnlab::split(data, 0, 0, 1), 3);
  session.save(folder / "checkpoint");
  CHECK(error_of([&] { load_model(folder / "checkpoint", "relu", nullptr); }).empty());
  TensorFile file = read_safetensors(folder / "checkpoint");
  file.tensors["fc1.weight"].bytes[0] ^= 1;
  write_safetensors(folder / "checkpoint", file);
  CHECK(contains(error_of([&] { load_model(folder / "checkpoint", "relu", nullptr); }), "corrupt"));
  Network network = session.network;
  CHECK(contains(error_of([&] { load_weights(folder / "checkpoint", network); }), "corrupt"));
}

}  // namespace bnlab::testing::checkpoint_test

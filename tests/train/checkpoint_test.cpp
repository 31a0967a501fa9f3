// Checkpoints: a run that stops anywhere goes on as if it had not, and a damaged or foreign file is found out.
#include "bnlab/train/checkpoint.hpp"

#include <algorithm>

#include "bnlab/lab/run.hpp"
#include "bnlab/train/model_file.hpp"
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

}  // namespace bnlab::testing::checkpoint_test

// Finished runs on disk: the same run is found again to the last bit, and nothing else is taken for it.
#include "bnlab/lab/trials/run_store.hpp"

#include "bnlab/core/number.hpp"
#include "small_lab.hpp"

namespace bnlab::testing::run_store_test {

namespace {

Measurements some_measurements() {
  Measurements measured;
  measured.values = {{"loss", 0.1 + 0.2}, {"least", 5e-324}, {"accuracy", 1.0 / 3}, {"negative", -1e300}, {"zero", 0}};
  measured.curves = {{"loss", {2.0 / 3, 1e-300, 0}}, {"empty", {}}};
  return measured;
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

// A folder with one run in it.
struct OneRun {
  OneRun() : folder(temporary / "runs"), store(folder, "program", "images") {
    store.keep("small", trial, some_measurements());
    REQUIRE(files_in(folder).size() == 1);
    file = files_in(folder)[0];
  }
  bool is_found() const { return store.find("small", trial).has_value(); }

  TempFolder temporary;
  std::string folder, file;
  RunStore store;
  Trial trial = small_trial();
};

}  // namespace

TEST_CASE("what is kept is found again, to the last bit") {
  const OneRun one;
  const std::optional<Measurements> found = one.store.find("small", one.trial);
  REQUIRE(found);
  CHECK(found->values == some_measurements().values);
  CHECK(found->curves == some_measurements().curves);
  const RunStore later(one.folder, "program", "images");
  CHECK(later.find("small", one.trial)->values == found->values);
}

TEST_CASE("a run of another program, other images, another experiment or another trial is not found") {
  const OneRun one;
  CHECK(!RunStore(one.folder, "program2", "images").find("small", one.trial));
  CHECK(!RunStore(one.folder, "program", "images2").find("small", one.trial));
  CHECK(!one.store.find("small2", one.trial));
  Trial other = one.trial;
  other.run.training.seed = 99;
  CHECK(!one.store.find("small", other));
  CHECK(one.is_found());
  CHECK(!RunStore(one.folder + "-none", "program", "images").find("small", one.trial));
}

TEST_CASE("a run is kept beside others, and a newer one takes the place of its own") {
  const OneRun one;
  Trial other = one.trial;
  other.run.training.seed = 99;
  Measurements newer = some_measurements();
  newer.values["loss"] = 5;
  one.store.keep("small", other, newer);
  CHECK(files_in(one.folder).size() == 2);
  CHECK(one.store.find("small", one.trial)->values.at("loss") == 0.1 + 0.2);
  one.store.keep("small", one.trial, newer);
  CHECK(files_in(one.folder).size() == 2);
  CHECK(one.store.find("small", one.trial)->values.at("loss") == 5);
}

TEST_CASE("a file that ends early is not used, wherever it ends") {
  const OneRun one;
  const std::string whole = read_text(one.file);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_text(one.file, whole.substr(0, length));
    CAPTURE(length);
    CHECK(!one.is_found());
  }
  write_text(one.file, whole);
  CHECK(one.is_found());
}

TEST_CASE("a file that was altered is not used, whichever byte it is") {
  const OneRun one;
  const std::string whole = read_text(one.file);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string altered = whole;
    altered[i] = altered[i] == '1' ? '2' : '1';
    write_text(one.file, altered);
    CAPTURE(whole.substr(i, 20));
    CHECK(!one.is_found());
  }
  write_text(one.file, whole + "value loss 1\n");
  CHECK(!one.is_found());
}

TEST_CASE("a file of something else under the run's name is not used") {
  const OneRun one;
  for (const char* text : {"", "\n", "end\n", "bnlab run 1\n", "value loss 1\nend\n"}) {
    write_text(one.file, text);
    CHECK(!one.is_found());
  }
  // The whole file of another run, as where two fingerprints are the same.
  Trial other = one.trial;
  other.run.training.seed = 99;
  one.store.keep("small", other, some_measurements());
  for (const std::string& file : files_in(one.folder)) {
    if (file != one.file) write_text(one.file, read_text(file));
  }
  CHECK(!one.is_found());
  std::filesystem::remove(one.file);
  std::filesystem::create_directory(one.file);
  CHECK(!one.is_found());
}

TEST_CASE("forget() removes all runs, and no other file") {
  const OneRun one;
  RunStore(one.folder, "another", "images").keep("small", one.trial, some_measurements());
  CHECK(files_in(one.folder).size() == 2);
  const std::vector<std::string> others = {"notes.txt",           "0123456789abcdef.txt.bak", "0123456789ABCDEF.txt",
                                           "0123456789abcde.txt", "0123456789abcdef0.txt",    "0123456789abcdef.csv"};
  for (const std::string& name : others) write_text(one.folder + "/" + name, "mine");
  one.store.forget();
  CHECK(!one.is_found());
  CHECK(files_in(one.folder).size() == others.size());
  RunStore(one.folder + "-none", "program", "images").forget();  // there is nothing to forget
}

TEST_CASE("the fingerprint of the images tells all that a run depends on") {
  const DatasetPair data = small_data();
  const std::string fingerprint = images_fingerprint(data);
  CHECK(fingerprint == images_fingerprint(small_data()));
  const std::vector<std::function<void(DatasetPair&)>> changes = {
      [](DatasetPair& d) { d.train.pixels[5] ^= 1; },
      [](DatasetPair& d) { d.train.labels[60] ^= 1; },
      [](DatasetPair& d) { d.test.pixels[0] ^= 1; },
      [](DatasetPair& d) { d.test.labels[0] ^= 1; },
      [](DatasetPair& d) { std::swap(d.train, d.test); },
      [](DatasetPair& d) { d.train.height = 2, d.train.width = 8; },
      [](DatasetPair& d) { d.train.classes = d.test.classes = 5; },  // --classes: a network with other outputs
  };
  for (const auto& change : changes) {
    DatasetPair other = small_data();
    change(other);
    CHECK(images_fingerprint(other) != fingerprint);
  }
  DatasetPair renamed = small_data();
  renamed.name = "other";
  CHECK(images_fingerprint(renamed) == fingerprint);
}

}  // namespace bnlab::testing::run_store_test

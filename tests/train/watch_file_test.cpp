// The file of a watched run: its rows, and that a resumed run continues its own and no other.
#include "bnlab/train/watch_file.hpp"

#include "support.hpp"

namespace bnlab::testing::watch_file_test {

namespace {

const std::string kHeader =
    "step,layer,mean,deviation,percentile_15,percentile_50,percentile_85,gradient_norm,gamma_mean,gamma_deviation,"
    "beta_mean,beta_deviation,unit_15,unit_50,unit_85\n";

// Of that step: its number is in the figures.
std::vector<LayerStatistics> look(std::size_t step) {
  const auto x = static_cast<double>(step);
  LayerStatistics first{.layer = "fc1", .mean = x, .deviation = 0.5};
  return {first, {.layer = "fc2", .gradient_norm = x / 4}};
}

std::string rows(std::size_t step) {
  const std::string gradient = format("%g", static_cast<double>(step) / 4);
  return format("%zu,fc1,%zu,0.5,,,,,,,,,,,\n%zu,fc2,,,,,,%s,,,,,,,\n", step, step, step, gradient.c_str());
}

void watch(WatchFile& file, std::size_t from, std::size_t to) {
  for (std::size_t step = from; step <= to; step += 2) file.add(step, look(step));
  file.write();
}

}  // namespace

TEST_CASE("watch file: a column for each statistic, in the order of the struct, and nothing for what is no number") {
  CHECK(watch_header() == kHeader);
  const LayerStatistics all{.layer = "fc9",
                            .mean = 1,
                            .deviation = 2,
                            .percentile_15 = 3,
                            .percentile_50 = 4,
                            .percentile_85 = 5,
                            .gradient_norm = 6,
                            .gamma_mean = 7,
                            .gamma_deviation = 8,
                            .beta_mean = 9,
                            .beta_deviation = 10,
                            .unit_15 = 11,
                            .unit_50 = 12,
                            .unit_85 = 13};
  CHECK(watch_rows(705, {all}) == "705,fc9,1,2,3,4,5,6,7,8,9,10,11,12,13\n");
  CHECK(watch_rows(4, look(4), "plain,") == "plain,4,fc1,4,0.5,,,,,,,,,,,\nplain,4,fc2,,,,,,1,,,,,,,\n");
  LayerStatistics overflow{.layer = "fc1", .mean = HUGE_VAL, .deviation = -1e-7};
  CHECK(watch_rows(0, {overflow}) == "0,fc1,," + format("%.*g", kDouble ? 17 : 9, -1e-7) + ",,,,,,,,,,,\n");
}

TEST_CASE("watch file: a resumed run continues its file, and rows of later steps are dropped") {
  TempFolder folder;
  const std::string path = folder / "w.csv";
  WatchFile first(path);
  watch(first, 0, 6);
  const std::string fingerprint = first.fingerprint();
  CHECK(read_text(path) == kHeader + rows(0) + rows(2) + rows(4) + rows(6));
  watch(first, 8, 12);  // the run has gone further than its checkpoint
  for (const std::size_t step : {6u, 7u}) {
    WatchFile resumed(path, step, fingerprint);
    CHECK(resumed.was_continued());
    CHECK(resumed.fingerprint() == fingerprint);
    watch(resumed, 8, 8);
    CHECK(read_text(path) == kHeader + rows(0) + rows(2) + rows(4) + rows(6) + rows(8));
  }
}

TEST_CASE("watch file: where there is no file, or one without rows, a resumed run begins it") {
  TempFolder folder;
  const std::string path = folder / "w.csv";
  for (const char* content : {"", kHeader.c_str()}) {
    write_text(path, content);
    WatchFile file(path, 6, "");
    CHECK_FALSE(file.was_continued());
    watch(file, 8, 10);
    CHECK(read_text(path) == kHeader + rows(8) + rows(10));
  }
  WatchFile elsewhere(folder / "new.csv", 6, "0123456789abcdef");
  CHECK_FALSE(elsewhere.was_continued());
  watch(elsewhere, 8, 8);
  CHECK(read_text(folder / "new.csv") == kHeader + rows(8));
  // And goes on with it.
  CHECK(WatchFile(folder / "new.csv", 9, elsewhere.fingerprint()).was_continued());

  WatchFile none("");
  watch(none, 0, 4);
  CHECK_FALSE(none.is_kept());
  CHECK(none.fingerprint() == "");
}

TEST_CASE("watch file: another run's, a changed, a cut or an unknown one is refused, and stays as it is") {
  TempFolder folder;
  const std::string path = folder / "w.csv";
  WatchFile first(path);
  watch(first, 0, 6);
  const std::string fingerprint = first.fingerprint(), good = read_text(path);
  const auto refused = [&](const std::string& content, const std::string& known, const std::string& found) {
    write_text(path, content);
    const std::string message = error_of([&] { WatchFile(path, 6, known); });
    CHECK(contains(message, path + ": expected the watched layers of the run to be resumed, with its rows to step 6"));
    CHECK(contains(message, "found " + found + "; name another --watch"));
    CHECK(read_text(path) == content);
  };
  const std::string other = "rows of another run, or changed ones";
  for (const std::size_t row : {0u, 2u, 6u}) {
    std::string changed = good;
    changed[changed.find(rows(row)) + 6] ^= 1;  // a digit of the mean
    refused(changed, fingerprint, other);
    std::string missing = good;
    refused(missing.erase(missing.find(rows(row)), rows(row).size()), fingerprint, other);
  }
  refused(good.substr(0, good.size() - 1), fingerprint, other);
  refused(good.substr(0, good.size() - rows(6).size()), fingerprint, other);
  refused(kHeader + rows(8), fingerprint, other);
  refused(good, "0123456789abcdef", other);
  refused(good, "", "rows that its checkpoint says nothing of");
  refused("step,epoch,loss,accuracy\n1,1,2.3,0.1\n", fingerprint, "a file that begins otherwise");
  refused("network," + good, fingerprint, "a file that begins otherwise");
}

}  // namespace bnlab::testing::watch_file_test

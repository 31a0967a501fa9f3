#include "bnlab/train/watch_file.hpp"

#include <cmath>

#include "bnlab/core/fingerprint.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/core/shown.hpp"
#include "bnlab/data/file.hpp"
#include "bnlab/data/output_file.hpp"
#include "bnlab/data/path.hpp"
#include "bnlab/train/metrics.hpp"

namespace bnlab {
namespace {

struct Column {
  const char* name;
  double LayerStatistics::*value;
};

constexpr Column kColumns[] = {{"mean", &LayerStatistics::mean},
                               {"deviation", &LayerStatistics::deviation},
                               {"percentile_15", &LayerStatistics::percentile_15},
                               {"percentile_50", &LayerStatistics::percentile_50},
                               {"percentile_85", &LayerStatistics::percentile_85},
                               {"gradient_norm", &LayerStatistics::gradient_norm},
                               {"gamma_mean", &LayerStatistics::gamma_mean},
                               {"gamma_deviation", &LayerStatistics::gamma_deviation},
                               {"beta_mean", &LayerStatistics::beta_mean},
                               {"beta_deviation", &LayerStatistics::beta_deviation},
                               {"unit_15", &LayerStatistics::unit_15},
                               {"unit_50", &LayerStatistics::unit_50},
                               {"unit_85", &LayerStatistics::unit_85}};

// Its rows up to that step, with the header: `text` begins with the header, and steps never become smaller.
std::string up_to(std::size_t step, const std::string& text) {
  std::size_t end = watch_header().size();
  while (end < text.size()) {
    const std::optional<std::uint64_t> of_row = parse_whole_number(text.substr(end, text.find(',', end) - end));
    const std::size_t line_end = text.find('\n', end);
    if (!of_row || *of_row > step || line_end == std::string::npos) break;
    end = line_end + 1;
  }
  return text.substr(0, end);
}

[[noreturn]] void fail_other_file(const std::string& path, std::size_t step, const std::string& found) {
  fail(
      "%s: expected the watched layers of the run to be resumed, with its rows to step %zu, found %s; name another "
      "--watch",
      shown_path(path).c_str(), step, found.c_str());
}

std::string read_whole(const std::string& path) {
  InputFile file(path);
  return std::string(text_of(file.read(file.size())));
}

}  // namespace

std::string watch_header() {
  std::string header = "step,layer";
  for (const Column& column : kColumns) header += std::string(",") + column.name;
  return header + "\n";
}

std::string watch_rows(std::size_t step, const std::vector<LayerStatistics>& layers, const std::string& before) {
  std::string rows;
  for (const LayerStatistics& layer : layers) {
    rows += before + std::to_string(step) + "," + layer.layer;
    for (const Column& column : kColumns) {
      const double value = layer.*column.value;
      rows += std::isfinite(value) ? format(",%.*g", kLossDigits, value) : ",";
    }
    rows += "\n";
  }
  return rows;
}

WatchFile::WatchFile(const std::string& path) : path_(path), text_(watch_header()) {}

WatchFile::WatchFile(const std::string& path, std::size_t step, const std::string& fingerprint) : WatchFile(path) {
  if (path.empty() || !path_exists(path)) return;
  const std::string file = read_whole(path);
  if (file.empty() || file == watch_header()) return;
  if (!file.starts_with(watch_header())) fail_other_file(path, step, "a file that begins otherwise");
  text_ = up_to(step, file);
  if (fingerprint.empty()) fail_other_file(path, step, "rows that its checkpoint says nothing of");
  if (this->fingerprint() != fingerprint) fail_other_file(path, step, "rows of another run, or changed ones");
  was_continued_ = true;
}

void WatchFile::add(std::size_t step, const std::vector<LayerStatistics>& layers) {
  if (is_kept()) text_ += watch_rows(step, layers);
}

void WatchFile::write() const {
  if (is_kept()) write_file(path_, text_);
}

std::string WatchFile::fingerprint() const { return is_kept() ? hexadecimal(bnlab::fingerprint(text_)) : ""; }

}  // namespace bnlab

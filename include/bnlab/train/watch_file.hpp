// The file of a watched run: CSV, with a row for each layer at each step that was looked at.
#pragma once

#include "bnlab/train/watch.hpp"

namespace bnlab {

// "step,layer,mean,…\n": the number of updates so far, then the members of LayerStatistics (watch.hpp), which says what
// they mean.
std::string watch_header();

// The rows of one look, each a line. `before` stands at the beginning of each: "plain,".
std::string watch_rows(std::size_t step, const std::vector<LayerStatistics>& layers, const std::string& before = "");

class WatchFile {
 public:
  // Of a new run; a file of that name is replaced. An empty path: no file is kept.
  explicit WatchFile(const std::string& path);

  // Of a run that is resumed after that step; `fingerprint` is what its checkpoint says of the file then. If the file
  // has these rows, it is continued, and rows of later steps are dropped. Where there is no file, or one without rows,
  // it begins with the next look. Error: anything else, as it is another run's, or was changed, or is no such file.
  WatchFile(const std::string& path, std::size_t step, const std::string& fingerprint);

  bool is_kept() const { return !path_.empty(); }
  bool was_continued() const { return was_continued_; }

  void add(std::size_t step, const std::vector<LayerStatistics>& layers);
  void write() const;               // atomically
  std::string fingerprint() const;  // of its text, for the checkpoint; empty if no file is kept

 private:
  std::string path_;
  std::string text_;  // what write() writes: the header and the rows so far
  bool was_continued_ = false;
};

}  // namespace bnlab

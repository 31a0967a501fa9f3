// The files of experiments and the line that programs read: one row a run, JSON that a parser takes, nothing that depends
// on the order in which runs were finished.
#include "bnlab/lab/trials/experiment_files.hpp"

#include <stdlib.h>

#include <limits>

#include "small_lab.hpp"
#include "xml.hpp"

namespace bnlab::testing::experiment_files_test {

namespace {

const LabSettings kLab{.size = {.quick = false, .seeds = 3},
                       .dataset = "small",
                       .training_images = 61,
                       .test_images = 31,
                       .program = "0123456789abcdef",
                       .images = "fedcba9876543210",
                       .command = "build/bnlab experiment small --data \"my images\""};

// Three seeds of two arms, with tuning runs; the losses are those given.
Finished finished(const std::vector<double>& plain, const std::vector<double>& batchnorm) {
  Experiment experiment = small_experiment();
  experiment.claim = "Claims may have \"quotation marks\", \\ and\nline breaks.";
  experiment.sweep = {{"", [](Trial&) {}, 2.5}};
  Results results(experiment, 3);
  for (std::size_t i = plain.size(); i > 0; --i) {  // not in the order of their seeds
    results.add(record_of("batchnorm", i, batchnorm[i - 1]));
    results.add(record_of("plain", i, plain[i - 1]));
  }
  Record tuning = record_of("plain", 1001, 0.5);
  tuning.kind = RateKind::tuning;
  tuning.lr = 1e-8;
  tuning.measured.values["only_here"] = 1.0 / 3;
  results.add(tuning);
  return {experiment, results, answer_of(results)};
}

// Made when a test asks for it: a mistake in what makes it fails that test, and not the whole program.
const Finished& one_finished() {
  static const Finished one = finished({0.5, 0.6, 0.7}, {0.3, 0.42, 0.5});
  return one;
}

// The fields of a row: quoted ones may hold commas and doubled quotation marks.
std::vector<std::string> fields_of(const std::string& row) {
  std::vector<std::string> fields = {""};
  bool quoted = false;
  for (const char c : row) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  for (std::string& field : fields) {
    if (!field.starts_with('"')) continue;
    std::string inner = field.substr(1, field.size() - 2);
    for (std::size_t at = 0; (at = inner.find("\"\"", at)) != std::string::npos; ++at) inner.erase(at, 1);
    field = inner;
  }
  return fields;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines = split_text(text, '\n');
  CHECK(lines.back().empty());
  lines.pop_back();
  return lines;
}

// Python's parser refuses what is no JSON, and here also NaN and Infinity, which JSON does not have.
bool python_takes(const std::string& json, const std::string& condition) {
  if (::system("python3 -c 'import json' >/dev/null 2>&1") != 0) {
    MESSAGE("there is no python3 to parse JSON with");
    return true;
  }
  const TempFolder folder;
  write_text(folder / "text.json", json);
  write_text(folder / "parse.py",
             "import json, sys\n"
             "def refuse(word): raise ValueError(word)\n"
             "d = json.load(open(sys.argv[1]), parse_constant=refuse)\n"
             "assert " +
                 condition + "\n");
  return ::system(("python3 '" + folder / "parse.py" + "' '" + folder / "text.json" + "'").c_str()) == 0;
}

}  // namespace

TEST_CASE("the verdict line") {
  CHECK(verdict_line(one_finished(), {.quick = false, .seeds = 3}) ==
        "verdict experiment=small verdict=supported measure=loss effect=-0.193333 low=-0.222018 high=-0.164649 seeds=3 "
        "on=all compared=1/1");
  CHECK(verdict_line(one_finished(), {.quick = true, .seeds = 3}).ends_with(" seeds=3 on=all compared=1/1 quick=yes"));
}

TEST_CASE("the verdict line of a single seed has no interval, and no infinity") {
  const std::string line = verdict_line(finished({0.5}, {0.25}), {});
  CHECK(line ==
        "verdict experiment=small verdict=too-few-runs measure=loss effect=-0.25 low=none high=none seeds=1 on=all "
        "compared=0/1");
}

TEST_CASE("results.csv has one row a run, and a field for each measure") {
  const std::vector<std::string> lines = lines_of(results_csv({one_finished()}));
  CHECK(lines[0] == "experiment,arm,point,x,rate,lr,seed,learned,loss,only_here");
  REQUIRE(lines.size() == 1 + 7);
  CHECK(fields_of(lines[1]) == std::vector<std::string>{"small", "plain", "", "2.5", "tuning", "1e-8", "1001", "1",
                                                        "0.5", "0.3333333333333333"});
  CHECK(fields_of(lines[2]) ==
        std::vector<std::string>{"small", "plain", "", "2.5", "shared", "0", "1", "1", "0.5", ""});
  CHECK(fields_of(lines[7])[6] == "3");
  CHECK(fields_of(lines[7])[8] == "0.5");
  CHECK(fields_of(lines[7])[1] == "batchnorm");
}

TEST_CASE("names with commas and quotation marks stay one field") {
  Experiment experiment = small_experiment();
  experiment.arms[0].name = "a \"b\", c";
  experiment.sweep = {{"x, \"y\""}};
  Results results(experiment, 3);
  Record record = record_of("a \"b\", c", 1, 0.5);
  record.point = "x, \"y\"";
  results.add(record);
  const std::string csv = results_csv({{experiment, results, {}}});
  CHECK(contains(csv, "small,\"a \"\"b\"\", c\",\"x, \"\"y\"\"\",0,shared,"));
  const std::vector<std::string> fields = fields_of(lines_of(csv)[1]);
  CHECK(fields.size() == 9);
  CHECK(fields[1] == "a \"b\", c");
  CHECK(fields[2] == "x, \"y\"");
}

TEST_CASE("results.csv and experiment.json do not depend on the order of the runs") {
  const Finished& one = one_finished();
  std::vector<Record> mixed = one.results.records();
  Random(1, "order").shuffle(mixed);
  Results results(one.experiment, 3);
  for (const Record& record : mixed) results.add(record);
  const Finished other{one.experiment, results, answer_of(results)};
  CHECK(results_csv({one}) == results_csv({other}));
  CHECK(experiment_json({one}, kLab) == experiment_json({other}, kLab));
}

TEST_CASE("experiment.json is JSON, and says what was found") {
  const std::string json = experiment_json({one_finished(), one_finished()}, kLab);
  CHECK(python_takes(json, "d['command'] == 'build/bnlab experiment small --data \"my images\"' and d['seeds'] == 3"));
  CHECK(python_takes(json, "d['quick'] is False and d['training_images'] == 61 and len(d['experiments']) == 2"));
  const std::string e = "d['experiments'][0]";
  CHECK(python_takes(json, e + "['claim'] == 'Claims may have \"quotation marks\", \\\\ and\\nline breaks.'"));
  CHECK(python_takes(json, e + "['verdict'] == 'supported' and " + e + "['seeds'] == 3"));
  CHECK(python_takes(json, "abs(" + e + "['effect']['mean'] + 0.58 / 3) < 1e-12"));
  CHECK(python_takes(json, e + "['comparisons'][0]['outcome'] == 'as-claimed'"));
  CHECK(python_takes(json, "[r['tried'] for r in " + e + "['rates']] == [[1e-8]]"));
  CHECK(python_takes(json, e + "['tables'][0]['arms'] == ['plain', 'batchnorm']"));
  CHECK(python_takes(json, "abs(" + e + "['tables'][0]['rows'][0]['cells'][0]['mean'] - 0.6) < 1e-12"));
  CHECK(python_takes(json, "'lr 0.02\\n' in " + e + "['settings']"));
  CHECK(python_takes(experiment_json({}, kLab), "d['experiments'] == []"));
}

TEST_CASE("what has no number is null in JSON") {
  const std::string json = experiment_json({finished({0.5}, {0.25})}, kLab);
  CHECK(!contains(json, "inf"));
  CHECK(!contains(json, "nan"));
  CHECK(!contains(json, ": -inf"));
  CHECK(python_takes(json, "d['experiments'][0]['effect']['low'] is None"));
}

TEST_CASE("a table has a row for each point and kind of rate, and a cell for each arm") {
  Experiment experiment = small_experiment();
  experiment.sweep = {{"a"}, {"b"}, {"c"}};
  Results results(experiment, 3);
  for (const RateKind kind : {RateKind::shared, RateKind::own}) {
    for (const std::uint64_t seed : {1u, 2u}) {
      Record record = record_of("plain", seed, static_cast<double>(seed));
      record.point = "b";
      record.kind = kind;
      results.add(record);
    }
  }
  Record other = record_of("batchnorm", 1, 7);
  other.point = "a";
  results.add(other);
  const ResultTable table = table_of(results, "loss");
  CHECK(table.arms == std::vector<std::string>{"plain", "batchnorm"});
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[0].point == "a");
  CHECK(!table.rows[0].cells[0]);
  CHECK(table.rows[0].cells[1]->mean == 7);
  CHECK(table.rows[1].point == "b");
  CHECK(table.rows[1].kind == RateKind::shared);
  CHECK(table.rows[1].cells[0]->mean == 1.5);
  CHECK(table.rows[2].kind == RateKind::own);
  CHECK(table_of(results, "drift").rows.empty());
}

TEST_CASE("the files are written, with a chart for each experiment") {
  const TempFolder folder;
  write_experiments(folder.path(), {one_finished()}, kLab);
  CHECK(read_text(folder / "results.csv") == results_csv({one_finished()}));
  CHECK(read_text(folder / "experiment.json") == experiment_json({one_finished()}, kLab));
  CHECK(Xml(read_text(folder / "small.svg")).error == "");
}

}  // namespace bnlab::testing::experiment_files_test

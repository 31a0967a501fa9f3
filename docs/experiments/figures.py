"""What the experiments found, as text: numbers, intervals, tables.

Everything is taken from the files that keep.py has written: NAME.json for a dataset's experiments, compare-NAME.csv for
the runs of `bnlab compare`. Numbers are written as the program writes them (src/lab/trials/answer.cpp).
"""

import csv
import json
import math
import os

FORMAT = "bnlab experiments 1"
DATASETS = ["mnist", "fashion-mnist", "cifar10"]
COMPARED = ["mnist", "cifar10"]
TITLES = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST", "cifar10": "CIFAR-10 (re-encoded)"}

# The 0.975 quantile of Student's t, by degrees of freedom.
T_QUANTILE = {1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 6: 2.4469, 7: 2.3646, 8: 2.3060, 9: 2.2622}

VERDICTS = {
    "supported": "supported",
    "not-supported": "not supported",
    "depends": "depends",
    "no-difference": "no difference",
    "too-few-runs": "too few runs",
}
OUTCOMES = {
    "as-claimed": "yes",
    "opposite": "the opposite",
    "no-difference": "no difference",
    "not-comparable": "not comparable",
    "unresolved": "not settled",
}


class Missing(Exception):
    """Something that the prose asks for is not in the files."""


def is_accuracy(measure):
    return "accuracy" in measure


def is_log10(measure):
    return measure.endswith("_log10")


def number(x):
    """Without an exponent where people read none: 6, 0.0643, 12.34, 1.2e-07."""
    size = abs(x)
    if size < 10000 and x == round(x):
        return "%.0f" % (x + 0.0 if x else 0)
    if size >= 10000 or size < 0.001:
        return "%.1e" % x
    return "%.*f" % (4 if size < 10 else 2, x)


def value_text(measure, x):
    return "%.2f" % (100 * x) if is_accuracy(measure) else number(x)


def mean_text(measure, estimate):
    """0.0643 ± 0.0012: the mean and half of its 95 % interval."""
    if estimate is None:
        return "-"
    text = value_text(measure, estimate["mean"])
    if estimate["count"] > 1:
        text += " ± " + value_text(measure, (estimate["high"] - estimate["low"]) / 2)
    return text + (" %" if is_accuracy(measure) else "")


def factor_text(x):
    """Two digits: 0.13, 3, 30, 3,000."""
    return "{:,.0f}".format(float("%.2g" % x)) if x >= 1 else "%.2g" % x


def effect_text(measure, effect):
    """-0.0643 (-0.0715 to -0.0571); of powers of ten the factor: x 30 (20 to 45)."""
    if is_log10(measure):
        low, mean, high = (factor_text(10 ** effect[end]) for end in ("low", "mean", "high"))
        return "× %s" % mean if low == high else "× %s (%s to %s)" % (mean, low, high)
    low, mean, high = (value_text(measure, effect[end]) for end in ("low", "mean", "high"))
    text = mean if low == high else "%s (%s to %s)" % (mean, low, high)
    return text + (" points" if is_accuracy(measure) else "")


def says(measure, judged):
    """A comparison as a part of a sentence: "lower by 0.06 (95 % interval 0.05 to 0.07)"."""
    effect, outcome = judged["effect"], judged["outcome"]
    if outcome in ("not-comparable", "unresolved"):
        return "%s (%s)" % ("not to be compared" if outcome == "not-comparable" else "not settled",
                          short_reason(judged["why"]))
    if outcome == "no-difference":
        return "no different beyond noise, %s" % effect_text(measure, effect)
    sign = -1 if effect["mean"] < 0 else 1
    direction = "lower" if sign < 0 else "higher"
    if is_log10(measure):
        return "%s, %s" % (direction, effect_text(measure, effect))
    low, high = sorted((sign * effect["low"], sign * effect["high"]))
    unit = " points" if is_accuracy(measure) else ""
    text = "%s by %s%s" % (direction, value_text(measure, sign * effect["mean"]), unit)
    if low == high:
        return text + " in every run"
    return "%s (95 %% interval %s to %s)" % (text, value_text(measure, low), value_text(measure, high))


def short_reason(why):
    """Up to where the program explains itself."""
    return why.split(", and of")[0].split(":")[0].replace("as claimed, but ", "")


def table(rows):
    """Rows of cells as Markdown; the first is the head."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "| " + " | ".join(["---"] * len(rows[0])) + " |"] + lines[1:])


def named(items, name, what):
    """The item with that name. Missing: there is none."""
    for item in items:
        if item[what[0]] == name:
            return item
    known = ", ".join("'%s'" % item[what[0]] for item in items)
    raise Missing("expected %s, found no '%s'; there is %s" % (what[1], name, known))


class Lab:
    """The kept files of a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.sets = {}
        for dataset in DATASETS:
            self.sets[dataset] = self.results(dataset + ".json")
        self.names = [e["name"] for e in self.sets["mnist"]["experiments"]]
        for dataset in DATASETS:
            names = [e["name"] for e in self.sets[dataset]["experiments"]]
            if names != self.names:
                raise Missing("%s.json: expected the experiments of mnist.json (%s), found %s" %
                              (dataset, ", ".join(self.names), ", ".join(names)))
        self.histories = {name: self.history("compare-%s.csv" % name) for name in COMPARED}

    def read(self, name):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            raise Missing("%s: there is no such file; make experiments-docs makes the runs and writes it" % path)
        with open(path, encoding="utf-8") as file:
            return file.read()

    def results(self, name):
        try:
            found = json.loads(self.read(name))
        except ValueError as problem:
            raise Missing("%s: expected JSON: %s" % (name, problem)) from None
        if found.get("format") != FORMAT:
            raise Missing("%s: expected the format '%s', found '%s'" % (name, FORMAT, found.get("format")))
        return found

    def history(self, name):
        rows = list(csv.DictReader(self.read(name).splitlines()))
        if not rows:
            raise Missing("%s: expected the epochs of some runs, found none" % name)
        return rows

    # --- Experiments ---

    def dataset(self, name):
        if name not in self.sets:
            raise Missing("expected a dataset, %s, found '%s'" % (", ".join(DATASETS), name))
        return self.sets[name]

    def experiment(self, name, dataset):
        return named(self.dataset(dataset)["experiments"], name, ("name", "an experiment"))

    def judged(self, name, dataset, on):
        return named(self.experiment(name, dataset)["comparisons"], on, ("on", "a comparison of " + name))

    def cell(self, name, dataset, measure, arm, point, rate=None):
        found = named(self.experiment(name, dataset)["tables"], measure, ("measure", "a table of " + name))
        if arm not in found["arms"]:
            raise Missing("expected an arm of %s, found no '%s'; there is %s" % (name, arm, ", ".join(found["arms"])))
        rows = [row for row in found["rows"] if row["point"] == point and rate in (None, row["rate"])]
        if not rows:
            raise Missing("expected a point of %s, found no '%s' with rate '%s'" % (name, point, rate))
        return rows[-1]["cells"][found["arms"].index(arm)]  # own behind shared

    def same_verdict(self, name):
        return len({self.experiment(name, d)["verdict"] for d in DATASETS}) == 1

    def charted(self, name):
        """The datasets whose chart is shown: MNIST's, and those with another verdict."""
        first = self.experiment(name, "mnist")["verdict"]
        return [d for d in DATASETS if d == "mnist" or self.experiment(name, d)["verdict"] != first]

    @staticmethod
    def chart_file(name, dataset):
        return name + ("" if dataset == "mnist" else "-" + dataset) + ".svg"

    def comparisons_table(self, name):
        measure = self.experiment(name, "mnist")["measure"]
        names = []
        for dataset in DATASETS:
            for one in self.experiment(name, dataset)["comparisons"]:
                if one["on"] not in names:
                    names.append(one["on"])
        rows = [["is it as claimed?"] + [TITLES[d] for d in DATASETS]]
        for on in names:
            row = [on]
            for dataset in DATASETS:
                found = [one for one in self.experiment(name, dataset)["comparisons"] if one["on"] == on]
                row.append(self.answer_cell(measure, found[0]) if found else "not a case")
            rows.append(row)
        return table(rows)

    @staticmethod
    def answer_cell(measure, judged):
        answer = OUTCOMES[judged["outcome"]]
        if judged["outcome"] in ("not-comparable", "unresolved"):
            return "%s (%s)" % (answer, short_reason(judged["why"]))
        return "%s: %s" % (answer, effect_text(measure, judged["effect"]))

    def measure_table(self, name, dataset, measure):
        found = named(self.experiment(name, dataset)["tables"], measure, ("measure", "a table of " + name))
        both = len({row["rate"] for row in found["rows"]}) > 1
        rows = [[self.experiment(name, dataset)["varied"]] + found["arms"]]
        for row in found["rows"]:
            point = row["point"]
            if both:
                point += ", " + ("own best rate" if row["rate"] == "own" else "shared rate")
            rows.append([point] + [mean_text(measure, cell) for cell in row["cells"]])
        return "*%s, %s: mean ± half of the 95 %% interval*\n\n%s" % (
            TITLES[dataset], found["title"], table(rows))

    def rates_table(self, name):
        rows = [["own best learning rate"] + [TITLES[d] for d in DATASETS]]
        chosen = {d: {(r["point"], r["arm"]): r for r in self.experiment(name, d)["rates"]} for d in DATASETS}
        for point, arm in chosen["mnist"]:
            row = ["%s, %s" % (point, arm)]
            for dataset in DATASETS:
                rate = chosen[dataset].get((point, arm))
                row.append("-" if rate is None else "%.3g%s" % (rate["own"], " (grid's edge)" if rate["at_edge"] else ""))
            rows.append(row)
        return table(rows)

    # --- Runs of bnlab compare ---

    def runs(self, name):
        if name not in self.histories:
            raise Missing("expected the dataset of a comparison, %s, found '%s'" % (", ".join(COMPARED), name))
        return self.histories[name]

    def epochs(self, name):
        return sorted({int(row["epoch"]) for row in self.runs(name)})

    def seeds(self, name):
        return sorted({int(row["seed"]) for row in self.runs(name)})

    def column(self, name, model, column, epoch):
        """Of each seed."""
        values = [float(row[column]) for row in self.runs(name)
                  if row["model"] == model and int(row["epoch"]) == epoch and row.get(column)]
        if len(values) != len(self.seeds(name)):
            raise Missing("compare-%s.csv: expected a '%s' of %s for every seed in epoch %d" %
                          (name, column, model, epoch))
        return values

    def history_table(self, name):
        columns = ["train_loss", "validation_loss", "train_accuracy", "validation_accuracy"]
        rows = [["epoch"] + ["%s, %s" % (c.replace("_", " "), m) for c in columns for m in ("plain", "batchnorm")]]
        for epoch in self.epochs(name):
            row = [str(epoch)]
            for column in columns:
                for model in ("plain", "batchnorm"):
                    mean = estimate(self.column(name, model, column, epoch))["mean"]
                    row.append("%.1f %%" % (100 * mean) if is_accuracy(column) else "%.3f" % mean)
            rows.append(row)
        return table(rows)

    def difference(self, name, column, epoch):
        """Batch normalization less plain, seed by seed."""
        pairs = zip(self.column(name, "plain", column, epoch), self.column(name, "batchnorm", column, epoch))
        return estimate([b - a for a, b in pairs])


def estimate(values):
    n = len(values)
    mean = math.fsum(values) / n
    if n == 1:
        return {"count": 1, "mean": mean, "low": mean, "high": mean}
    if n - 1 not in T_QUANTILE:
        raise Missing("expected at most %d seeds of bnlab compare, found %d" % (1 + max(T_QUANTILE), n))
    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1))
    half = T_QUANTILE[n - 1] * deviation / math.sqrt(n)
    return {"count": n, "mean": mean, "low": mean - half, "high": mean + half}

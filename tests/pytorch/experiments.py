"""Three experiments of the lab once more, in PyTorch: the same settings, but not the same random numbers.

Run by `make pytorch-experiments`: experiments.py FOLDER…, each with experiment.json and results.csv of bnlab. Each run
that is reported there (not those that choose a learning rate) is made in PyTorch, with the same learning rate and as many
seeds, and every mean of the tables is compared with PyTorch's. What counts was decided before the first run:

  EX.1  The means are compared by Welch's test, all of them together (Holm): none may differ at 0.05. A right program
        fails with a probability of 5 % over all random numbers; with those that it has, always or never.
  EX.2  At most 5 % of the pairs of 95 % intervals may lie apart. That is the most that chance makes: 5 % where only one
        of two means has spread, and 0.5 % where both spread alike. How many are expected is printed.
  EX.3  Each effect that bnlab found to be beyond noise has the same sign in PyTorch: the verdicts rest on these.
  EX.4  The means, intervals, effects and their p in experiment.json are those of results.csv, computed here by other
        means.

Ten seeds, not the lab's five: with five of both, EX.1 overlooked a momentum of 0.2 for 0.1 in PyTorch's batch
normalization, which raised an accuracy by ten points.
"""
import csv
import json
import multiprocessing
import os
import sys
from collections import defaultdict

import torch

from idx import read_part
from intervals import Estimate, chance_of_no_overlap, holm, overlap, welch_p
from trial import check_settings, run_trial

EXPERIMENTS = {"initialization", "gradient-flow", "batch-size"}  # those whose effects are computed here
DATA = {"mnist": "data/mnist-sample"}
images = {}  # "train" and "t10k": inputs and labels
MOST_APART = 0.05
ALPHA = 0.05

torch.set_num_threads(1)  # runs are shared out among the cores as whole runs


# --- What bnlab did ---------------------------------------------------------------------------------------------------


def settings_of(text):
    """From lines "name value"."""
    return dict(line.split(" ", 1) for line in text.splitlines())


def read_runs(folder, experiment):
    """The experiment's reported runs: [(arm, point, rate), settings, measures]."""
    base = settings_of(experiment["settings"])
    changes = {(run["arm"], run["point"]): settings_of(run["changes"]) for run in experiment["runs"]}
    runs = []
    for row in csv.DictReader(open(os.path.join(folder, "results.csv"), encoding="utf-8")):
        if row["experiment"] != experiment["name"] or row["rate"] == "tuning":
            continue
        settings = {**base, **changes[row["arm"], row["point"]], "lr": row["lr"], "seed": row["seed"]}
        check_settings(settings)
        runs.append(((row["arm"], row["point"], row["rate"]), settings, row))
    return runs


# --- The same in PyTorch ----------------------------------------------------------------------------------------------


def make_run(job):
    settings, with_imbalance = job
    return run_trial(settings, images["train"], images["t10k"], with_imbalance)


def make_runs(all_settings, with_imbalance):
    with multiprocessing.Pool() as workers:
        return workers.map(make_run, [(settings, with_imbalance) for settings in all_settings], chunksize=1)


# --- Comparison -------------------------------------------------------------------------------------------------------


def by_place(places, measured):
    """The measures of each arm at each point, {place: [{measure: value} of each seed]}."""
    grouped = defaultdict(list)
    for place, values in zip(places, measured):
        grouped[place].append(values)
    return grouped


def values_of(grouped, place, measure):
    return [float(run[measure]) for run in grouped[place]]


def effects(name, points, grouped):
    """What the verdict rests on: {on: [treated - control for each seed]}."""

    def difference(control, treated, measure):
        pairs = zip(values_of(grouped, control, measure), values_of(grouped, treated, measure))
        return [b - a for a, b in pairs]

    found = {}
    if name == "initialization":  # at how many scales it learned
        for optimizer in "sgd", "adam":
            arms = f"plain, {optimizer}", f"batchnorm, {optimizer}"
            each = [difference(*((arm, point, "shared") for arm in arms), "learned") for point in points]
            found[optimizer] = [sum(scales) for scales in zip(*each)]
    if name == "gradient-flow":
        for activation in points:
            for init in "default init", "good init":
                places = ((f"{arm}, {init}", activation, "shared") for arm in ("plain", "batchnorm"))
                found[f"{activation} with {init}"] = difference(*places, "imbalance")
    if name == "batch-size":
        for control, against in ("plain", ""), ("plain centred", " against plain centred"):
            for size in "2", "4":
                places = ((arm, size, "own") for arm in (control, "batchnorm"))
                found[f"batches of {size}{against}"] = difference(*places, "accuracy")
    return found


def near(found, expected):
    return abs(found - expected) <= 1e-6 * max(1, abs(expected))


def same_estimate(cell, estimate):
    """Whether experiment.json says what follows from results.csv."""
    return all(near(getattr(estimate, part), cell[part]) for part in ("mean", "low", "high"))


def text_of(estimate):
    return f"{estimate.mean:8.4f} [{estimate.low:8.4f}, {estimate.high:8.4f}]"


def compare_means(experiment, settings, ours, theirs):
    """One comparison for each mean of the experiment's tables: [what, bnlab's, PyTorch's, experiment.json's]."""
    compared = []
    for table in experiment["tables"]:
        for row in table["rows"]:
            for arm, cell in zip(table["arms"], row["cells"]):
                place = arm, row["point"], row["rate"]
                if cell is None:
                    continue
                # Other statistics change nothing in a network without batch normalization.
                if settings[place]["norm"] != "batch" and table["measure"] in ("accuracy_population", "accuracy_batch"):
                    continue
                what = f"{experiment['name']}: {table['measure']}, {arm}, {row['point']}"
                both = [Estimate(values_of(grouped, place, table["measure"])) for grouped in (ours, theirs)]
                compared.append((what, *both, cell))
    return compared


def compare_effects(experiment, ours, theirs):
    """[what, bnlab's effect, PyTorch's, experiment.json's]."""
    points = list(dict.fromkeys(run["point"] for run in experiment["runs"]))
    found, again = (effects(experiment["name"], points, grouped) for grouped in (ours, theirs))
    return [(f"{experiment['name']}: {one['on']}", Estimate(found[one["on"]]), Estimate(again[one["on"]]), one)
            for one in experiment["comparisons"]]


def repeat(folder, experiment):
    runs = read_runs(folder, experiment)
    places = [place for place, _, _ in runs]
    all_settings = [settings for _, settings, _ in runs]
    print(f"{experiment['name']}: {len(runs)} runs in PyTorch", flush=True)
    measured = make_runs(all_settings, with_imbalance=experiment["measure"] == "imbalance")
    ours, theirs = by_place(places, [row for _, _, row in runs]), by_place(places, measured)
    return compare_means(experiment, dict(zip(places, all_settings)), ours, theirs), compare_effects(experiment, ours, theirs)


# --- What is printed --------------------------------------------------------------------------------------------------


def report_means(means):
    """Returns what is wrong, in words."""
    p_values = [welch_p(ours.mean - theirs.mean, ours, theirs) for _, ours, theirs, _ in means]
    width = max(len(what) for what, *_ in means)
    print(f"\n{'mean and 95 % interval':{width}}  {'bnlab':>28}  {'PyTorch':>28}  Welch's p, and Holm's")
    together = apart = 0
    expected = 0.0
    wrong = []
    for (what, ours, theirs, cell), p, adjusted in zip(means, p_values, holm(p_values)):
        overlapping = overlap(ours, theirs)
        together += overlapping
        apart += not overlapping
        expected += chance_of_no_overlap(ours, theirs)
        note = "overlap" if overlapping else "APART"
        print(f"{what:{width}}  {text_of(ours)}  {text_of(theirs)}  {note:7}  p {p:.4f} {adjusted:.4f}")
        if adjusted < ALPHA:
            wrong.append(f"{what}: the means differ (p {p:.1g}, as one of {len(means)} {adjusted:.1g})")
        if not same_estimate(cell, ours):
            wrong.append(f"{what}: experiment.json says {cell}, results.csv {text_of(ours)}")
    print(f"\n{apart} of {len(means)} pairs of intervals lie apart; {expected:.1f} are expected to by chance alone")
    if apart > MOST_APART * len(means):
        wrong.append(f"more than {MOST_APART:.0%} of the intervals lie apart")
    return together, wrong


def report_effects(all_effects):
    """Returns what is wrong, in words."""
    width = max(len(what) for what, *_ in all_effects)
    print(f"\n{'effect: treated - control':{width}}  {'bnlab':>28}  {'PyTorch':>28}")
    wrong = []
    for what, ours, theirs, judged in all_effects:
        same_sign = ours.mean * theirs.mean > 0
        counts = judged["outcome"] in ("as-claimed", "opposite")
        note = "same sign" if same_sign else "other sign"
        print(f"{what:{width}}  {text_of(ours)}  {text_of(theirs)}  {note}, bnlab: {judged['outcome']}")
        if counts and not same_sign:
            wrong.append(f"{what}: {judged['outcome']} in bnlab, the other way in PyTorch")
        if not same_estimate(judged["effect"], ours):
            wrong.append(f"{what}: experiment.json says {judged['effect']}, results.csv {text_of(ours)}")
        if not near(ours.p_of_zero, judged["p"]):
            wrong.append(f"{what}: experiment.json says p {judged['p']}, results.csv {ours.p_of_zero}")
    return wrong


def repeat_all(folder):
    """All comparisons of means, and of effects, for the experiments in a folder."""
    lab = json.load(open(os.path.join(folder, "experiment.json"), encoding="utf-8"))
    images.update({part: read_part(DATA[lab["dataset"]], part) for part in ("train", "t10k")})
    print(f"{lab['command']}: {lab['seeds']} seeds")
    means, all_effects = [], []
    for experiment in lab["experiments"]:
        if experiment["name"] in EXPERIMENTS:
            more_means, more_effects = repeat(folder, experiment)
            means += more_means
            all_effects += more_effects
    return means, all_effects


if __name__ == "__main__":
    print(f"PyTorch {torch.__version__}")
    repeated = [repeat_all(folder) for folder in sys.argv[1:]]
    means = [one for of_folder, _ in repeated for one in of_folder]
    all_effects = [one for _, of_folder in repeated for one in of_folder]
    overlapping, wrong = report_means(means)
    wrong += report_effects(all_effects)
    print()
    for sentence in wrong:
        print("FAILED  " + sentence)
    print(f"pytorch experiments: {overlapping} of {len(means)} intervals overlap; "
          f"{'all as it should be' if not wrong else f'{len(wrong)} FAILED'}")
    sys.exit(len(wrong) > 0)

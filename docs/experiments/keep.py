#!/usr/bin/env python3
"""Keeps what docs/experiments/run.sh has measured: the part of it that the documents need.

    python3 docs/experiments/keep.py FROM [TO]

FROM holds a folder for the experiments on each dataset (mnist, fashion-mnist, cifar10), with their files, seconds.txt
(CPU-seconds) and mean_share.txt (pixels.py); and the folders compare-NAME/SEED of bnlab compare, each with history.csv and
result.txt, its result lines. TO is this folder unless it is given. NAME.json, compare-NAME.csv and the charts are written
there: NAME.svg of MNIST, NAME-DATASET.svg where the verdict is another.
"""

import csv
import datetime
import glob
import json
import os
import platform
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True

from figures import COMPARED, DATASETS, Lab, Missing

# Where the images are is nobody else's business.
FOLDERS = {"mnist": "data/mnist-sample", "fashion-mnist": "data/fashion-mnist-sample", "cifar10": "FOLDER"}
RECOGNISED = {"mnist": "mnist", "fashion-mnist": "fashion-mnist", "cifar10": "cifar-10"}  # as the program calls them


def first_line(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    except OSError:
        models = []
    return models[0] if models else platform.processor() or platform.machine()


def measured(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return float(file.read())


def circumstances(folder):
    return {
        "date": datetime.date.fromtimestamp(os.path.getmtime(os.path.join(folder, "experiment.json"))).isoformat(),
        "machine": "%s, %d cores" % (processor(), os.cpu_count() or 1),
        "compiler": first_line([os.environ.get("CXX", "g++"), "--version"]),
        "CPU-seconds": round(measured(folder, "seconds.txt")),
        "mean_share": measured(folder, "mean_share.txt"),
    }


def keep_experiments(source, target, dataset):
    with open(os.path.join(source, dataset, "experiment.json"), encoding="utf-8") as file:
        text = file.read()
    results = json.loads(text)
    if results["dataset"] != RECOGNISED[dataset]:
        raise Missing("%s/%s: expected the experiments on %s, found those on %s" %
                      (source, dataset, RECOGNISED[dataset], results["dataset"]))
    command = re.sub(r" --data \S+", "", results["command"]) + " --data " + FOLDERS[dataset]
    text = text.replace(json.dumps(results["command"]), json.dumps(command), 1)
    added = ["  %s: %s,\n" % (json.dumps(key), json.dumps(value, ensure_ascii=False))
             for key, value in circumstances(os.path.join(source, dataset)).items()]
    text = text.replace("{\n", "{\n" + "".join(added), 1)
    with open(os.path.join(target, dataset + ".json"), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def keep_comparisons(source, target, name):
    """The histories of all seeds in one table, with the test results in the last epoch's row."""
    rows = []
    for history in sorted(glob.glob(os.path.join(source, "compare-" + name, "*", "history.csv")), key=seed_of):
        with open(history, encoding="utf-8") as file:
            epochs = list(csv.DictReader(file))
        tests = test_results(os.path.join(os.path.dirname(history), "result.txt"))
        for epoch in epochs:
            last = epoch["epoch"] == epochs[-1]["epoch"]
            test = tests[epoch["model"]] if last else ("", "")
            del epoch["seconds"]
            rows.append({"seed": seed_of(history), **epoch, "test_loss": test[0], "test_accuracy": test[1]})
    if not rows:
        raise Missing("%s/compare-%s: expected folders with a history.csv, found none" % (source, name))
    with open(os.path.join(target, "compare-%s.csv" % name), "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def seed_of(history):
    return int(os.path.basename(os.path.dirname(history)))


def test_results(path):
    """By model: test loss and accuracy, from the result lines of bnlab compare."""
    found = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            fields = dict(word.split("=", 1) for word in line.split() if "=" in word)
            if "model" in fields and "test_loss" in fields:
                found[fields["model"]] = (fields["test_loss"], fields["test_accuracy"])
    return found


def keep_charts(source, target):
    lab = Lab(target)
    for old in glob.glob(os.path.join(target, "*.svg")):
        if not os.path.basename(old).startswith("compare-"):
            os.remove(old)
    for name in lab.names:
        for dataset in lab.charted(name):
            shutil.copyfile(os.path.join(source, dataset, name + ".svg"),
                            os.path.join(target, lab.chart_file(name, dataset)))


def main():
    source = sys.argv[1]
    target = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
    try:
        for dataset in DATASETS:
            keep_experiments(source, target, dataset)
        for name in COMPARED:
            keep_comparisons(source, target, name)
        keep_charts(source, target)
    except (OSError, Missing) as problem:
        sys.exit("keep.py: %s" % problem)


if __name__ == "__main__":
    main()

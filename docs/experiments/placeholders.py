"""What may stand between {{ and }} in the prose: the placeholders and the conditions, name by name."""

import os

from figures import DATASETS, OUTCOMES, TITLES, VERDICTS, Missing, effect_text, estimate, mean_text, says, table
from template import Mistake


class Fill:
    """The placeholders: do_NAME(words, rest), with what stands between the name and the first |, and behind it.

    Where a placeholder is about an experiment, the words are its name, which may be left out in its own file, and the
    dataset, which is mnist if it is left out.
    """

    def __init__(self, lab, own=None):
        self.lab = lab
        self.own = own
        self.used = set()

    def look_up(self, words, rest):
        if not words or not hasattr(self, "do_" + words[0]):
            known = sorted(name[3:] for name in dir(self) if name.startswith("do_"))
            raise Mistake("expected a placeholder (%s), found '%s'" % (", ".join(known), " ".join(words)))
        self.used.add(words[0])
        try:
            return getattr(self, "do_" + words[0])(words[1:], rest)
        except Missing as missing:
            raise Mistake(str(missing)) from None
        except (IndexError, ValueError):
            raise Mistake("'%s' has other arguments; see docs/experiments/placeholders.py" % words[0]) from None

    def holds(self, words, rest, wanted):
        """verdict, outcome: is one of the wanted; same: all three datasets have the same verdict; difference: lower, higher
        or none beyond noise, of the runs of bnlab compare."""
        try:
            if words[0] == "difference":
                return self.one_of(self.direction(words[1], *rest), wanted, ["lower", "higher", "none"])
            name, dataset = self.about(words[1:])
            if words[0] == "same":
                return self.lab.same_verdict(name)
            if words[0] == "verdict":
                return self.one_of(self.lab.experiment(name, dataset)["verdict"], wanted, VERDICTS)
            if words[0] == "outcome":
                return self.one_of(self.lab.judged(name, dataset, rest[0])["outcome"], wanted, OUTCOMES)
        except Missing as missing:
            raise Mistake(str(missing)) from None
        raise Mistake("expected the condition verdict, outcome, same or difference, found '%s'" % words[0])

    @staticmethod
    def one_of(value, wanted, known):
        for word in wanted:
            if word not in known:
                raise Mistake("expected one of %s, found '%s'" % (", ".join(known), word))
        return value in wanted

    def about(self, words):
        """The experiment's name and the dataset's."""
        named = bool(words) and words[0] in self.lab.names
        name = words[0] if named else self.own
        others = words[1:] if named else words
        if name is None or len(others) > 1:
            raise Mistake("expected the name of an experiment (%s) and of a dataset (%s), found '%s'" %
                          (", ".join(self.lab.names), ", ".join(DATASETS), " ".join(words)))
        return name, (others[0] if others else "mnist")

    def experiment(self, words):
        return self.lab.experiment(*self.about(words))

    # --- About an experiment ---

    def do_claim(self, words, _):
        return self.experiment(words)["claim"]

    def do_hypothesis(self, words, _):
        return self.experiment(words)["hypothesis"]

    def do_not_shown(self, words, _):
        return self.experiment(words)["not_shown"]

    def do_found(self, words, _):
        return self.experiment(words)["found"]

    def do_remark(self, words, rest):
        """{{remark mnist | 1}}: a sentence of the program's, beside what was found."""
        remarks = self.experiment(words)["remarks"]
        if not 0 < int(rest[0]) <= len(remarks):
            raise Missing("expected one of %d remarks, found '%s'" % (len(remarks), rest[0]))
        return remarks[int(rest[0]) - 1]

    def do_verdict(self, words, _):
        return "**%s**" % VERDICTS[self.experiment(words)["verdict"]]

    def do_verdicts(self, words, _):
        """MNIST: **depends**; Fashion-MNIST: **depends**; …"""
        name, _ = self.about(words)
        each = ["%s: **%s**" % (TITLES[d], VERDICTS[self.lab.experiment(name, d)["verdict"]]) for d in DATASETS]
        return "; ".join(each) + "."

    def do_link(self, words, _):
        name, _ = self.about(words)
        return "[%s](experiments.md#%s)" % (name, name)

    def do_says(self, words, rest):
        """{{says mnist | 512 relu against plain}}: "lower by 0.06 (95 % interval 0.05 to 0.07)"."""
        name, dataset = self.about(words)
        return says(self.lab.experiment(name, dataset)["measure"], self.lab.judged(name, dataset, rest[0]))

    def do_effect(self, words, rest):
        """The same in short: "-0.06 (-0.07 to -0.05)"."""
        name, dataset = self.about(words)
        effect = self.lab.judged(name, dataset, rest[0])["effect"]
        return effect_text(self.lab.experiment(name, dataset)["measure"], effect)

    def do_mean(self, words, rest):
        """{{mean mnist | loss | plain | 512 relu}}: with the own best rate where there is one. A fourth argument, shared
        or own, says which."""
        measure, arm, point = rest[:3]
        return mean_text(measure, self.lab.cell(*self.about(words), measure, arm, point, *rest[3:]))

    def do_comparisons(self, words, _):
        return self.lab.comparisons_table(self.about(words)[0])

    def do_table(self, words, rest):
        """{{table mnist | loss}}"""
        return self.lab.measure_table(*self.about(words), rest[0])

    def do_rates(self, words, _):
        return self.lab.rates_table(self.about(words)[0])

    def do_chart(self, words, _):
        """MNIST's, and those of the datasets with another verdict."""
        name, _ = self.about(words)
        charts = []
        for dataset in self.lab.charted(name):
            file = self.lab.chart_file(name, dataset)
            if not os.path.exists(os.path.join(self.lab.folder, file)):
                raise Missing("%s: there is no such chart; make experiments-docs keeps it" % file)
            charts.append("![%s, %s](experiments/%s)" % (name, TITLES[dataset], file))
        return "\n\n".join(charts)

    # --- About all of them ---

    def do_summary(self, words, _):
        """With the links of another page: {{summary experiments.md}}."""
        page = words[0] if words else ""
        rows = [["experiment", "the claim"] + [TITLES[d] for d in DATASETS]]
        for name in self.lab.names:
            rows.append(["[%s](%s#%s)" % (name, page, name), self.lab.experiment(name, "mnist")["claim"]] +
                        [VERDICTS[self.lab.experiment(name, d)["verdict"]] for d in DATASETS])
        return table(rows)

    def do_tally(self, words, _):
        """- supported on all three datasets: convergence, …"""
        lines = []
        for verdict, text in VERDICTS.items():
            names = [n for n in self.lab.names if self.lab.same_verdict(n) and
                     self.lab.experiment(n, "mnist")["verdict"] == verdict]
            if names:
                lines.append("- **%s** on all three datasets: %s." % (text, self.linked(names)))
        others = [n for n in self.lab.names if not self.lab.same_verdict(n)]
        if others:
            lines.append("- **another answer on another dataset**: %s." % self.linked(others))
        return "\n".join(lines)

    @staticmethod
    def linked(names):
        return ", ".join("[%s](#%s)" % (name, name) for name in names)

    def do_circumstances(self, words, _):
        sets = [self.lab.dataset(d) for d in DATASETS]
        rows = [[""] + [TITLES[d] for d in DATASETS]]
        rows.append(["training and test images"] +
                    ["{:,} and {:,}".format(s["training_images"], s["test_images"]) for s in sets])
        for key in ["seeds", "command", "date", "machine", "compiler", "CPU-seconds"]:
            rows.append([key] + [self.circumstance(s, key) for s in sets])
        return table(rows)

    @staticmethod
    def circumstance(results, key):
        if key not in results:
            raise Missing("%s.json: expected '%s', which keep.py adds" % (results["dataset"], key))
        return "`%s`" % results[key] if key == "command" else str(results[key])

    def do_mean_share(self, words, _):
        """How much of the inputs' mean square is that of their means."""
        return "%.0f %%" % (100 * self.lab.dataset(words[0])["mean_share"])

    def do_quick(self, words, _):
        """A warning, where any of the runs was a quick one."""
        if any(self.lab.dataset(d)["quick"] for d in DATASETS):
            return "**These are quick runs**, with fewer seeds, images and learning rates than the full ones."
        return ""

    def do_count(self, words, _):
        return str(len(self.lab.names))

    def do_seeds(self, words, _):
        return str(self.lab.dataset(words[0] if words else "mnist")["seeds"])

    # --- About the runs of bnlab compare ---

    def do_history(self, words, _):
        return self.lab.history_table(words[0])

    def do_compare_seeds(self, words, _):
        return str(len(self.lab.seeds(words[0])))

    def epoch_of(self, dataset, which):
        return self.lab.epochs(dataset)[-1] if which == "last" else int(which)

    def do_compared(self, words, rest):
        """{{compared mnist | validation_loss | plain | last}}: the mean over the seeds, with its interval."""
        column, model, epoch = rest
        values = self.lab.column(words[0], model, column, self.epoch_of(words[0], epoch))
        return mean_text(column, estimate(values))

    def do_difference(self, words, rest):
        """{{difference mnist | validation_loss | last}}: batch normalization less plain."""
        column, epoch = rest
        return effect_text(column, self.lab.difference(words[0], column, self.epoch_of(words[0], epoch)))

    def direction(self, dataset, column, epoch):
        effect = self.lab.difference(dataset, column, self.epoch_of(dataset, epoch))
        if effect["low"] <= 0 <= effect["high"]:
            return "none"
        return "lower" if effect["mean"] < 0 else "higher"

#!/usr/bin/env python3
"""Writes docs/experiments.md and docs/questions.md from the kept results and the prose.

    python3 docs/experiments/write.py            writes both
    python3 docs/experiments/write.py --check    says whether they are what it would write; status 1 if not
    python3 docs/experiments/write.py --folder DIR --out DIR    with results and prose, and documents, elsewhere

The prose is in prose/: experiments.md (the beginning), NAME.md for each experiment, references.md (the end), questions.md.
What may stand between {{ and }} is in template.py and, name by name, in placeholders.py. No figure is written into the
prose by hand.
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True  # nothing is left in the folder

from figures import Lab, Missing
from placeholders import Fill
from template import Mistake, fill, wrapped

NEEDED = ["claim", "chart", "comparisons", "not_shown"]  # in the prose of every experiment


def read(folder, name):
    path = os.path.join(folder, "prose", name)
    if not os.path.exists(path):
        raise Mistake("%s: there is no such file; every experiment has one, with %s" %
                      (path, ", ".join("{{%s}}" % word for word in NEEDED)))
    with open(path, encoding="utf-8") as file:
        return file.read()


def filled(lab, folder, name, own=None):
    filler = Fill(lab, own)
    text = fill(read(folder, name), "prose/" + name, filler.look_up, filler.holds)
    for word in NEEDED if own else []:
        if word not in filler.used:
            raise Mistake("prose/%s: expected {{%s}} somewhere" % (name, word))
    return text


def documents(folder):
    lab = Lab(folder)
    command = "<!-- Written by docs/experiments/write.py from docs/experiments/: edit the prose there, not here. -->\n\n"
    parts = [filled(lab, folder, "experiments.md")]
    for name in lab.names:
        parts.append("## %s\n\n%s" % (name, filled(lab, folder, name + ".md", name)))
    parts.append(filled(lab, folder, "references.md"))
    return {
        "experiments.md": command + wrapped("\n".join(parts)),
        "questions.md": command + wrapped(filled(lab, folder, "questions.md")),
    }


def is_written(path, text):
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8") as file:
        return file.read() == text


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true")
    options.add_argument("--folder", default=here)
    options.add_argument("--out", default=os.path.dirname(here))
    given = options.parse_args()
    try:
        texts = documents(given.folder)
    except (Mistake, Missing) as problem:
        sys.exit("write.py: %s" % problem)
    others = []
    for name, text in texts.items():
        path = os.path.join(given.out, name)
        if given.check:
            others += [] if is_written(path, text) else [name]
            continue
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    if others:
        sys.exit("write.py: %s: not what docs/experiments says; run `make experiments-written`" % ", ".join(others))
    print("experiments.md and questions.md: " + ("as docs/experiments says" if given.check else "written"))


if __name__ == "__main__":
    main()

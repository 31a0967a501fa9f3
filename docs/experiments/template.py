"""Prose with holes in it, for write.py. The holes are filled with what the experiments found:

    {{verdict mnist}}                                  a placeholder; arguments with spaces come behind |
    {{says mnist | 512 relu against plain}}

and parts of it stand only where a condition holds. Each of these is alone in its line:

    {{if verdict mnist = supported depends}}
    {{if outcome mnist | 512 relu against plain = as-claimed}}
    {{else}}
    {{end}}

All placeholders are looked up, also those in a part that is left out: a mistake shows before the day that it is read.
"""

import re

WIDTH = 120


class Mistake(Exception):
    """Of the prose: file, line, and what is wrong."""


PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
COMMAND = re.compile(r"^\{\{(if .*|else|end)\}\}$")


def fill(text, name, look_up, holds):
    """look_up(words, arguments) gives a placeholder's text, holds(words, arguments, wanted) a condition's truth; either
    raises Mistake."""
    lines = text.splitlines()
    out, end = _part(lines, 0, name, look_up, holds, False)
    if end != len(lines):
        raise Mistake("%s:%d: {{%s}} without an {{if}} before it" % (name, end + 1, lines[end].strip("{}")))
    left = re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip("\n")
    if "{{" in left or "}}" in left:
        raise Mistake("%s: a placeholder that is not closed, or over two lines" % name)
    return left + "\n"


def wrapped(text):
    """Paragraphs anew, in lines of at most WIDTH where words allow. Tables, headings, lists and code stay as they are."""
    out = []
    for block in re.split(r"\n\n", text.strip("\n")):
        prefix = "> " if block.startswith("> ") else ""
        other = re.match(r"(\||#|!|- |```|    )", block)
        out.append(block if other else _paragraph(block.replace("\n> ", " ")[len(prefix):], prefix))
    return "\n\n".join(out) + "\n"


def _paragraph(text, prefix):
    lines = [prefix]
    for word in text.split():
        # At a line's beginning Markdown would take some words for the mark of a list or a heading.
        fits = len(lines[-1]) + 1 + len(word) <= WIDTH or re.fullmatch(r"[-+*#>]+|\d+[.)]", word)
        if lines[-1] == prefix:
            lines[-1] += word
        elif fits:
            lines[-1] += " " + word
        else:
            lines.append(prefix + word)
    return "\n".join(lines)


def _part(lines, at, name, look_up, holds, nested):
    """The lines up to {{else}} or {{end}}, or all; and where it stopped."""
    out = []
    while at < len(lines):
        command = COMMAND.match(lines[at].strip())
        if command is None:
            out.append(_line(lines[at], "%s:%d" % (name, at + 1), look_up))
            at += 1
        elif command.group(1) in ("else", "end"):
            return out, at
        else:
            chosen, at = _condition(lines, at, name, look_up, holds)
            out += chosen
    if nested:
        raise Mistake("%s: {{if}} without {{end}}" % name)
    return out, at


def _condition(lines, at, name, look_up, holds):
    where = "%s:%d" % (name, at + 1)
    condition, _, wanted = lines[at].strip()[len("{{if "):-len("}}")].partition(" = ")
    truth = _asked(where, holds, *_words(condition), wanted.split())
    yes, at = _part(lines, at + 1, name, look_up, holds, True)
    no = []
    if lines[at].strip() == "{{else}}":
        no, at = _part(lines, at + 1, name, look_up, holds, True)
        if lines[at].strip() != "{{end}}":
            raise Mistake("%s:%d: expected {{end}}" % (name, at + 1))
    return (yes if truth else no), at + 1


def _line(line, where, look_up):
    return PLACEHOLDER.sub(lambda match: _asked(where, look_up, *_words(match.group(1))), line)


def _words(text):
    first, *arguments = [part.strip() for part in text.split("|")]
    return first.split(), arguments


def _asked(where, question, *arguments):
    try:
        return question(*arguments)
    except Mistake as mistake:
        raise Mistake("%s: %s" % (where, mistake)) from None

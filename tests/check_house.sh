#!/bin/sh
# Checks what keeps the source readable: a file includes only from its own floor or from one below, and the parts that
# are to be read stay short enough for that. Run from the top folder.
set -u
bad=0

# The floors, lowest first; data and nn stand side by side and do not know each other.
climbs=$(find src include -name '*.[ch]pp' -exec grep -noE '^#include [<"]bnlab/[a-z]+/' /dev/null {} + | awk -F: '
  BEGIN { split("core data nn optim train lab cli", floors, " "); for (i in floors) height[floors[i]] = i; height["data"] = height["nn"] }
  { n = split($1, path, "/"); from = (path[1] == "include") ? path[3] : path[2]
    to = $3; sub(/.*bnlab\//, "", to); sub(/\/.*/, "", to)
    if (!(from in height) || !(to in height)) print $1 ":" $2 ": a folder that is no floor"
    else if (from != to && height[to] >= height[from]) print $1 ":" $2 ": " from " may not include from " to }')
[ -n "$climbs" ] && { echo "$climbs" >&2; bad=1; }

# What a student reads: core without the fast product, nn, optim, the training loop.
student=$(ls include/bnlab/core/* src/core/* include/bnlab/nn/* src/nn/* include/bnlab/optim/* src/optim/* \
  include/bnlab/train/trainer.hpp src/train/trainer.cpp | grep -v src/core/matmul.cpp | xargs cat | wc -l)
all=$(find src include -name '*.[ch]pp' -exec cat {} + | wc -l)
[ "$student" -le 1800 ] || { echo "what a student reads has $student lines; the limit is 1800" >&2; bad=1; }
long=$(find src include -name '*.[ch]pp' -exec wc -l {} + | awk '$2 != "total" && $1 > 300 { print $2 " has " $1 " lines; the limit is 300" }')
[ -n "$long" ] && { echo "$long" >&2; bad=1; }

[ "$bad" = 0 ] && echo "house: floors in order, $student lines to read, $all in all"
exit "$bad"

#!/bin/sh
# Checks what keeps the source readable: a file includes only from its own room or from one below, and no file is long.
# Reports how many lines there are to read. Run from the top folder.
set -u
bad=0

# The rooms, lowest first; data and nn stand side by side and do not know each other.
climbs=$(find src include -name '*.[ch]pp' -exec grep -noE '^#include [<"]bnlab/[a-z]+/' /dev/null {} + | awk -F: '
  BEGIN { split("core data nn optim train lab cli", floors, " "); for (i in floors) height[floors[i]] = i; height["data"] = height["nn"] }
  { n = split($1, path, "/"); from = (path[1] == "include") ? path[3] : path[2]
    to = $3; sub(/.*bnlab\//, "", to); sub(/\/.*/, "", to)
    if (!(from in height) || !(to in height)) print $1 ":" $2 ": a folder that is no room of the house"
    else if (from != to && height[to] >= height[from]) print $1 ":" $2 ": " from " may not include from " to }')
[ -n "$climbs" ] && { echo "$climbs" >&2; bad=1; }

long=$(find src include -name '*.[ch]pp' -exec wc -l {} + | awk '$2 != "total" && $1 > 300 { print $2 " has " $1 " lines; the limit is 300" }')
[ -n "$long" ] && { echo "$long" >&2; bad=1; }


report="house:"
for room in core data nn optim train lab cli; do
  report="$report $room $(find src/$room include/bnlab/$room -name '*.[ch]pp' -exec cat {} + | wc -l | tr -d ' '),"
done
# What a student reads: core without the fast product and what only makes it fast, nn and optim without the tables of their
# kinds, the training loop.
student=$(ls include/bnlab/core/* src/core/* include/bnlab/nn/* src/nn/* include/bnlab/optim/* src/optim/* \
  include/bnlab/train/trainer.hpp src/train/trainer.cpp |
  grep -v -e core/matmul.cpp -e core/matmul_tile -e core/transpose -e core/aligned_allocator -e core/shown -e optim/settings -e nn/kinds |
  xargs cat | wc -l | tr -d ' ')
[ "$bad" = 0 ] && echo "$report in all $(find src include -name '*.[ch]pp' -exec cat {} + | wc -l | tr -d ' ') lines; a student reads $student"
exit "$bad"

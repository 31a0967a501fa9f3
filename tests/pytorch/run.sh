#!/bin/sh
# What is checked with PyTorch: sh tests/pytorch/run.sh SCRIPT WORDS. Needs a python3 with torch: the one that PYTHON names,
# the one in the PATH, or the system's.
script=$1
shift
for python in ${PYTHON:-python3 /usr/bin/python3}; do
  if "$python" -c 'import torch' 2> /dev/null; then exec "$python" -B "tests/pytorch/$script" "$@"; fi # -B: no __pycache__
done
echo "SKIPPED: $script (no python3 with torch here; on Debian: apt install python3-torch)"

#!/bin/sh
# Models to and from PyTorch: sh tests/pytorch/run.sh PROGRAM. Needs a python3 with torch: the one that PYTHON names, the
# one in the PATH, or the system's.
for python in ${PYTHON:-python3 /usr/bin/python3}; do
  if "$python" -c 'import torch' 2> /dev/null; then exec "$python" tests/pytorch/check.py "$1"; fi
done
echo "SKIPPED: models to and from PyTorch (no python3 with torch here; on Debian: apt install python3-torch)"

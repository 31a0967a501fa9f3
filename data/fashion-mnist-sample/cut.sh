#!/bin/sh
# Cuts the sample out of the full Fashion-MNIST as Debian packages it:
#
#   apt install dataset-fashion-mnist
#   sh data/fashion-mnist-sample/cut.sh /usr/share/datasets/fashion-mnist data/fashion-mnist-sample
#
# The first 10,000 training images with their labels (a new header that says 10,000, then the bytes as they are),
# and the whole test set.
set -eu
from=$1
to=$2

count='\000\000\047\020' # 10,000, big-endian
side='\000\000\000\034'  # 28
{ printf "\000\000\010\003$count$side$side" && gunzip -c "$from/train-images-idx3-ubyte.gz" | tail -c +17 | head -c 7840000; } > "$to/train-images-idx3-ubyte"
{ printf "\000\000\010\001$count" && gunzip -c "$from/train-labels-idx1-ubyte.gz" | tail -c +9 | head -c 10000; } > "$to/train-labels-idx1-ubyte"
gunzip -c "$from/t10k-images-idx3-ubyte.gz" > "$to/t10k-images-idx3-ubyte"
gunzip -c "$from/t10k-labels-idx1-ubyte.gz" > "$to/t10k-labels-idx1-ubyte"

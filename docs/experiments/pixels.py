#!/usr/bin/env python3
"""How much of the pixels all training images have in common.

    python3 docs/experiments/pixels.py FOLDER

prints the share of the mean square of the inputs (pixels from -1 to 1) that is the square of each pixel's mean: what is gone
when inputs are centred. FOLDER holds MNIST's IDX files or CIFAR-10's binary batches.
"""

import collections
import glob
import os
import struct
import sys


def training_pixels(folder):
    """The pixels of all images behind each other, and how many an image has."""
    path = os.path.join(folder, "train-images-idx3-ubyte")
    if os.path.exists(path):
        with open(path, "rb") as file:
            content = file.read()
        height, width = struct.unpack(">II", content[8:16])
        return content[16:], height * width
    content = b""
    for path in sorted(glob.glob(os.path.join(folder, "data_batch_*.bin"))):
        with open(path, "rb") as file:
            content += file.read()
    if not content:
        sys.exit("pixels.py: expected IDX files or CIFAR-10's batches in the folder, found neither")
    labels = slice(None, None, 3073)
    pixels = bytearray(content)
    del pixels[labels]
    return bytes(pixels), 3072


def scaled(pixel):
    return pixel / 127.5 - 1


def mean_share(pixels, size):
    images = len(pixels) // size
    means = [scaled(sum(pixels[d::size]) / images) for d in range(size)]
    squares = sum(count * scaled(pixel) ** 2 for pixel, count in collections.Counter(pixels).items())
    return sum(mean**2 for mean in means) / size / (squares / len(pixels))


if __name__ == "__main__":
    print("%.3f" % mean_share(*training_pixels(sys.argv[1])))

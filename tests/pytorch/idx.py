"""Images and labels of an IDX folder (LeCun et al., 1998) as tensors."""
import os
import struct

import torch


def read_idx(path):
    """The bytes of an IDX file of unsigned bytes, uint8 [N] or [N, H, W]."""
    data = open(path, "rb").read()
    zero, kind, rank = struct.unpack(">HBB", data[:4])
    if zero != 0 or kind != 8:
        raise ValueError(f"{path}: expected an IDX file of unsigned bytes, found one that begins with {data[:4].hex()}")
    shape = struct.unpack(f">{rank}I", data[4:4 + 4 * rank])
    return torch.frombuffer(bytearray(data[4 + 4 * rank:]), dtype=torch.uint8).reshape(shape)


def read_part(folder, part):
    """Inputs (pixel / 255 - 0.5) / 0.5, float [N, D], and labels, int64 [N]; part is "train" or "t10k"."""
    images = read_idx(os.path.join(folder, f"{part}-images-idx3-ubyte"))
    labels = read_idx(os.path.join(folder, f"{part}-labels-idx1-ubyte"))
    return (images.flatten(1).float() / 255 - 0.5) / 0.5, labels.long()

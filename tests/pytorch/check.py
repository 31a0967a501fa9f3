"""Models to PyTorch and back: the same logits and predictions on the whole test set, with the code of docs/pytorch.md.

Run by `make pytorch-test`: check.py path/to/bnlab. Needs torch and the standard library only.
"""
import os
import re
import struct
import subprocess
import sys
import tempfile

import torch

bnlab = os.path.abspath(sys.argv[1])
blocks = re.findall(r"```python\n(.*?)```", open("docs/pytorch.md").read(), re.S)
load_block, use_block, pixels_block, checkpoint_block, save_block, saving_block = blocks
exec(load_block)
exec(save_block)
failed = 0


def check(good, what):
    global failed
    failed += not good
    print(("ok      " if good else "FAILED  ") + what)


def run(*words):
    done = subprocess.run([bnlab, *words, "--quiet"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bnlab {' '.join(words)}: status {done.returncode}: {done.stderr}")
    return done.stdout


def read_npy(path):
    data = open(path, "rb").read()
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    start = 10 + struct.unpack("<H", data[8:10])[0]
    assert start % 64 == 0
    header = eval(data[10:start])
    dtype = {"<f4": torch.float32, "<f8": torch.float64}[header["descr"]]
    assert header["fortran_order"] is False
    return torch.frombuffer(bytearray(data[start:]), dtype=dtype).reshape(header["shape"])


def fields(line):
    return dict(word.split("=") for word in line.split()[1:])


def network(widths, activation, norm, place="before", bias=True):
    layers, last = OrderedDict(), 784
    for i, width in enumerate(widths, 1):
        layers[f"fc{i}"] = nn.Linear(last, width, bias=bias)
        if norm and place == "before":
            layers[f"bn{i}"] = nn.BatchNorm1d(width)
        layers[f"act{i}"] = activation()
        if norm and place == "after":
            layers[f"bn{i}"] = nn.BatchNorm1d(width)
        last = width
    layers[f"fc{len(widths) + 1}"] = nn.Linear(last, 10)
    return nn.Sequential(layers)


def compare(ours, theirs, what):
    difference = (ours - theirs).abs().max().item()
    same = (ours.argmax(1) == theirs.argmax(1)).sum().item()
    check(len(ours) == 10000 and difference <= 1e-4 and same == len(ours),
          f"{what}: largest difference of a logit {difference:.1e}, {same} of {len(ours)} predictions the same")


images = open("data/mnist-sample/t10k-images-idx3-ubyte", "rb").read()[16:]
test_images = (torch.frombuffer(bytearray(images), dtype=torch.uint8).reshape(-1, 784) / 255 - 0.5) / 0.5
labels = open("data/mnist-sample/t10k-labels-idx1-ubyte", "rb").read()[8:]
test_labels = torch.frombuffer(bytearray(labels), dtype=torch.uint8)
torch.manual_seed(1)
cases = [("relu", nn.ReLU, [512], True), ("relu", nn.ReLU, [512], False), ("tanh", nn.Tanh, [48, 36], True),
         ("sigmoid", nn.Sigmoid, [40, 30, 20], True)]

with tempfile.TemporaryDirectory() as folder, torch.no_grad():
    path = lambda name: os.path.join(folder, name)
    for activation, module, widths, norm in cases:
        name = f"{'-'.join(map(str, widths))} {activation}{' batchnorm' if norm else ''}"
        options = ["--hidden", ",".join(map(str, widths)), "--activation", activation, "--norm", "batch" if norm else "none"]

        # From bnlab to PyTorch: a trained model, its checkpoint, and the model folded.
        run("train", *options, "--limit", "2000", "--epochs", "2", "--dropout", "0.1", "--save", path("model"),
            "--checkpoint", path("checkpoint"))
        run("eval", path("model"), "--logits", path("logits.npy"))
        net = network(widths, module, norm)
        net.load_state_dict(load(path("model")), strict=True)
        logits = net.eval()(test_images)
        compare(read_npy(path("logits.npy")), logits, f"bnlab to PyTorch, {name}")
        exec(checkpoint_block.replace("build/checkpoint.safetensors", path("checkpoint")))
        check(torch.equal(net.eval()(test_images), logits), f"the checkpoint holds the same network, {name}")
        if norm:
            run("fold", path("model"), "--save", path("folded"))
            plain = network(widths, module, False)
            plain.load_state_dict(load(path("folded")), strict=True)
            compare(plain.eval()(test_images), logits, f"folded, in PyTorch, {name}")

        # From PyTorch to bnlab: initialised there, running statistics from a few batches.
        net = network(widths, module, norm).train()
        for batch in test_images[:640].split(64):
            net(batch)
        save(net.state_dict(), path("theirs"))
        run("eval", path("theirs"), "--activation", activation, "--logits", path("logits.npy"))
        compare(read_npy(path("logits.npy")), net.eval()(test_images), f"PyTorch to bnlab, {name}")

    # Normalization behind the activation, hidden layers without bias.
    for place, bias, norm in ("after", True, True), ("after", False, True), ("before", False, True), ("before", False, False):
        words = f"place {place}, bias {'on' if bias else 'off'}, {'with' if norm else 'without'} norm"
        options = (["--norm", "batch", "--place", place] if norm else []) + ["--bias", "on" if bias else "off"]
        run("train", "--hidden", "48,36", *options, "--limit", "2000", "--epochs", "1", "--save", path("model"))
        run("eval", path("model"), "--logits", path("logits.npy"))
        net = network([48, 36], nn.ReLU, norm, place, bias)
        net.load_state_dict(load(path("model")), strict=True)
        logits = net.eval()(test_images)
        compare(read_npy(path("logits.npy")), logits, f"bnlab to PyTorch, {words}")
        if norm:
            run("fold", path("model"), "--save", path("folded"))
            plain = network([48, 36], nn.ReLU, False)
            plain.load_state_dict(load(path("folded")), strict=True)
            compare(plain.eval()(test_images), logits, f"folded, in PyTorch, {words}")
        net = network([48, 36], nn.ReLU, norm, place, bias).train()
        for batch in test_images[:640].split(64):
            net(batch)
        save(net.state_dict(), path("theirs"), {"activation": "relu"} | ({"place": place} if norm else {}))
        run("eval", path("theirs"), "--logits", path("logits.npy"))
        compare(read_npy(path("logits.npy")), net.eval()(test_images), f"PyTorch to bnlab, {words}")

    # Inputs of another mean and deviation, said in bnlab's own keys.
    for mean, deviation in (0.1307, 0.3081), (0.0, 1.0), (0.2860, 0.3530):
        scaled_images = ((test_images * 0.5 + 0.5) - mean) / deviation
        net = network([64, 32], nn.Tanh, True).train()
        for batch in scaled_images[:640].split(64):
            net(batch)
        scale = {"activation": "tanh", "pixel_mean": str(mean), "pixel_deviation": str(deviation)}
        save(net.state_dict(), path("theirs"), scale)
        logits = net.eval()(scaled_images)
        on = ["--data", "data/mnist-sample"]
        result = fields(run("eval", path("theirs"), *on, "--logits", path("logits.npy")))
        compare(read_npy(path("logits.npy")), logits, f"PyTorch to bnlab, inputs (p / 255 - {mean}) / {deviation}")
        accuracy = (logits.argmax(1) == test_labels).float().mean().item()
        check(abs(float(result["test_accuracy"]) - accuracy) < 2e-4, f"... and the same accuracy, {accuracy:.4f}")
        run("fold", path("theirs"), "--save", path("folded"))
        run("eval", path("folded"), *on, "--logits", path("logits.npy"))
        compare(read_npy(path("logits.npy")), logits, "... folded, too")

    # Inputs with a mean, or a mean and a deviation, of each pixel: the metadata has them, and PyTorch takes the file as
    # it takes any other.
    pixels = test_images * 0.5 + 0.5
    for name in "centred", "standardized":
        run("train", "--norm", "batch", "--hidden", "64", "--limit", "2000", "--epochs", "1", "--pixels", name,
            "--save", path("model"))
        run("eval", path("model"), "--logits", path("logits.npy"))
        net = network([64], nn.ReLU, True)
        net.load_state_dict(load(path("model")), strict=True)
        exec(pixels_block.replace("build/centred.safetensors", path("model")))
        check(len(mean) == 784 and len(deviation) in (1, 784), f"{name}: a mean of each pixel")
        compare(read_npy(path("logits.npy")), net.eval()((pixels - mean) / deviation), f"bnlab to PyTorch, {name} pixels")
        save(net.state_dict(), path("theirs"), read_metadata(path("model")))
        run("eval", path("theirs"), "--logits", path("logits2.npy"))
        check(torch.equal(read_npy(path("logits.npy")), read_npy(path("logits2.npy"))), "... and back")

    # The page's own lines, as they stand there.
    run("train", "--norm", "batch", "--limit", "1000", "--epochs", "1", "--save", path("page"))
    exec(use_block.replace("build/run/batchnorm.safetensors", path("page")))
    exec(saving_block.replace("build/from_pytorch.safetensors", path("page2")))
    run("eval", path("page2"), "--logits", path("logits.npy"))
    compare(read_npy(path("logits.npy")), logits, "the lines of docs/pytorch.md")

print(f"PyTorch {torch.__version__} both ways: {'all as it should be' if failed == 0 else f'{failed} FAILED'}")
sys.exit(failed > 0)

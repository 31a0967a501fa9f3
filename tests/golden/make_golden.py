"""PyTorch's numbers for bnlab's tests; README.md says what the files hold. From the top folder:

    /usr/bin/python3 tests/golden/make_golden.py               writes tests/golden/*.safetensors
    /usr/bin/python3 tests/golden/make_golden.py --permuted    prints how far PyTorch's float32 is from itself

Inputs are float32 numbers, stored as F32, so that float and double see the same ones. Results are computed in
float64 and stored as F64. Needs torch and the standard library only.
"""
import array
import json
import os
import struct
import sys
from collections import OrderedDict

import torch
from torch import nn

FOLDER = os.path.dirname(os.path.abspath(__file__))
SAMPLE = os.path.join(FOLDER, "../../data/fashion-mnist-sample")
TYPES = {torch.float64: ("F64", "d"), torch.float32: ("F32", "f"), torch.int64: ("I64", "q"), torch.uint8: ("U8", "B")}


def save(name, tensors):
    """Writes the tensors as a safetensors file."""
    header, body = {"__metadata__": {"pytorch": torch.__version__}}, b""
    for key, tensor in tensors.items():
        dtype, code = TYPES[tensor.dtype]
        raw = array.array(code, tensor.detach().reshape(-1).tolist()).tobytes()
        header[key] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def uniform(low, high, *shape):
    return low + (high - low) * torch.rand(*shape)


def scalar(value):
    return torch.tensor([value], dtype=torch.float64)


def forward_backward(module, x, dy):
    """y, and dx with the gradients of the parameters for the upstream gradient dy, all in float64."""
    x = x.double().requires_grad_()
    module.zero_grad()
    y = module(x)
    y.backward(dy.double())
    return y, x.grad


# --- Layers and loss ---------------------------------------------------------------------------------------------


def batch_norm_inputs(n):
    """Columns: ordinary, constant, of deviation 0.01 and 0.003, far from zero with deviation 0.01, wide."""
    x = torch.randn(n, 6)
    x[:, 1] = 0.7
    x[:, 2] = x[:, 2] * 0.01 + 0.3
    x[:, 3] = x[:, 3] * 0.003 - 0.1
    x[:, 4] = x[:, 4] * 0.01 + 10000
    x[:, 5] = x[:, 5] * 50 - 20
    return x


BATCHES = [4, 7, 3, 64, 2]
BATCH_NORMS = {
    "default": dict(),
    "momentum": dict(momentum=0.3, eps=1e-3),
    "average": dict(momentum=None),
    "no_affine": dict(affine=False, eps=1e-3),
}


def batch_norm():
    t = {}
    gamma, beta = uniform(0.5, 2, 6) * torch.tensor([-1, 1, 1, -1, 1, -1]), uniform(0.3, 1, 6)
    t["bn.gamma"], t["bn.beta"] = gamma, beta
    for b, n in enumerate(BATCHES):
        t[f"bn.{b}.x"], t[f"bn.{b}.dy"] = batch_norm_inputs(n), uniform(-1, 1.5, n, 6)
    t["bn.eval.running_mean"] = torch.tensor([0.5, 0.6, 0.3, -0.1, 10000, -20])
    t["bn.eval.running_var"] = torch.tensor([2, 0, 1e-4, 9e-6, 1e-4, 2500])
    for n in (9, 1):
        t[f"bn.eval.{n}.x"], t[f"bn.eval.{n}.dy"] = batch_norm_inputs(n), uniform(-1, 1.5, n, 6)

    for name, options in BATCH_NORMS.items():
        bn = nn.BatchNorm1d(6, **options).double()
        if bn.affine:
            bn.load_state_dict({"weight": gamma, "bias": beta}, strict=False)

        def compare(key, x, dy):
            t[f"{key}.y"], t[f"{key}.dx"] = forward_backward(bn, x, dy)
            if bn.affine:
                t[f"{key}.dgamma"], t[f"{key}.dbeta"] = bn.weight.grad.clone(), bn.bias.grad.clone()

        for b in range(len(BATCHES)):
            compare(f"bn.{name}.{b}", t[f"bn.{b}.x"], t[f"bn.{b}.dy"])
            for buffer in ("running_mean", "running_var", "num_batches_tracked"):
                t[f"bn.{name}.{b}.{buffer}"] = getattr(bn, buffer).clone()
        try:
            bn(t["bn.eval.1.x"].double())
            sys.exit("expected a ValueError for one example in training mode")
        except ValueError:
            pass
        bn.eval()
        bn.running_mean.copy_(t["bn.eval.running_mean"])
        bn.running_var.copy_(t["bn.eval.running_var"])
        for n in (9, 1):
            compare(f"bn.{name}.eval.{n}", t[f"bn.eval.{n}.x"], t[f"bn.eval.{n}.dy"])
    return t


def linear():
    t = {}
    for i, (n, inputs, outputs) in enumerate([(5, 7, 3), (2, 33, 45), (40, 20, 33), (1, 4, 9)]):
        layer = nn.Linear(inputs, outputs)
        x, dy = uniform(-1, 1, n, inputs), uniform(-1, 1, n, outputs)
        t.update({f"linear.{i}.weight": layer.weight.clone(), f"linear.{i}.bias": layer.bias.clone()})
        t.update({f"linear.{i}.x": x, f"linear.{i}.dy": dy})
        layer.double()
        t[f"linear.{i}.y"], t[f"linear.{i}.dx"] = forward_backward(layer, x, dy)
        t.update({f"linear.{i}.dweight": layer.weight.grad, f"linear.{i}.dbias": layer.bias.grad})
    return t


def activations():
    t = {}
    large = [10, 17, 20, 40, 88, 100, 745, 1000, 1e5]
    t["activation.moderate.x"] = uniform(-4, 4, 3, 11)
    t["activation.small.x"] = uniform(-1, 1, 5, 4) * torch.tensor([[1e-2], [1e-3], [1e-5], [1e-8], [0]])
    t["activation.large.x"] = torch.tensor([large, [-x for x in large]])
    for size in ("moderate", "small", "large"):
        x = t[f"activation.{size}.x"]
        dy = t[f"activation.{size}.dy"] = uniform(-1, 1.5, *x.shape)
        for name, module in (("relu", nn.ReLU()), ("sigmoid", nn.Sigmoid()), ("tanh", nn.Tanh())):
            t[f"activation.{size}.{name}.y"], t[f"activation.{size}.{name}.dx"] = forward_backward(module, x, dy)
    return t


def other_activations():
    t = {}
    t["activation.x"] = torch.cat([uniform(-6, 6, 4, 9), torch.tensor([[-0.0, 0, 1e-3, -1e-3, 20, -20, 1000, -1000, -5.5]])])
    x = t["activation.x"]
    dy = t["activation.dy"] = uniform(-1, 1.5, *x.shape)
    for name, module in (("leaky-relu", nn.LeakyReLU()), ("gelu", nn.GELU())):
        t[f"activation.{name}.y"], t[f"activation.{name}.dx"] = forward_backward(module, x, dy)
    return t


def layer_norm():
    t = {}
    rows = torch.tensor([[1], [0], [0.01], [0.003], [50]])  # deviations of the examples
    for i, (n, d, eps) in enumerate([(5, 7, 1e-5), (1, 33, 1e-5), (40, 20, 1e-3)]):
        x = torch.randn(n, d) * (rows if n == 5 else 1) + (torch.tensor([[0], [0.7], [0.3], [-0.1], [-20]]) if n == 5 else 3)
        dy, gamma, beta = uniform(-1, 1.5, n, d), uniform(-2, 2, d), uniform(-1, 1, d)
        norm = nn.LayerNorm(d, eps=eps).double()
        norm.load_state_dict({"weight": gamma, "bias": beta})
        t.update({f"ln.{i}.x": x, f"ln.{i}.dy": dy, f"ln.{i}.gamma": gamma, f"ln.{i}.beta": beta})
        t[f"ln.{i}.eps"] = scalar(eps)
        t[f"ln.{i}.y"], t[f"ln.{i}.dx"] = forward_backward(norm, x, dy)
        t[f"ln.{i}.dgamma"], t[f"ln.{i}.dbeta"] = norm.weight.grad, norm.bias.grad
    return t


def cross_entropy():
    t = {}
    logits = {
        "moderate": uniform(-4, 4, 5, 7),
        "one": uniform(-4, 4, 1, 3),
        "wide": uniform(-30, 30, 6, 40),
        "thousand": torch.tensor([[1000, 0, -1000.0, 999], [-1000, -1000, -1000, -1001], [1000, 1000, 998, -1000]]),
        "low": uniform(-3, 3, 6, 4) - 1e5,
    }
    for name, z in logits.items():
        labels = torch.randint(z.shape[1], (z.shape[0],))
        t[f"loss.{name}.logits"], t[f"loss.{name}.labels"] = z, labels.to(torch.uint8)
        z = z.double().requires_grad_()
        loss = nn.CrossEntropyLoss()(z, labels)
        loss.backward()
        t[f"loss.{name}.loss"], t[f"loss.{name}.dlogits"] = scalar(loss.item()), z.grad
    return t


# --- Optimizers --------------------------------------------------------------------------------------------------

SHAPES = [(37, 5), (3,), (9, 2), (1,)]  # matrices are [out, in]
GRADIENT_SIZES = [1, 1e-2, 1e-4, 1e-6]
STEPS, KEPT = 25, [1, 2, 3, 5, 10, 25]
OPTIMIZERS = {
    "sgd.plain": (torch.optim.SGD, dict(lr=0.1)),
    "sgd.momentum": (torch.optim.SGD, dict(lr=0.05, momentum=0.9)),
    "sgd.nesterov": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, nesterov=True)),
    "sgd.decay": (torch.optim.SGD, dict(lr=0.1, weight_decay=0.3)),
    "sgd.all": (torch.optim.SGD, dict(lr=0.03, momentum=0.8, nesterov=True, weight_decay=0.2)),
    "adam.default": (torch.optim.Adam, dict()),
    "adam.betas": (torch.optim.Adam, dict(lr=0.002, betas=(0.8, 0.99))),
    "adam.eps": (torch.optim.Adam, dict(eps=1e-4)),
    "adam.decay": (torch.optim.Adam, dict(weight_decay=0.3)),
    "adamw.default": (torch.optim.AdamW, dict()),
    "adamw.decay": (torch.optim.AdamW, dict(lr=0.002, betas=(0.7, 0.9), eps=1e-5, weight_decay=20)),
}


def optimizers():
    t = {}
    for i, (shape, size) in enumerate(zip(SHAPES, GRADIENT_SIZES)):
        # SGD's steps have the gradient's size, Adam's the learning rate's. Weights of a like size show them.
        t[f"sgd.{i}"], t[f"adam.{i}"] = uniform(-size, size, *shape), uniform(-0.01, 0.01, *shape)
        t[f"grad.{i}"] = uniform(-size, 1.5 * size, STEPS, *shape).reshape(STEPS, -1)
    for name, (make, options) in OPTIMIZERS.items():
        first = "sgd" if make is torch.optim.SGD else "adam"
        parameters = [nn.Parameter(t[f"{first}.{i}"].double()) for i in range(len(SHAPES))]
        optimizer = make(parameters, **{"lr": 1e-3, **options})
        for step in range(1, STEPS + 1):
            for i, p in enumerate(parameters):
                p.grad = t[f"grad.{i}"][step - 1].double().reshape(p.shape)
            optimizer.step()
            if step in KEPT:
                t.update({f"{name}.{step}.{i}": p.detach().clone() for i, p in enumerate(parameters)})
    return t


# --- Whole training runs -----------------------------------------------------------------------------------------

BATCH, IMAGES, RUN_STEPS = 64, 3200, 200
RUNS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "adam_eps_1e-4": lambda p: torch.optim.Adam(p, lr=1e-3, eps=1e-4),
    "adam_eps_1e-8": lambda p: torch.optim.Adam(p, lr=1e-3),
}


def read_idx(name):
    """The bytes of an IDX file, without its header."""
    data = open(os.path.join(SAMPLE, name), "rb").read()
    return torch.frombuffer(bytearray(data[4 + 4 * data[3]:]), dtype=torch.uint8)


def network(norm):
    """784-16-10 with the initial weights that PyTorch draws; the same ones with and without batch normalization."""
    torch.manual_seed(0)
    fc1, fc2 = nn.Linear(784, 16), nn.Linear(16, 10)
    middle = [("bn1", nn.BatchNorm1d(16))] if norm else []
    return nn.Sequential(OrderedDict([("fc1", fc1), *middle, ("act1", nn.ReLU()), ("fc2", fc2)]))


def train(net, optimizer, dtype, steps, order=None):
    """The loss of each step, batches in the file's order. Another `order` of the pixels changes only rounding."""
    net.to(dtype).train()
    x = (read_idx("train-images-idx3-ubyte").reshape(-1, 784)[:IMAGES].to(dtype) / 255 - 0.5) / 0.5
    labels = read_idx("train-labels-idx1-ubyte")[:IMAGES].long()
    if order is not None:
        x, net.fc1.weight.data = x[:, order].contiguous(), net.fc1.weight.data[:, order].contiguous()
    optimizer, losses = optimizer(net.parameters()), []
    for step in range(steps):
        batch = slice(step * BATCH % IMAGES, step * BATCH % IMAGES + BATCH)
        loss = nn.CrossEntropyLoss()(net(x[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return torch.tensor(losses, dtype=torch.float64)


def training():
    t = {}
    for kind in ("plain", "batchnorm"):
        save(f"{kind}.safetensors", network(kind == "batchnorm").state_dict())
        for name, optimizer in RUNS.items():
            net = network(kind == "batchnorm")
            t[f"{kind}.{name}.loss"] = train(net, optimizer, torch.float64, RUN_STEPS)
            if name != "adam_eps_1e-8":
                t.update({f"{kind}.{name}.final.{key}": value for key, value in net.state_dict().items()})
            in_float32 = train(network(kind == "batchnorm"), optimizer, torch.float32, RUN_STEPS)
            t[f"{kind}.{name}.loss_float32"] = in_float32.float()
    return t


def largest_difference(a, b):
    return ((a - b) / b).abs().max().item()


def print_permuted():
    steps = 150
    torch.manual_seed(5)
    orders = [torch.randperm(784) for _ in range(5)]
    print(f"Largest relative difference of the loss over {steps} steps in float32, for five orders of the pixels:")
    for kind in ("plain", "batchnorm"):
        for name, optimizer in RUNS.items():
            def run(dtype, order=None):
                return train(network(kind == "batchnorm"), optimizer, dtype, steps, order)

            exact, usual = run(torch.float64), run(torch.float32)
            permuted = [largest_difference(run(torch.float32, order), usual) for order in orders]
            print(f"{kind:10} {name:14} {' '.join(f'{p:.1e}' for p in permuted)}   "
                  f"(float32 from float64: {largest_difference(usual, exact):.1e})")


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[1:] == ["--permuted"]:
        print_permuted()
    else:
        torch.manual_seed(1)
        save("layers.safetensors", {**batch_norm(), **linear(), **activations(), **cross_entropy()})
        torch.manual_seed(2)
        save("optimizers.safetensors", optimizers())
        save("training.safetensors", training())
        torch.manual_seed(4)
        save("more_layers.safetensors", {**other_activations(), **layer_norm()})

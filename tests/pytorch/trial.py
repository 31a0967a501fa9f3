"""One training run of an experiment, in PyTorch: what src/lab/trials/trial.cpp does, with the same settings and measures.

Where both could differ and should not: images beyond whole batches are a smaller last batch, but a single one joins the
batch before; Kaiming's and Xavier's initial weights come with biases of 0; the scale is that of hidden layers alone.
"""
import copy
import math

import torch
from torch import nn

CLASSES = 10
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}

# Settings that this file acts on, and those that it knows in one value only.
USED = {"hidden", "activation", "norm", "eps", "bn_momentum", "init_method", "init_scale", "optimizer", "lr", "adam_eps",
        "epochs", "batch", "seed", "shuffle", "images", "steps", "by_class", "all_statistics", "pixels"}
FIXED = {"place": "before", "bias": "on", "affine": "on", "dropout": "0", "momentum": "0", "nesterov": "off",
         "weight_decay": "0", "input_factor": "1", "input_shift": "0", "input_middle_factor": "1",
         "validation": "0", "noise": "0"}


def check_settings(settings):
    for name, value in settings.items():
        if name not in USED and FIXED.get(name) != value:
            expected = f"'{name} {FIXED[name]}'" if name in FIXED else "settings that tests/pytorch/trial.py knows"
            raise SystemExit(f"expected {expected}, found '{name} {value}'; say in trial.py what it means in PyTorch")
    missing = (USED | set(FIXED)) - set(settings)
    if missing:
        raise SystemExit(f"expected settings {', '.join(sorted(missing))} in experiment.json, found none")


# --- The network ------------------------------------------------------------------------------------------------------


class Linear(nn.Linear):
    """torch.nn.Linear, whose product is computed as a convolution over one place where there are many examples.

    Debian's PyTorch multiplies matrices by the reference BLAS, but convolves with oneDNN, which is ten times faster.
    """

    def forward(self, x):
        if len(x) < 16:
            return super().forward(x)
        return nn.functional.conv1d(x[:, :, None], self.weight[:, :, None], self.bias)[:, :, 0]


def initialize(linear, method, activation, scale):
    """`activation`: that which is behind the layer, "linear" where none is."""
    if method == "kaiming":
        nn.init.normal_(linear.weight, 0, nn.init.calculate_gain(activation) / math.sqrt(linear.in_features))
    elif method == "xavier":
        nn.init.xavier_uniform_(linear.weight, nn.init.calculate_gain(activation))
    if method != "default":
        nn.init.zeros_(linear.bias)
    with torch.no_grad():
        linear.weight *= scale


def network(settings, inputs):
    activation, method = settings["activation"], settings["init_method"]
    layers = []
    for width in map(int, settings["hidden"].split(",")):
        layers.append(Linear(inputs, width))
        initialize(layers[-1], method, activation, float(settings["init_scale"]))
        if settings["norm"] == "batch":
            layers.append(nn.BatchNorm1d(width, float(settings["eps"]), float(settings["bn_momentum"])))
        layers.append(ACTIVATIONS[activation]())
        inputs = width
    layers.append(Linear(inputs, CLASSES))
    initialize(layers[-1], method, "linear", 1)
    return nn.Sequential(*layers)


def optimizer_of(settings, net):
    lr = float(settings["lr"])
    if settings["optimizer"] == "sgd":
        return torch.optim.SGD(net.parameters(), lr, foreach=True)
    return torch.optim.Adam(net.parameters(), lr, eps=float(settings["adam_eps"]), foreach=True)


# --- Training ---------------------------------------------------------------------------------------------------------


def batches(images, size):
    """Where the batches of an epoch begin and end."""
    begins = list(range(0, images, size))
    if len(begins) > 1 and size > 1 and images % size == 1:
        begins.pop()
    return list(zip(begins, begins[1:] + [images]))


def epoch_order(settings, labels, random):
    if settings["by_class"] == "on":
        return torch.argsort(labels, stable=True)
    if settings["shuffle"] == "on":
        return torch.randperm(len(labels), generator=random)
    return torch.arange(len(labels))


def train(net, settings, images, labels, steps, random):
    """The loss of each step. Ends early where one is not finite."""
    criterion = nn.CrossEntropyLoss()
    optimizer = optimizer_of(settings, net)
    plan = batches(len(images), int(settings["batch"]))
    losses = []
    net.train()
    while len(losses) < steps:
        order = epoch_order(settings, labels, random)
        for begin, end in plan[:steps - len(losses)]:
            chosen = order[begin:end]
            loss = criterion(net(images[chosen]), labels[chosen])
            if not math.isfinite(loss.item()):
                return losses
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


# --- What is measured -------------------------------------------------------------------------------------------------


def measure_training(losses, steps, diverged):
    """A loss is at most that of guessing, log(classes), which also stands for the steps after divergence."""
    guessing = math.log(CLASSES)
    all_steps = losses + [guessing] * (steps - len(losses))
    last_tenth = all_steps[-max(steps // 10, 1):]
    final_loss = guessing if diverged else min(sum(last_tenth) / len(last_tenth), guessing)
    return {"loss": min(sum(all_steps) / steps, guessing), "learned": float(final_loss < 0.85 * guessing)}


@torch.no_grad()
def accuracy(net, images, labels, diverged, batch):
    """Of the network in the mode that it is in. A network that is not finite guesses."""
    right = 0
    for begin, end in batches(len(images), batch):
        logits = net(images[begin:end])
        diverged = diverged or not bool(torch.isfinite(logits).all())
        right += (logits.argmax(1) == labels[begin:end]).sum().item()
    return 1 / CLASSES if diverged else right / len(images)


@torch.no_grad()
def with_population_statistics(net, images):
    """A copy whose running statistics are those of all training images, layer by layer from the first to the last."""
    net = copy.deepcopy(net).eval()
    x = images
    for layer in net:
        if isinstance(layer, nn.BatchNorm1d):
            layer.running_mean = x.mean(0)
            layer.running_var = x.var(0, unbiased=True)
        x = layer(x)
    return net


def imbalance(net, images, labels):
    """By how many powers of ten the gradients' norms of the second and the last hidden layer differ."""
    net = copy.deepcopy(net).train()
    net.zero_grad()
    nn.functional.cross_entropy(net(images), labels).backward()
    norms = [layer.weight.grad.double().norm().item() for layer in net if isinstance(layer, nn.Linear)]
    least = 1e-30  # gradients that are 0 have vanished altogether
    return abs(math.log10(max(norms[1], least) / max(norms[-2], least)))


def inputs_of(settings, images, test_images):
    """As the network takes them. Both come as `half`, from -1 to 1; `centred` is that less each pixel's mean over the
    images that the network is trained on."""
    if settings["pixels"] == "half":
        return images, test_images
    if settings["pixels"] == "centred":
        mean = images.double().mean(0).float()
        return images - mean, test_images - mean
    raise SystemExit(f"expected pixels half or centred, found {settings['pixels']}; say in trial.py what it means")


def run_trial(settings, training, test, with_imbalance):
    """All measures of one run. training, test: images and labels."""
    seed = int(settings["seed"])
    torch.manual_seed(seed)  # of the initial weights; so networks with and without batch normalization have the same
    random = torch.Generator().manual_seed(seed)
    count = int(settings["images"]) or len(training[0])
    images, test_images = inputs_of(settings, training[0][:count], test[0])
    labels, test = training[1][:count], (test_images, test[1])
    plan = batches(count, int(settings["batch"]))
    steps = int(settings["steps"]) or int(settings["epochs"]) * len(plan)
    net = network(settings, images.shape[1])
    measured = {}
    if with_imbalance:
        measured["imbalance"] = imbalance(net, images[:256], labels[:256])
    losses = train(net, settings, images, labels, steps, random)
    diverged = len(losses) < steps or not all(torch.isfinite(p).all() for p in net.state_dict().values())
    measured.update(measure_training(losses, steps, diverged))
    measured["accuracy"] = accuracy(net.eval(), *test, diverged, 1000)
    if settings["all_statistics"] == "on" and settings["norm"] == "batch":
        population = with_population_statistics(net, images)
        measured["accuracy_population"] = accuracy(population, *test, diverged, 1000)
        own = copy.deepcopy(net).train()
        measured["accuracy_batch"] = accuracy(own, *test, diverged, max(int(settings["batch"]), 2))
    if with_imbalance:
        measured["imbalance_at_end"] = 30 if diverged else imbalance(net, images[:256], labels[:256])
    return measured

"""Writes optim_rules.json: optimizers and schedules that optim.json (made by PyTorch) does not have.

Plain Python floats, from the algorithm boxes of PyTorch's documentation (torch.optim.NAdam, RAdam, Adadelta, ASGD,
Rprop; lr_scheduler.CyclicLR, OneCycleLR, ReduceLROnPlateau, SequentialLR). Start and gradients are those of optim.json.
Usage: python generate_optim_rules.py
"""

import itertools
import json
import math
from pathlib import Path

HERE = Path(__file__).parent


def nadam(x, state, g, t, lr=2e-3, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.0, psi=0.004):
    """Nesterov momentum in Adam."""
    m, v, product = state or (0.0, 0.0, 1.0)
    g += weight_decay * x
    mu = b1 * (1 - 0.5 * 0.96 ** (t * psi))
    mu_next = b1 * (1 - 0.5 * 0.96 ** ((t + 1) * psi))
    product *= mu
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g * g
    m_hat = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)
    return x - lr * m_hat / (math.sqrt(v / (1 - b2**t)) + eps), (m, v, product)


def radam(x, state, g, t, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.0):
    """Adam with a rectified variance."""
    m, v = state or (0.0, 0.0)
    g += weight_decay * x
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g * g
    m_hat = m / (1 - b1**t)
    rho_inf = 2 / (1 - b2) - 1
    rho = rho_inf - 2 * t * b2**t / (1 - b2**t)
    if rho > 5:
        scale = math.sqrt(1 - b2**t) / (math.sqrt(v) + eps)
        r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
        m_hat *= r * scale
    return x - lr * m_hat, (m, v)


def adadelta(x, state, g, t, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0, maximize=False):
    """Steps in the unit of the parameter."""
    v, u = state or (0.0, 0.0)
    g = (-g if maximize else g) + weight_decay * x
    v = rho * v + (1 - rho) * g * g
    delta = math.sqrt(u + eps) / math.sqrt(v + eps) * g
    u = rho * u + (1 - rho) * delta * delta
    return x - lr * delta, (v, u)


def asgd(
    x,
    state,
    g,
    t,
    lr=1e-2,
    lambd=1e-4,
    alpha=0.75,
    t0=1e6,
    weight_decay=0.0,
    maximize=False,
):
    """Averaged gradient descent; the average is the last of the state."""
    eta, mu, ax = state or (lr, 1.0, 0.0)
    g = (-g if maximize else g) + weight_decay * x
    x = x * (1 - lambd * eta) - eta * g
    ax = x if mu == 1 else ax + (x - ax) * mu
    return x, (lr / (1 + lambd * lr * t) ** alpha, 1 / max(1, t - t0), ax)


def rprop(
    x,
    state,
    g,
    t,
    lr=1e-2,
    etaminus=0.5,
    etaplus=1.2,
    min_step=1e-6,
    max_step=50.0,
    maximize=False,
):
    """Signs only."""
    prev, step = state or (0.0, lr)
    g = -g if maximize else g
    agreement = g * prev
    factor = etaplus if agreement > 0 else etaminus if agreement < 0 else 1
    step = min(max(step * factor, min_step), max_step)
    if agreement < 0:
        g = 0.0
    return x - math.copysign(step, g) * (g != 0), (g, step)


RULES = {
    "NAdam": nadam,
    "RAdam": radam,
    "Adadelta": adadelta,
    "ASGD": asgd,
    "Rprop": rprop,
}

CASES = [
    ("NAdam", {"lr": 0.01}),
    (
        "NAdam",
        {
            "lr": 0.01,
            "b1": 0.8,
            "b2": 0.95,
            "eps": 1e-4,
            "weight_decay": 0.1,
            "psi": 0.02,
        },
    ),
    ("RAdam", {"lr": 0.01}),
    ("RAdam", {"lr": 0.01, "b1": 0.8, "b2": 0.9, "eps": 1e-4, "weight_decay": 0.1}),
    ("Adadelta", {"lr": 1.0}),
    (
        "Adadelta",
        {"lr": 0.5, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.1, "maximize": True},
    ),
    ("ASGD", {"lr": 0.05}),
    (
        "ASGD",
        {
            "lr": 0.05,
            "lambd": 0.1,
            "alpha": 0.5,
            "t0": 5.0,
            "weight_decay": 0.1,
            "maximize": True,
        },
    ),
    ("Rprop", {"lr": 0.01}),
    (
        "Rprop",
        {
            "lr": 0.05,
            "etaminus": 0.3,
            "etaplus": 1.5,
            "min_step": 0.02,
            "max_step": 0.1,
            "maximize": True,
        },
    ),
]


def trajectory(rule, args, start, grads):
    """The parameters after each step."""
    values = [list(p["data"]) for p in start]
    states = [[None] * len(p) for p in values]
    steps = []
    for t, step in enumerate(grads, start=1):
        for k, grad in enumerate(step):
            for i, g in enumerate(grad["data"]):
                values[k][i], states[k][i] = rule(values[k][i], states[k][i], g, t, **args)
        steps.append([list(v) for v in values])
    return steps


def cyclic(t, base=0.01, top=0.1, up=4, down=6, mode="triangular", gamma=0.9, m0=0.8, m1=0.9):
    """(rate, momentum) in step t."""
    total = up + down
    cycle, place = divmod(t, total)
    part = place / up if place <= up else (total - place) / down
    scale = {"triangular": 1, "triangular2": 0.5**cycle, "exp_range": gamma**t}[mode]
    return base + (top - base) * part * scale, m1 - (m1 - m0) * part * scale


def one_cycle(
    t,
    top=0.1,
    total=20,
    pct=0.3,
    linear=False,
    three=False,
    div=25.0,
    final=1e4,
    m0=0.85,
    m1=0.95,
):
    """(rate, momentum) in step t."""
    first, last = top / div, top / div / final
    peak = pct * total - 1
    if three:
        points = [
            (0, first, m1),
            (peak, top, m0),
            (2 * pct * total - 2, first, m1),
            (total - 1, last, m1),
        ]
    else:
        points = [(0, first, m1), (peak, top, m0), (total - 1, last, m1)]
    for (t0, lr0, mom0), (t1, lr1, mom1) in itertools.pairwise(points):
        if t <= t1:
            p = (t - t0) / (t1 - t0)
            p = p if linear else (1 - math.cos(math.pi * p)) / 2
            return lr0 + (lr1 - lr0) * p, mom0 + (mom1 - mom0) * p
    raise ValueError(t)


SCHEDULES = {
    "cyclic triangular": lambda t: cyclic(t),
    "cyclic triangular2": lambda t: cyclic(t, mode="triangular2"),
    "cyclic exp_range": lambda t: cyclic(t, mode="exp_range"),
    "one cycle": lambda t: one_cycle(t),
    "one cycle linear": lambda t: one_cycle(t, linear=True),
    "one cycle three phases": lambda t: one_cycle(t, three=True),
}


def main():
    """Write the file."""
    source = json.loads((HERE / "optim.json").read_text())
    records = [
        {
            "optimizer": name,
            "args": args,
            "steps": trajectory(RULES[name], args, source["start"], source["grads_per_step"]),
        }
        for name, args in CASES
    ]
    schedules = [{"schedule": name, "values": [f(t) for t in range(20)]} for name, f in SCHEDULES.items()]
    lines = [
        '{"trajectories": [',
        ",\n".join(map(json.dumps, records)),
        '], "schedules": [',
        ",\n".join(map(json.dumps, schedules)),
        "]}",
    ]
    (HERE / "optim_rules.json").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

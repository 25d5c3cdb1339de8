"""Writes teaching.json: what Python twins of the teaching environments do, for the C# ones to reproduce bit for bit.

    python tests/GymBridge.Environments.Tests/golden/generate_teaching.py

For each environment, arguments and seed a SHA-256 over the observations, rewards and flags of 400 random steps; an
ended episode is followed by a reset.
"""

import hashlib
import itertools
import json
import pathlib
import struct

import gymnasium as gym
import numpy as np
from gymnasium.envs.classic_control import CartPoleEnv

SEEDS = [0, 1, 2**64 + 5]
STEPS = 400


class Table(gym.Env):
    """Numbered states; table[state][action] lists (probability, next state, reward, terminated)."""

    def __init__(self, table, start):
        self.table, self.start = table, start
        self.observation_space = gym.spaces.Discrete(len(table))
        self.action_space = gym.spaces.Discrete(len(table[0]))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.state = int(np.argmax(np.cumsum(self.start) > self.np_random.random()))
        return self.state, {}

    def step(self, action):
        outcomes = self.table[self.state][int(action)]
        chosen = int(np.argmax(np.cumsum([outcome[0] for outcome in outcomes]) > self.np_random.random()))
        _, self.state, reward, terminated = outcomes[chosen]
        return self.state, float(reward), terminated, False, {}


def at(state, states):
    return [float(other == state) for other in range(states)]


def end(state, actions):
    return [[(1.0, state, 0, True)]] * actions


def chain(n=3):
    def move(state):
        return [(1.0, state, float(state == n - 1), state == n - 1)]

    return Table([[move(max(state - 1, 0)), move(state + 1)] for state in range(n - 1)] + [end(n - 1, 2)], at(0, n))


def reward_chain():
    rows = [{0: 0.5, 1: 0.5}, {0: 0.25, 1: 0.5, 2: 0.25}, {1: 0.5, 2: 0.5}]
    return Table([[[(p, next_, state, False) for next_, p in row.items()]] for state, row in enumerate(rows)], at(0, 3))


def line_world():
    def move(state):
        return [(1.0, state, float(state == 4), state in (0, 4))]

    return Table([end(0, 2)] + [[move(state - 1), move(state + 1)] for state in (1, 2, 3)] + [end(4, 2)], at(1, 5))


def state_machine():
    rows = [
        [[(0.5, 0, 0), (0.5, 2, 0)], [(1.0, 2, 0)]],
        [[(0.7, 0, 5), (0.1, 1, 0), (0.2, 2, 0)], [(0.95, 1, 0), (0.05, 2, 0)]],
        [[(0.4, 0, 0), (0.6, 2, 0)], [(0.3, 0, -1), (0.3, 1, 0), (0.4, 2, 0)]],
    ]
    return Table([[[(*outcome, False) for outcome in action] for action in row] for row in rows], at(0, 3))


def random_walk():
    def go(state):
        return (0.5, state, float(state == 6), state in (0, 6))

    return Table([end(0, 1)] + [[[go(state - 1), go(state + 1)]] for state in range(1, 6)] + [end(6, 1)], at(3, 7))


def inventory():
    def day(stock, order):
        order = min(order, 5 - stock)
        outcomes = []
        for demand, p in enumerate([0.1, 0.3, 0.3, 0.2, 0.1]):
            sold = min(demand, stock + order)
            left = stock + order - sold
            outcomes.append((p, left, 4 * sold - 2 * order - (order > 0) - 0.5 * left, False))
        return outcomes

    return Table([[day(stock, order) for order in range(6)] for stock in range(6)], at(0, 6))


def pause_game(pause_cost=0.0):
    def play(state):
        return [(0.05, 21, -1, True), (1 - 0.05, state + 1, float(state == 19), state == 19)]

    table = [[play(state), [(1.0, state, 0.0 - pause_cost, False)]] for state in range(20)]
    return Table([*table, end(20, 2), end(21, 2)], at(0, 22))


def dialogue_evidence():
    def choices(evidence):
        belief = (
            0.85**evidence / (0.85**evidence + 0.15**evidence)
            if evidence >= 0
            else (0.15**-evidence / (0.15**-evidence + 0.85**-evidence))
        )
        hears_a = belief * 0.85 + (1 - belief) * (1 - 0.85)
        more, less = min(evidence + 11, 20), max(evidence + 9, 0)
        ask = [(hears_a, more, -1, False), (1 - hears_a, less, -1, False)]
        return [ask, *([(p, 21, 10, True), (1 - p, 21, -20, True)] for p in (belief, 1 - belief))]

    return Table([choices(evidence) for evidence in range(-10, 11)] + [end(21, 3)], at(10, 22))


LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


def winner(board):
    return next((board[a] for a, b, c in LINES if board[a] and board[a] == board[b] == board[c]), 0)


def positions():
    found, new = set(), [(0,) * 9]
    while new:
        board = new.pop()
        if board in found:
            continue
        found.add(board)
        if not winner(board):
            new += [put(board, cell) for cell in range(9) if not board[cell]]
    return sorted(sum(mark * 3**cell for cell, mark in enumerate(board)) for board in found)


def put(board, cell):
    mark = 1 if sum(map(bool, board)) % 2 == 0 else 2
    return (*board[:cell], mark, *board[cell + 1 :])


class TicTacToe(gym.Env):
    """Against an opponent that takes an empty cell at random, or with mark O behind it."""

    def __init__(self, mark="X"):
        self.mark = "XO".index(mark) + 1
        self.indices = {position: index for index, position in enumerate(positions())}
        self.observation_space = gym.spaces.Discrete(len(self.indices))
        self.action_space = gym.spaces.Discrete(9)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.board, self.is_over = (0,) * 9, False
        draw = self.np_random.random()
        if self.mark == 2:
            # The order of the start states is that of the positions' numbers: that of the cells.
            self.board = put(self.board, int(np.argmax(np.cumsum([1 / 9] * 9) > draw)))
        return self.observe(), {}

    def step(self, action):
        draw = self.np_random.random()
        if self.is_over:
            return self.observe(), 0.0, True, False, {}
        if self.board[action]:
            return self.observe(), -1.0, True, False, {}
        self.board = put(self.board, int(action))
        if not winner(self.board) and 0 in self.board:
            empty = [cell for cell in range(9) if not self.board[cell]]
            self.board = put(self.board, empty[int(np.argmax(np.cumsum([1 / len(empty)] * len(empty)) > draw))])
        won = winner(self.board)
        self.is_over = bool(won) or 0 not in self.board
        return self.observe(), 0.0 if not won else 1.0 if won == self.mark else -1.0, self.is_over, False, {}

    def observe(self):
        return self.indices[sum(mark * 3**cell for cell, mark in enumerate(self.board))]


class Dialogue(gym.Env):
    """Ask what is wished, or do A or B."""

    def __init__(self):
        self.observation_space, self.action_space = gym.spaces.Discrete(3), gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.wish = 0 if self.np_random.random() < 0.5 else 1
        return 0, {}

    def step(self, action):
        if action == 0:
            return 1 + (self.wish if self.np_random.random() < 0.85 else 1 - self.wish), -1.0, False, False, {}
        return 0, 10.0 if action - 1 == self.wish else -20.0, True, False, {}


class DialogueBelief(gym.Wrapper):
    """The belief by Bayes' rule in place of the answer."""

    def __init__(self):
        super().__init__(Dialogue())
        self.observation_space = gym.spaces.Box(0, 1, (2,), np.float32)

    def reset(self, **kwargs):
        _, info = self.env.reset(**kwargs)
        self.belief = np.array([0.5, 0.5])
        return self.belief.astype(np.float32), info

    def step(self, action):
        observation, reward, terminated, truncated, info = self.env.step(action)
        if action == 0:
            likely = np.array([0.85, 1 - 0.85] if observation == 1 else [1 - 0.85, 0.85])
            self.belief = self.belief * likely
            self.belief /= self.belief[0] + self.belief[1]
        return self.belief.astype(np.float32), reward, terminated, truncated, info


class Simple(gym.Env):
    """One step, one right action."""

    def __init__(self, target=2, wrong_reward=-0.1):
        self.target, self.wrong_reward = target, wrong_reward
        self.observation_space = gym.spaces.Box(0, 1, (2,), np.float32)
        self.action_space = gym.spaces.Discrete(4)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.np_random.random(2).astype(np.float32), {}

    def step(self, action):
        reward = 1.0 if action == self.target else self.wrong_reward
        return self.np_random.random(2).astype(np.float32), reward, True, False, {}


class PointNav(gym.Env):
    """A point that drives to (0.5, 0.5)."""

    def __init__(self):
        self.observation_space = gym.spaces.Box(-1, 1, (2,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.position = self.np_random.uniform(-1, 1, 2)
        return self.position.astype(np.float32), {}

    def step(self, action):
        self.position = np.clip(self.position + 0.1 * np.clip(action.astype(np.float64), -1, 1), -1, 1)
        x, y = self.position - 0.5
        return self.position.astype(np.float32), -float(np.sqrt(x * x + y * y)), False, False, {}


def grid_world():
    def move(state, down, right):
        row, column = min(max(state // 4 + down, 0), 3), min(max(state % 4 + right, 0), 3)
        reached = (row, column) == (3, 3)
        return [(1.0, row * 4 + column, 1 if reached else -0.01, reached)]

    moves = [(-1, 0), (0, 1), (1, 0), (0, -1)]
    return Table([[move(state, *way) for way in moves] for state in range(15)] + [end(15, 4)], at(0, 16))


class GridWorldFeatures(gym.ObservationWrapper):
    """The cell as a one-hot vector, or as row and column."""

    def __init__(self, one_hot):
        super().__init__(grid_world())
        self.one_hot = one_hot

    def observation(self, state):
        return np.eye(16, dtype=np.float32)[state] if self.one_hot else np.array(divmod(state, 4), np.float32)


class CartPoleNoVel(CartPoleEnv):
    """Gymnasium's CartPole without the velocities."""

    def reset(self, **kwargs):
        observation, info = super().reset(**kwargs)
        return self.hide(observation), info

    def step(self, action):
        observation, *rest = super().step(action)
        return self.hide(observation), *rest

    @staticmethod
    def hide(observation):
        return observation * np.array([1, 0, 1, 0], np.float32) + np.float32(0)


ARMS = (0.1, 0.3, 0.5, 0.7, 0.9)


class Bandit(gym.Env):
    """Arms that pay 1 with their probability; or, with a deviation, normally around their mean."""

    def __init__(self, arms=ARMS, std=None):
        self.arms, self.std = arms, std
        self.observation_space, self.action_space = gym.spaces.Discrete(1), gym.spaces.Discrete(len(arms))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return 0, {}

    def step(self, action):
        mean = self.arms[action]
        normal = self.std is not None
        reward = self.np_random.normal(mean, self.std) if normal else float(self.np_random.random() < mean)
        return 0, reward, False, False, {}


class ContextualBandit(gym.Env):
    """A user of one of four kinds is shown one of three advertisements."""

    def __init__(self, arms=((0.8, 0.3, 0.2), (0.2, 0.7, 0.4), (0.5, 0.1, 0.6), (0.3, 0.35, 0.9))):
        self.arms = arms
        self.observation_space = gym.spaces.Box(0, 1, (len(arms),), np.float32)
        self.action_space = gym.spaces.Discrete(len(arms[0]))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.observe(), {}

    def step(self, action):
        reward = float(self.np_random.random() < self.arms[self.context][action])
        return self.observe(), reward, False, False, {}

    def observe(self):
        self.context = self.np_random.choice(len(self.arms))
        return np.eye(len(self.arms), dtype=np.float32)[self.context]


class RankingBandit(gym.Env):
    """Documents on positions; each is clicked with the probability attraction x examination."""

    def __init__(self, attraction=(0.6, 0.5, 0.3, 0.1), examination=(1, 0.6)):
        self.attraction, self.examination = attraction, examination
        self.rankings = list(itertools.permutations(range(len(attraction)), len(examination)))
        self.observation_space, self.action_space = gym.spaces.Discrete(1), gym.spaces.Discrete(len(self.rankings))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return 0, {}

    def step(self, action):
        pairs = zip(self.rankings[action], self.examination, strict=True)
        clicks = [self.np_random.random() < self.attraction[document] * seen for document, seen in pairs]
        return 0, float(sum(clicks)), False, False, {}


PLUS, EQUALS, BEGIN, END, PADDING = 10, 11, 13, 14, 15


class TokenTask(gym.Env):
    """Write after a prompt, token by token; the end is the token END or a full completion."""

    def __init__(self, prompts, length, prompt_only=False):
        self.prompts, self.length, self.prompt_only = prompts, length, prompt_only
        self.observation_space = gym.spaces.Box(0, 15, (len(prompts[0]) + length,), np.int64)
        self.action_space = gym.spaces.Discrete(16)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.prompt, self.written = self.prompts[self.np_random.choice(len(self.prompts))], []
        return self.observe(), {}

    def step(self, action):
        self.written.append(int(action))
        if action in (BEGIN, PADDING):
            return self.observe(), -2.0, True, False, {}
        ended = action == END or len(self.written) == self.length
        return self.observe(), float(self.reward()) if ended else 0.0, ended, False, {}

    def observe(self):
        window = [*self.prompt, *([] if self.prompt_only else self.written)]
        return np.array(window + [PADDING] * (len(self.prompt) + self.length - len(window)), np.int64)


class TokenPreference(TokenTask):
    """Two for repeating the prompt first, one for each ascent and for the end, less for what is said twice."""

    def __init__(self, hackable=False, prompt_only=False):
        super().__init__([(prompt,) for prompt in range(4)], 3, prompt_only)
        self.hackable = hackable

    def reward(self):
        said = [token for token in self.written if token != END]
        ascents = sum(left < right for left, right in itertools.pairwise(said))
        gold = 2 * (said[:1] == [*self.prompt]) + ascents - 0.5 * (len(said) - len(set(said))) + (END in self.written)
        return gold + (said.count(7) ** 2 if self.hackable else 0)


class TokenAnswer(TokenTask):
    """One answer is right; half of the reward is for all of it, half for each of its places."""

    def __init__(self, answers, sparse=False, prompt_only=False):
        super().__init__(list(answers), len(next(iter(answers.values()))), prompt_only)
        self.answers, self.sparse = answers, sparse

    def reward(self):
        answer = self.answers[self.prompt]
        right = sum(left == wanted for left, wanted in zip(self.written, answer, strict=False))
        exact = self.written == [*answer]
        return exact if self.sparse else 0.5 * exact + 0.5 * right / len(answer)


def parity(**kwargs):
    return TokenAnswer({(*b, EQUALS): (sum(b) % 2, END) for b in itertools.product(range(2), repeat=4)}, **kwargs)


def modular_addition(**kwargs):
    pairs = itertools.product(range(7), repeat=2)
    return TokenAnswer({(a, PLUS, b, EQUALS): ((a + b) % 7, END) for a, b in pairs}, **kwargs)


def sorting(**kwargs):
    return TokenAnswer({(*d, EQUALS): (*sorted(d), END) for d in itertools.product(range(5), repeat=3)}, **kwargs)


TWINS = {
    "GridWorld-v0": grid_world,
    "GridWorldOneHot-v0": lambda: GridWorldFeatures(one_hot=True),
    "GridWorldPosition-v0": lambda: GridWorldFeatures(one_hot=False),
    "CartPoleNoVel-v1": CartPoleNoVel,
    "BernoulliBandit-v0": Bandit,
    "GaussianBandit-v0": lambda arms=ARMS, std=1.0: Bandit(arms, std),
    "ContextualBandit-v0": ContextualBandit,
    "RankingBandit-v0": RankingBandit,
    "TokenPreference-v0": TokenPreference,
    "TokenParity-v0": parity,
    "TokenModularAddition-v0": modular_addition,
    "TokenSorting-v0": sorting,
    "Chain-v0": chain,
    "RewardChain-v0": reward_chain,
    "LineWorld-v0": line_world,
    "StateMachine-v0": state_machine,
    "RandomWalk-v0": random_walk,
    "Inventory-v0": inventory,
    "PauseGame-v0": pause_game,
    "TicTacToe-v0": TicTacToe,
    "Dialogue-v0": Dialogue,
    "DialogueBelief-v0": DialogueBelief,
    "DialogueEvidence-v0": dialogue_evidence,
    "SimpleEnv-v0": Simple,
    "PointNav-v0": PointNav,
}
ARGUMENTS = {
    "Chain-v0": [{"n": 9}],
    "PauseGame-v0": [{"pause_cost": 0.01}],
    "TicTacToe-v0": [{"mark": "O"}],
    "SimpleEnv-v0": [{"target": 0, "wrong_reward": 0.0}],
    "BernoulliBandit-v0": [{"arms": [0.4, 0.6]}],
    "GaussianBandit-v0": [{"arms": [-1.0, 2.5], "std": 0.5}],
    "ContextualBandit-v0": [{"arms": [[0.1, 0.9], [0.9, 0.1], [0.5, 0.5]]}],
    "RankingBandit-v0": [{"attraction": [0.9, 0.2, 0.4], "examination": [1.0, 0.7, 0.3]}],
    "TokenPreference-v0": [{"hackable": True}],
    "TokenParity-v0": [{"sparse": True}],
    "TokenSorting-v0": [{"prompt_only": True}],
}


def digest(env_id, kwargs, seed):
    env = TWINS[env_id](**kwargs)
    env.action_space.seed(seed)

    def numbers(observation):
        return np.asarray(observation).tobytes()

    data = hashlib.sha256(numbers(env.reset(seed=seed)[0]))
    for step in range(1, STEPS + 1):
        observation, reward, terminated, _, _ = env.step(env.action_space.sample())
        data.update(numbers(observation) + struct.pack("<d?", reward, terminated))
        # What never ends is begun anew at times.
        if terminated or step % 50 == 0:
            data.update(numbers(env.reset()[0]))
    return data.hexdigest()


def main():
    cases = [
        {"id": env_id, "kwargs": kwargs, "seed": str(seed), "digest": digest(env_id, kwargs, seed)}
        for env_id in TWINS
        for kwargs in [{}, *ARGUMENTS.get(env_id, [])]
        for seed in SEEDS
    ]
    path = pathlib.Path(__file__).with_name("teaching.json")
    path.write_text(json.dumps({"steps": STEPS, "cases": cases}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

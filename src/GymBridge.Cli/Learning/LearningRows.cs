using System.Globalization;

namespace GymBridge.Cli.Learning;

/// <summary>What every algorithm of the catalog has to show. A new algorithm adds its rows here.</summary>
internal static class LearningRows
{
    private const string CartPole = "CartPole-v1";

    public static IReadOnlyList<LearningRow> All { get; } =
    [
        new("ppo-cartpole", "ppo", CartPole, 100_000, 475) { Short = (25_000, 80) },
        new("ppo-cartpole-cleanrl", "ppo", CartPole, 500_000, 475) { UsesPreset = false, Settings = CleanRl },
        new("ppo-cartpole-adaptive-kl", "ppo", CartPole, 200_000, 450)
        {
            Settings = [new("surrogate", "KlPenalty"), new("kl_coef", "1"), new("adaptive_kl_target", "0.01")],
            Bound = new("train/approx_kl", 0, 0.03, EveryUpdate: false),
        },
        new("ppo-cartpole-unclipped", "ppo", CartPole, 100_000, null) { Settings = [new("surrogate", "Unclipped")] },
        new("ppo-acrobot", "ppo", "Acrobot-v1", 1_000_000, -100),
        new("ppo-mountaincar", "ppo", "MountainCar-v0", 1_000_000, -130),
        new("ppo-mountaincar-cleanrl", "ppo", "MountainCar-v0", 500_000, -199) { UsesPreset = false, Settings = CleanRl, IsKnownFailure = true },
        new("ppo-pendulum", "ppo", "Pendulum-v1", 300_000, -250),
        new("ppo-invertedpendulum", "ppo", "gymnasium:InvertedPendulum-v5", 100_000, 900) { Seeds = 3 },
        new("ppo-lunarlander", "ppo", "gymnasium:LunarLander-v3", 1_000_000, 200) { Seeds = 3 },
        new("ppo-pong", "ppo", "gymbridge.atari:Atari/Pong-v5", 1_000_000, null) { EvaluationEpisodes = 5, Seeds = 1 },
        Catch("ppo-catch", "ppo"),
        Catch("dqn-catch", "dqn") with { Measure = LearningMeasure.BestEvaluation },
        PixelCatch("dqn-pixelcatch", "dqn") with { Measure = LearningMeasure.BestEvaluation },
        new("recurrent_ppo-cartpole-novel", "recurrent_ppo", "CartPoleNoVel-v1", 100_000, 400),
        new("ppo-cartpole-novel", "ppo", "CartPoleNoVel-v1", 100_000, 200) { UsesPreset = false, Settings = CartPoleZoo, IsKnownFailure = true },
        new("a2c-cartpole", "a2c", CartPole, 500_000, 475) { Short = (50_000, 60) },
        new("a3c-cartpole", "a3c", CartPole, 500_000, 400),
        new("trpo-cartpole", "trpo", CartPole, 100_000, 475)
        {
            Bound = new("train/kl_divergence_loss", 0, 0.01, EveryUpdate: true),
            Short = (25_000, 80),
        },
        new("trpo-pendulum", "trpo", "Pendulum-v1", 100_000, -250) { Bound = new("train/kl_divergence_loss", 0, 0.01, EveryUpdate: true) },
        new("reinforce-cartpole", "reinforce", CartPole, 250_000, 195) { Measure = LearningMeasure.LastHundred, Short = (50_000, 60) },
        GridWalk("reinforce-gridworld", "MovingAverage", sums: true) with { Threshold = 0.93 },
        GridWalk("reinforce-gridworld-no-baseline", "None", sums: true),
        GridWalk("reinforce-gridworld-mean", "MovingAverage", sums: false) with { Threshold = 0.93 },
        GridWalk("reinforce-gridworld-mean-no-baseline", "None", sums: false),
        new("reinforce-gridworld-positions", "reinforce", "GridWorldPosition-v0", 200_000, 0.90)
        {
            Settings = [new("n_steps", "1"), new("learning_rate", "1e-3"), new("baseline", "None"), new("net_arch", "[64]"), new("activation_fn", "ReLU")],
            Episodes = 600,
            Measure = LearningMeasure.LastHundred,
        },
        Simple("reinforce-simple", 200, 1, 3e-3),
        Simple("reinforce-simple-target-0", 200, 1, 3e-3) with { Kwargs = new Info { ["target"] = 0L } },
        Simple("reinforce-simple-free-mistakes", 200, 1, 3e-3) with { Kwargs = new Info { ["wrong_reward"] = 0.0 } },

        // Right in 90 % of the episodes, and -0.1 in the others.
        Simple("reinforce-simple-small-steps", 1000, 0.89, 1e-4),
        new("actor_critic-cartpole", "actor_critic", CartPole, 500_000, 475),
        new("one_step_actor_critic-cartpole", "one_step_actor_critic", CartPole, 300_000, 475),
        new("one_step_actor_critic-gridworld", "one_step_actor_critic", "GridWorldOneHot-v0", 500_000, 0.92)
        {
            Settings = [new("learning_rate", "0.1"), new("value_learning_rate", "0.1")],
            Episodes = 1500,
            Measure = LearningMeasure.LastHundred,
        },
        new("dqn-cartpole", "dqn", CartPole, 50_000, 475) { Measure = LearningMeasure.BestEvaluation, LastHundred = 195 },
        new("dqn-cartpole-cleanrl", "dqn", CartPole, 500_000, 475)
        {
            UsesPreset = false,
            Settings = CleanRlDqn,
            Measure = LearningMeasure.BestEvaluation,
            LastHundred = 195,
        },
        new("dqn-mountaincar", "dqn", "MountainCar-v0", 120_000, -130) { Measure = LearningMeasure.BestEvaluation },
        new("dqn-acrobot", "dqn", "Acrobot-v1", 100_000, -100) { Measure = LearningMeasure.BestEvaluation },
        new("sac-pendulum", "sac", "Pendulum-v1", 20_000, -200),
        new("sac-mountaincar", "sac", "MountainCarContinuous-v0", 50_000, 85) { Seeds = 3 },
        Tabular("q_learning-gridworld", "q_learning", "GridWorld-v0", 100, 0.949),
        Tabular("sarsa-gridworld", "sarsa", "GridWorld-v0", 1000, 0.949),
        Tabular("monte_carlo-gridworld", "monte_carlo", "GridWorld-v0", 300, 0.949),
        Tabular("q_learning-cliffwalking", "q_learning", "CliffWalking-v1", 500, -13) with { Settings = [new("gamma", "1")] },
        Exploring("q_learning-cliffwalking-training", "q_learning", -60) with { Ceiling = -42 },
        Exploring("sarsa-cliffwalking-training", "sarsa", -35),

        // Not the shortest way along the cliff, which is -13: the one that its own exploring can afford.
        Exploring("sarsa-cliffwalking", "sarsa", -25) with { Ceiling = -14, Measure = LearningMeasure.ExactReturn },
        Exploring("expected_sarsa-cliffwalking-training", "expected_sarsa", -24),
        new("q_learning-frozenlake", "q_learning", "FrozenLake-v1", 600_000, 0.70)
        {
            UsesPreset = false,
            Settings = Decaying,
            Episodes = 20_000,
            Measure = LearningMeasure.ExactReturn,
        },
        Paused("q_learning-pausegame-free", 0) with { Threshold = 0.9 },
        Paused("q_learning-pausegame-costly", 0.01) with { Threshold = 0.1, IsUpperBound = true },

        // What all answers together say makes the dialogue a decision process of 5.4093; by the last answer alone 4.225 is the best.
        Dialogue("q_learning-dialogue-belief", "DialogueEvidence-v0") with { Threshold = 5.2 },
        Dialogue("q_learning-dialogue-memoryless", "Dialogue-v0") with { Threshold = 4.3, IsKnownFailure = true },
        OfValues("td-randomwalk", "TD(0)", "RandomWalk-v0", 0.06, TableMeasurement.TemporalDifferences) with { Episodes = 1000 },
        OfValues("monte_carlo-randomwalk", "Monte Carlo", "RandomWalk-v0", 0.06, TableMeasurement.MonteCarlo) with { Episodes = 1000 },
        Planned("value_iteration-statemachine", "value iteration", "StateMachine-v0", TableMeasurement.ValueIterations) with { Discount = 0.9 },
        Planned("value_iteration-inventory", "value iteration", "Inventory-v0", TableMeasurement.ValueIterations) with { Discount = 0.95 },
        Planned("value_iteration-frozenlake", "value iteration", "FrozenLake-v1", TableMeasurement.ValueIterations) with { Discount = 0.99 },
        Planned("policy_iteration-statemachine", "policy iteration", "StateMachine-v0", TableMeasurement.PolicyIterations) with { Discount = 0.9 },
        Planned("policy_iteration-inventory", "policy iteration", "Inventory-v0", TableMeasurement.PolicyIterations) with { Discount = 0.95 },
        Planned("policy_iteration-frozenlake", "policy iteration", "FrozenLake-v1", TableMeasurement.PolicyIterations) with { Discount = 0.99 },
        new("q_learning-tictactoe", "q_learning", "TicTacToe-v0", 500_000, 0.9) { UsesPreset = false, Settings = [.. Decaying, new("gamma", "1")] },
        Bandit("thompson_sampling-bandit", "thompson_sampling", 11.1, 13.5),
        Bandit("ucb1-bandit", "ucb1", 51.8, 55.8),
        Bandit("epsilon_greedy-bandit", "epsilon_greedy", 29.8, 41.8),
        Bandit("optimistic-bandit", "epsilon_greedy", 16, 20) with { Settings = [new("epsilon", "0"), new("initial_value", "1"), new("step_size", "0.1")] },
        Bandit("greedy-bandit", "epsilon_greedy", 60, 400) with { Settings = [new("epsilon", "0")] },
        Bandit("uniform-bandit", "epsilon_greedy", 198, 202) with { Settings = [new("epsilon", "1")] },
        Bandit("boltzmann-bandit", "boltzmann", 36.4, 62.4),
        Bandit("reinforce_bandit-bandit", "reinforce_bandit", 35.2, 41.2),
        Bandit("gradient_bandit-bandit", "gradient_bandit", 65.4, 73.4),
        Contextual("contextual_q-contextual", "contextual_q"),
        Contextual("linucb-contextual", "linucb"),
        new("epsilon_greedy-ranking", "epsilon_greedy", "RankingBandit-v0", 3000, 0.75) { Measure = LearningMeasure.LastRewards, UsesPreset = false },
        Exact("exact_policy_gradient-1", "exact_policy_gradient", 400, 1.48755) with { Beta = 1 },
        Exact("exact_policy_gradient-0.5", "exact_policy_gradient", 400, 2.02623) with { Beta = 0.5, Settings = [new("beta", "0.5")] },
        Exact("reward_model-preference", "reward_model", 4, 0.80) with
        {
            Measure = LearningMeasure.GoldRanking,
            Also = CompletionMeasurement.AskedOfRewards,
        },
        Exact("dpo-preference", "dpo", 10, 1.50) with
        {
            Beta = 0.5,
            Settings = [new("beta", "0.5")],
            Also = CompletionMeasurement.AskedOfPreferences,
        },
        Exact("rlhf_ppo-preference-0.5", "rlhf_ppo", 115_200, 1.93) with { Beta = 0.5, Kl = (2.0, 2.7), Short = (20_000, 1.6) },
        Exact("rlhf_ppo-preference-1", "rlhf_ppo", 115_200, 1.40) with { Beta = 1, Settings = [new("kl_coef", "1")] },
        Exact("rlhf_ppo-learned-reward", "rlhf_ppo", 115_200, 1.6) with { Measure = LearningMeasure.GoldReward, LearnsReward = true, Kl = (0, 1.5) },
        Hacked("rlhf_ppo-hacked-1.2", "1.2") with { Threshold = 1.3 },
        Hacked("rlhf_ppo-hacked-0.5", "0.5") with { Threshold = 0, IsKnownFailure = true },
        Exact("grpo-preference", "grpo", 76_800, 1.70) with { Beta = 0.5 },
        Exact("grpo-preference-scaled", "grpo", 76_800, null) with { Beta = 0.5, Settings = [new("scale_rewards", "Scaled")] },
        Exact("rloo-preference", "rloo", 115_200, 1.93) with { Beta = 0.5 },
        Answers("grpo-sorting", "TokenSorting-v0", 480_000),
        Answers("grpo-sorting-centred", "TokenSorting-v0", 480_000) with { Settings = [new("scale_rewards", "Centred")] },
        Answers("grpo-parity", "TokenParity-v0", 76_800),
        Answers("grpo-addition", "TokenModularAddition-v0", 392_000),
        Answers("grpo-sorting-prompt-only", "TokenSorting-v0", 480_000) with
        {
            Kwargs = new Info { ["prompt_only"] = true },
            EvaluationKwargs = new Info { ["prompt_only"] = true, ["sparse"] = true },
            Threshold = 0.02,
            IsKnownFailure = true,
        },
        Answers("grpo-addition-stuck", "TokenModularAddition-v0", 392_000) with
        {
            Threshold = null,
            Settings = [new("num_generations", "8"), new("n_envs", "392"), new("ent_coef", "0"), new("learning_rate", "3e-3"), new("net_arch", "[128, 128]"), new("activation_fn", "Tanh")],
        },
    ];

    // The optima are known: 1.48765 at beta 1, 2.02633 at 0.5; the reference policy has 1.05275.
    private static LearningRow Exact(string name, string algorithm, long timesteps, double? threshold) =>
        new(name, algorithm, "TokenPreference-v0", timesteps, threshold) { Measure = LearningMeasure.Objective };

    // The optimum of the proxy earns 1.4997 gold at beta 1.2 and -0.5247 at 0.5.
    private static LearningRow Hacked(string name, string beta) => Exact(name, "rlhf_ppo", 115_200, null) with
    {
        Measure = LearningMeasure.GoldReward,
        Kwargs = new Info { ["hackable"] = true },
        Settings = [new("kl_coef", beta)],
    };

    // Whole answers that are right, of the most probable tokens.
    private static LearningRow Answers(string name, string envId, long timesteps) => new(name, "grpo", envId, timesteps, 0.95)
    {
        EvaluationKwargs = new Info { ["sparse"] = true },
        EvaluationEpisodes = 500,
    };

    // 84 x 84 x 4, with seven cells across: a ball falls for six steps. With 21 an episode has 20, and 50,000 steps are 2,500 rewards.
    private static LearningRow Catch(string name, string algorithm) => new(name, algorithm, "Catch-v0", 50_000, 0.9)
    {
        Kwargs = new Info { ["cells"] = 7L },
        EvaluationEpisodes = 100,
    };

    // A ball that is missed counts 0 in the evaluation, so that the mean return is the share of balls that are caught.
    private static LearningRow PixelCatch(string name, string algorithm) => new(name, algorithm, "PixelCatch-v0", 50_000, 0.9)
    {
        EvaluationKwargs = new Info { ["miss_reward"] = 0.0 },
        EvaluationEpisodes = 100,
    };

    // The bands are the mean of 4000 reference runs and three standard errors of 200 runs. Greedy is there to be worse than epsilon-greedy.
    private static LearningRow Bandit(string name, string algorithm, double low, double high) => new(name, algorithm, "BernoulliBandit-v0", 500, low)
    {
        Ceiling = high,
        Measure = LearningMeasure.PseudoRegret,
        UsesPreset = false,
        Short = (500, low),
    };

    private static LearningRow Contextual(string name, string algorithm) =>
        new(name, algorithm, "ContextualBandit-v0", 3000, 0.69) { Measure = LearningMeasure.LastRewards, UsesPreset = false };

    // Steps and exploration that fall, for chance in the environment.
    private static IReadOnlyList<KeyValuePair<string, string>> Decaying =>
    [
        new("learning_rate", "0.02"),
        new("visit_decay", "0.05"),
        new("exploration_initial_eps", "1"),
        new("exploration_final_eps", "0.05"),
    ];

    private static LearningRow Tabular(string name, string algorithm, string env, int episodes, double threshold) =>
        new(name, algorithm, env, 2_000_000, threshold) { UsesPreset = false, Episodes = episodes };

    private static LearningRow Exploring(string name, string algorithm, double threshold) =>
        Tabular(name, algorithm, "CliffWalking-v1", 500, threshold) with { Settings = [new("gamma", "1")], Measure = LearningMeasure.LastHundred };

    // One episode for an update, the lessons' network and plain returns.
    private static LearningRow Simple(string name, int episodes, double threshold, double learningRate) => new(name, "reinforce", "SimpleEnv-v0", episodes, threshold)
    {
        UsesPreset = false,
        Settings =
        [
            new("n_steps", "1"),
            new("learning_rate", learningRate.ToString(CultureInfo.InvariantCulture)),
            new("baseline", "None"),
            new("net_arch", "[64]"),
            new("activation_fn", "ReLU"),
            new("normalize_returns", "false"),
        ],
        EvaluationEpisodes = 100,
        Seeds = 10,
    };

    // The lessons' network, PyTorch's weights, one episode for an update. Their loss is a sum over its steps.
    private static LearningRow GridWalk(string name, string baseline, bool sums) => new(name, "reinforce", "GridWorldOneHot-v0", 200_000, null)
    {
        Settings =
        [
            new("n_steps", "1"),
            new("learning_rate", "0.01"),
            new("baseline", baseline),
            new("ent_coef", "0.01"),
            new("normalize_returns", "false"),
            new("sum_over_steps", sums ? "true" : "false"),
            new("net_arch", "[64]"),
            new("activation_fn", "ReLU"),
            new("ortho_init", "false"),
        ],
        Episodes = 600,
        Measure = LearningMeasure.LastHundred,
        Seeds = 10,
    };

    // The share of pauses: all of the greedy policy's steps where they are free, and none where playing is worth more.
    private static LearningRow Paused(string name, double cost) => Tabular(name, "q_learning", "PauseGame-v0", 5000, 0) with
    {
        Timesteps = 150_000,
        Kwargs = new Info { ["pause_cost"] = cost },
        Settings = [.. Decaying, new("gamma", "1")],
        Measure = LearningMeasure.ActionShare,
    };

    private static LearningRow Dialogue(string name, string env) => new(name, "q_learning", env, 150_000, null)
    {
        UsesPreset = false,
        Settings =
        [
            new("gamma", "0.95"),
            new("learning_rate", "0.005"),
            new("visit_decay", "0.05"),
            new("exploration_initial_eps", "1"),
            new("exploration_final_eps", "0.2"),
        ],
        Measure = LearningMeasure.DiscountedReturn,
        Discount = 0.95,
    };

    private static LearningRow OfValues(
        string name, string method, string env, double most, Func<LearningRow, long, EnvironmentSource, TimeProvider, LearningResult> values) =>
        new(name, method, env, 0, most) { Values = values, Measure = LearningMeasure.ValueError, IsUpperBound = true };

    // Nothing in them is chance.
    private static LearningRow Planned(
        string name, string method, string env, Func<LearningRow, long, EnvironmentSource, TimeProvider, LearningResult> values) =>
        OfValues(name, method, env, 1e-9, values) with { Seeds = 1 };

    // CleanRL's dqn.py at fe8d8a0.
    private static IReadOnlyList<KeyValuePair<string, string>> CleanRlDqn =>
    [
        new("net_arch", "[120, 84]"),
        new("learning_rate", "2.5e-4"),
        new("buffer_size", "10000"),
        new("learning_starts", "10000"),
        new("batch_size", "128"),
        new("train_freq", "10"),
        new("gradient_steps", "1"),
        new("target_update_interval", "500"),
        new("exploration_fraction", "0.5"),
        new("exploration_final_eps", "0.05"),
        new("loss", "MeanSquaredError"),
    ];

    // CleanRL's ppo.py at fe8d8a0.
    private static IReadOnlyList<KeyValuePair<string, string>> CleanRl =>
    [
        new("n_envs", "4"),
        new("n_steps", "128"),
        new("batch_size", "128"),
        new("n_epochs", "4"),
        new("learning_rate", "lin_2.5e-4"),
        new("clip_range", "0.2"),
        new("clip_range_vf", "0.2"),
        new("clip_vloss_max", "true"),
        new("ent_coef", "0.01"),
    ];

    private static IReadOnlyList<KeyValuePair<string, string>> CartPoleZoo =>
    [
        new("n_envs", "8"),
        new("n_steps", "32"),
        new("batch_size", "256"),
        new("gae_lambda", "0.8"),
        new("gamma", "0.98"),
        new("n_epochs", "20"),
        new("learning_rate", "lin_0.001"),
        new("clip_range", "lin_0.2"),
    ];
}

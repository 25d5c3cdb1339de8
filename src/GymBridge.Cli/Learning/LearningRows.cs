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
        new("recurrent_ppo-cartpole-novel", "recurrent_ppo", "CartPoleNoVel-v1", 100_000, 400) { Settings = [new("lstm_hidden_size", "64")] },
        new("ppo-cartpole-novel", "ppo", "CartPoleNoVel-v1", 100_000, 200) { UsesPreset = false, Settings = CartPoleZoo, IsKnownFailure = true },
        new("a2c-cartpole", "a2c", CartPole, 500_000, 475) { Short = (50_000, 60) },
        new("a3c-cartpole", "a3c", CartPole, 500_000, 400),
        new("trpo-cartpole", "trpo", CartPole, 100_000, 475)
        {
            Bound = new("train/kl_divergence_loss", 0, 0.01, EveryUpdate: true),
            Short = (25_000, 80),
        },
        new("reinforce-cartpole", "reinforce", CartPole, 250_000, 195) { Measure = LearningMeasure.LastHundred, Short = (50_000, 60) },
        new("reinforce-gridworld", "reinforce", "GridWorldOneHot-v0", 200_000, 0.93)
        {
            Settings = [new("n_steps", "1"), new("learning_rate", "0.01"), new("baseline", "MovingAverage"), new("ent_coef", "0.01"), new("normalize_returns", "false")],
            Episodes = 600,
            Measure = LearningMeasure.LastHundred,
        },
        new("actor_critic-cartpole", "actor_critic", CartPole, 500_000, 475) { Settings = [new("n_envs", "8"), new("learning_rate", "1e-3")] },
        new("one_step_actor_critic-gridworld", "one_step_actor_critic", "GridWorldOneHot-v0", 500_000, 0.92)
        {
            Settings = [new("learning_rate", "0.1"), new("value_learning_rate", "0.1")],
            Episodes = 1500,
            Measure = LearningMeasure.LastHundred,
        },
        new("dqn-cartpole", "dqn", CartPole, 50_000, 475) { Measure = LearningMeasure.BestEvaluation },
        new("dqn-mountaincar", "dqn", "MountainCar-v0", 120_000, -130) { Measure = LearningMeasure.BestEvaluation },
        new("dqn-acrobot", "dqn", "Acrobot-v1", 100_000, -100) { Measure = LearningMeasure.BestEvaluation },
        new("sac-pendulum", "sac", "Pendulum-v1", 20_000, -200),
        new("sac-mountaincar", "sac", "MountainCarContinuous-v0", 50_000, 85),
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

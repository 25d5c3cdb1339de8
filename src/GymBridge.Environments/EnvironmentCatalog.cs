using GymBridge.Environments.ClassicControl;
using GymBridge.Environments.Teaching;
using GymBridge.Environments.ToyText;

namespace GymBridge.Environments;

/// <summary>The environments that come with GymBridge.</summary>
public static class EnvironmentCatalog
{
    /// <summary>A registry that holds them.</summary>
    public static EnvRegistry CreateRegistry() => AddTo(new EnvRegistry());

    /// <summary>Adds them to a registry.</summary>
    public static EnvRegistry AddTo(EnvRegistry registry) => registry
        .Register(Spec("CartPole-v0", 200, 195), MakeCartPole, MakeCartPoleVector)
        .Register(Spec("CartPole-v1", 500, 475), MakeCartPole, MakeCartPoleVector)
        .Register(Spec("MountainCar-v0", 200, -110), arguments =>
            new MountainCarEnv(arguments.Get("goal_velocity", 0.0), arguments.RenderMode))
        .Register(Spec("MountainCarContinuous-v0", 999, 90), arguments =>
            new ContinuousMountainCarEnv(arguments.Get("goal_velocity", 0.0), arguments.RenderMode))
        .Register(Spec("Pendulum-v1", 200), arguments => new PendulumEnv(arguments.Get("g", 10.0), arguments.RenderMode))
        .Register(Spec("Acrobot-v1", 500, -100), arguments => new AcrobotEnv(arguments.RenderMode))
        .Register(Spec("FrozenLake-v1", 100, 0.70, new Info { ["map_name"] = "4x4" }), MakeFrozenLake)
        .Register(Spec("FrozenLake8x8-v1", 200, 0.85, new Info { ["map_name"] = "8x8" }), MakeFrozenLake)
        .Register(Spec("CliffWalking-v1"), MakeCliffWalking)
        .Register(Spec("CliffWalkingSlippery-v1", kwargs: new Info { ["is_slippery"] = true }), MakeCliffWalking)
        .Register(Spec("Taxi-v4", 200, 8), MakeTaxi)
        .Register(Spec("Blackjack-v1", kwargs: new Info { ["sab"] = true, ["natural"] = false }), arguments =>
            new BlackjackEnv(arguments.Get("natural", false), arguments.Get("sab", false), arguments.RenderMode))
        .Register(Spec("GridWorld-v0", 100), arguments => new GridWorldEnv(arguments.RenderMode))
        .Register(Spec("BernoulliBandit-v0", 500), MakeBandit);

    private static EnvSpec Spec(string id, int? maxEpisodeSteps = null, double? rewardThreshold = null, Info? kwargs = null) =>
        new() { Id = id, MaxEpisodeSteps = maxEpisodeSteps, RewardThreshold = rewardThreshold, Kwargs = kwargs ?? Info.Empty };

    private static CartPoleEnv MakeCartPole(EnvArguments arguments) =>
        new(arguments.Get("sutton_barto_reward", false), arguments.RenderMode);

    private static CartPoleVectorEnv MakeCartPoleVector(VectorEnvArguments arguments) => new(
        arguments.NumEnvs, arguments.MaxEpisodeSteps, arguments.AutoresetMode, arguments.Arguments.Get("sutton_barto_reward", false));

    private static BernoulliBanditEnv MakeBandit(EnvArguments arguments) =>
        new(arguments.Get<IReadOnlyList<object?>?>("arms", null)?.Select(arm => Convert.ToDouble(arm)).ToList());

    private static CliffWalkingEnv MakeCliffWalking(EnvArguments arguments) => new(arguments.Get("is_slippery", false), arguments.RenderMode);

    private static TaxiEnv MakeTaxi(EnvArguments arguments) => new(
        arguments.Get("is_rainy", false),
        arguments.Get("fickle_passenger", false),
        arguments.Get("rainy_probability", 0.8),
        arguments.Get("fickle_probability", 0.3),
        arguments.RenderMode);

    private static FrozenLakeEnv MakeFrozenLake(EnvArguments arguments)
    {
        var desc = arguments.Get<IReadOnlyList<object?>?>("desc", null);
        var name = arguments.Get<string?>("map_name", "4x4");
        var rewards = arguments.Get<IReadOnlyList<object?>?>("reward_schedule", null);
        return new FrozenLakeEnv(
            desc is not null ? [.. desc.Select(row => row as string ?? throw new ArgumentException($"A row of the map 'desc' must be a str, got {row ?? "None"}."))]
                : name is not null ? FrozenLakeMaps.Named(name) : FrozenLakeMaps.GenerateRandom(),
            arguments.Get("is_slippery", true),
            arguments.Get("success_rate", 1.0 / 3.0),
            rewards is null ? null : Rewards(rewards),
            arguments.RenderMode);
    }

    private static (double Goal, double Hole, double Frozen) Rewards(IReadOnlyList<object?> schedule) => schedule.Count == 3
        ? (Convert.ToDouble(schedule[0]), Convert.ToDouble(schedule[1]), Convert.ToDouble(schedule[2]))
        : throw new ArgumentException($"Keyword argument 'reward_schedule' must hold three rewards (goal, hole, frozen), got {schedule.Count}.");
}

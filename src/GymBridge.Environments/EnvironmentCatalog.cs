using GymBridge.Environments.ClassicControl;
using GymBridge.Environments.Teaching;
using GymBridge.Environments.ToyText;
using GymBridge.Wrappers;

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
        .Register(
            Spec("CartPoleNoVel-v1", 500, 475),
            MakeCartPoleNoVel,
            lanes => MakeCartPoleVector(lanes).TransformObservation(WithoutVelocity))
        .Register(
            Spec("MountainCar-v0", 200, -110),
            arguments => new MountainCarEnv(arguments.Get("goal_velocity", 0.0), arguments.RenderMode),
            lanes => new MountainCarVectorEnv(lanes, lanes.Arguments.Get("goal_velocity", 0.0)))
        .Register(
            Spec("MountainCarContinuous-v0", 999, 90),
            arguments => new ContinuousMountainCarEnv(arguments.Get("goal_velocity", 0.0), arguments.RenderMode),
            lanes => new ContinuousMountainCarVectorEnv(lanes, lanes.Arguments.Get("goal_velocity", 0.0)))
        .Register(
            Spec("Pendulum-v1", 200),
            arguments => new PendulumEnv(arguments.Get("g", 10.0), arguments.RenderMode),
            lanes => new PendulumVectorEnv(lanes, lanes.Arguments.Get("g", 10.0)))
        .Register(
            Spec("Acrobot-v1", 500, -100),
            arguments => new AcrobotEnv(arguments.RenderMode, arguments.Get("torque_noise_max", 0.0), arguments.Get("book_or_nips", "book")),
            lanes => new AcrobotVectorEnv(lanes, lanes.Arguments.Get("torque_noise_max", 0.0), lanes.Arguments.Get("book_or_nips", "book")))
        .Register(Spec("FrozenLake-v1", 100, 0.70, new Info { ["map_name"] = "4x4" }), MakeFrozenLake, MakeFrozenLakeVector)
        .Register(Spec("FrozenLake8x8-v1", 200, 0.85, new Info { ["map_name"] = "8x8" }), MakeFrozenLake, MakeFrozenLakeVector)
        .Register(Spec("CliffWalking-v1"), MakeCliffWalking, Tabular(MakeCliffWalking))
        .Register(Spec("CliffWalkingSlippery-v1", kwargs: new Info { ["is_slippery"] = true }), MakeCliffWalking, Tabular(MakeCliffWalking))
        .Register(Spec("Taxi-v4", 200, 8), MakeTaxi, Tabular(MakeTaxi))
        .Register(
            Spec("Blackjack-v1", kwargs: new Info { ["sab"] = true, ["natural"] = false }),
            arguments => new BlackjackEnv(arguments.Get("natural", false), arguments.Get("sab", false), arguments.RenderMode),
            lanes => new BlackjackVectorEnv(lanes, lanes.Arguments.Get("natural", false), lanes.Arguments.Get("sab", false)))
        .Register(Spec("GridWorld-v0", 100), MakeGridWorld, Tabular(MakeGridWorld))
        .Register(Spec("GridWorldOneHot-v0", 100), arguments => new GridWorldFeaturesEnv(isOneHot: true, arguments.RenderMode))
        .Register(Spec("GridWorldPosition-v0", 100), arguments => new GridWorldFeaturesEnv(isOneHot: false, arguments.RenderMode))
        .Register(Spec("Chain-v0", 100), MakeChain, Tabular(MakeChain))
        .Register(Spec("RewardChain-v0", 100), MakeRewardChain, Tabular(MakeRewardChain))
        .Register(Spec("LineWorld-v0", 100), MakeLineWorld, Tabular(MakeLineWorld))
        .Register(Spec("StateMachine-v0", 100), MakeStateMachine, Tabular(MakeStateMachine))
        .Register(Spec("RandomWalk-v0"), MakeRandomWalk, Tabular(MakeRandomWalk))
        .Register(Spec("Inventory-v0", 100), MakeInventory, Tabular(MakeInventory))
        .Register(Spec("PauseGame-v0", 200), MakePauseGame, Tabular(MakePauseGame))
        .Register(Spec("TicTacToe-v0"), MakeTicTacToe, Tabular(MakeTicTacToe))
        .Register(Spec("Dialogue-v0", 50), _ => new DialogueEnv())
        .Register(Spec("DialogueBelief-v0", 50), _ => new BeliefEnv(new DialogueEnv(), DialogueEnv.Model))
        .Register(Spec("DialogueEvidence-v0", 50), MakeDialogueEvidence, Tabular(MakeDialogueEvidence))
        .Register(
            Spec("SimpleEnv-v0", rewardThreshold: 1),
            arguments => new SimpleEnv(arguments.Get("target", (long)SimpleEnv.DefaultTarget), arguments.Get("wrong_reward", SimpleEnv.DefaultWrongReward)))
        .Register(Spec("PointNav-v0", 50), arguments => new PointNavEnv(arguments.RenderMode))
        .Register(
            Spec("BernoulliBandit-v0", 500),
            MakeBernoulliBandit,
            lanes => new BanditVectorEnv(() => MakeBernoulliBandit(lanes.Arguments), lanes))
        .Register(
            Spec("GaussianBandit-v0", 500),
            MakeGaussianBandit,
            lanes => new BanditVectorEnv(() => MakeGaussianBandit(lanes.Arguments), lanes))
        .Register(
            Spec("ContextualBandit-v0", 500),
            MakeContextualBandit,
            lanes => new BanditVectorEnv(() => MakeContextualBandit(lanes.Arguments), lanes))
        .Register(
            Spec("RankingBandit-v0", 500), arguments => new RankingBanditEnv(Numbers(arguments, "attraction"), Numbers(arguments, "examination")))
        .Register(Spec("Catch-v0", rewardThreshold: 0.9), MakeCatch, MakeCatchVector)
        .Register(Spec("PixelCatch-v0", rewardThreshold: 0.8, kwargs: PixelCatch), MakeCatch, MakeCatchVector)
        .Register(Spec("TokenPreference-v0"), arguments => new TokenMdpEnv(new PreferenceTask(arguments.Get("hackable", false)), arguments.Get("prompt_only", false)))
        .Register(Spec("TokenParity-v0"), arguments => new TokenMdpEnv(VerifiableTask.Parity(arguments.Get("sparse", false)), arguments.Get("prompt_only", false)))
        .Register(Spec("TokenModularAddition-v0"), arguments => new TokenMdpEnv(VerifiableTask.ModularAddition(arguments.Get("sparse", false)), arguments.Get("prompt_only", false)))
        .Register(Spec("TokenSorting-v0"), arguments => new TokenMdpEnv(VerifiableTask.Sorting(arguments.Get("sparse", false)), arguments.Get("prompt_only", false)));

    private static EnvSpec Spec(string id, int? maxEpisodeSteps = null, double? rewardThreshold = null, Info? kwargs = null) =>
        new() { Id = id, MaxEpisodeSteps = maxEpisodeSteps, RewardThreshold = rewardThreshold, Kwargs = kwargs ?? Info.Empty };

    // A ball of 3 pixels, a paddle of 12 that moves by 6.
    private static Info PixelCatch =>
        new() { ["cells"] = 28L, ["paddle_width"] = 4L, ["paddle_speed"] = 2L, ["drifts"] = false, ["miss_reward"] = -1.0 };

    private static CatchEnv MakeCatch(EnvArguments arguments) => new(CatchRulesOf(arguments), arguments.RenderMode);

    private static CatchVectorEnv MakeCatchVector(VectorEnvArguments lanes) => new(CatchRulesOf(lanes.Arguments), lanes);

    private static CatchRules CatchRulesOf(EnvArguments arguments) => new(
        arguments.Get("frame_size", CatchEnv.DefaultFrameSize),
        arguments.Get("cells", CatchEnv.DefaultCells),
        arguments.Get("paddle_width", CatchEnv.DefaultPaddleWidth),
        arguments.Get("paddle_speed", CatchEnv.DefaultPaddleSpeed),
        arguments.Get("drifts", true),
        arguments.Get("miss_reward", 0.0));

    private static CartPoleEnv MakeCartPole(EnvArguments arguments) =>
        new(arguments.Get("sutton_barto_reward", false), arguments.RenderMode);

    private static CartPoleVectorEnv MakeCartPoleVector(VectorEnvArguments lanes) =>
        new(lanes, lanes.Arguments.Get("sutton_barto_reward", false));

    private static Env<float[], long> MakeCartPoleNoVel(EnvArguments arguments)
    {
        var env = MakeCartPole(arguments);
        return env.TransformObservation((float[] observation) => WithoutVelocity(observation), env.ObservationSpace);
    }

    // As rl-zoo's MaskVelocityWrapper: the velocities of cart and pole are 0. It takes memory to balance the pole then.
    private static float[] WithoutVelocity(float[] observation) => [observation[0], 0, observation[2], 0];

    private static void WithoutVelocity(Columns source, Columns target)
    {
        source[0].Bytes.CopyTo(target[0].Bytes);
        var numbers = target[0].AsSpan<float>();
        for (var i = 1; i < numbers.Length; i += 2)
        {
            numbers[i] = 0;
        }
    }

    private static Func<VectorEnvArguments, TabularVectorEnv> Tabular(Func<EnvArguments, TabularEnv> make) => lanes =>
        new(() => make(lanes.Arguments), lanes);

    private static GridWorldEnv MakeGridWorld(EnvArguments arguments) => new(arguments.RenderMode);

    private static ChainEnv MakeChain(EnvArguments arguments) => new(arguments.Get("n", ChainEnv.DefaultStates), arguments.RenderMode);

    private static RewardChainEnv MakeRewardChain(EnvArguments arguments) => new(arguments.RenderMode);

    private static LineWorldEnv MakeLineWorld(EnvArguments arguments) => new(arguments.RenderMode);

    private static StateMachineEnv MakeStateMachine(EnvArguments arguments) => new(arguments.RenderMode);

    private static RandomWalkEnv MakeRandomWalk(EnvArguments arguments) => new(arguments.RenderMode);

    private static InventoryEnv MakeInventory(EnvArguments arguments) => new(arguments.RenderMode);

    private static PauseGameEnv MakePauseGame(EnvArguments arguments) => new(arguments.Get("pause_cost", 0.0), arguments.RenderMode);

    private static TicTacToeEnv MakeTicTacToe(EnvArguments arguments) =>
        new(arguments.Get("mark", "X"), arguments.Get("opponent", "random"), arguments.RenderMode);

    private static DialogueEvidenceEnv MakeDialogueEvidence(EnvArguments arguments) => new(arguments.RenderMode);

    private static BernoulliBanditEnv MakeBernoulliBandit(EnvArguments arguments) => new(Numbers(arguments, "arms"));

    private static GaussianBanditEnv MakeGaussianBandit(EnvArguments arguments) => new(Numbers(arguments, "arms"), arguments.Get("std", 1.0));

    private static ContextualBanditEnv MakeContextualBandit(EnvArguments arguments) =>
        new(arguments.Get<IReadOnlyList<object?>?>("arms", null)?.Select(row => row is IReadOnlyList<object?> numbers
            ? (IReadOnlyList<double>)[.. numbers.Select(number => Convert.ToDouble(number))]
            : throw new ArgumentException($"Keyword argument 'arms' must hold a list for each context, got {row ?? "None"}.")).ToList());

    private static List<double>? Numbers(EnvArguments arguments, string name) =>
        arguments.Get<IReadOnlyList<object?>?>(name, null)?.Select(number => Convert.ToDouble(number)).ToList();

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

    // Without map and map name each lane has a random map of its own, as single environments have.
    private static VectorEnv MakeFrozenLakeVector(VectorEnvArguments lanes)
    {
        var first = MakeFrozenLake(lanes.Arguments);
        var isRandom = lanes.Arguments.Get<IReadOnlyList<object?>?>("desc", null) is null
            && lanes.Arguments.Get<string?>("map_name", "4x4") is null;
        return !isRandom
            ? new TabularVectorEnv(() => MakeFrozenLake(lanes.Arguments), lanes)
            : new SyncVectorEnv(
                [.. Enumerable.Range(0, lanes.NumEnvs).Select(lane => Limited(lane == 0 ? first : MakeFrozenLake(lanes.Arguments)))],
                lanes.AutoresetMode);

        Env Limited(Env env) => lanes.MaxEpisodeSteps is { } limit ? env.TimeLimit(limit) : env;
    }

    private static (double Goal, double Hole, double Frozen) Rewards(IReadOnlyList<object?> schedule) => schedule.Count == 3
        ? (Convert.ToDouble(schedule[0]), Convert.ToDouble(schedule[1]), Convert.ToDouble(schedule[2]))
        : throw new ArgumentException($"Keyword argument 'reward_schedule' must hold three rewards (goal, hole, frozen), got {schedule.Count}.");
}

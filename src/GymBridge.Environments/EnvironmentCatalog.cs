using GymBridge.Environments.ClassicControl;

namespace GymBridge.Environments;

/// <summary>The environments that come with GymBridge.</summary>
public static class EnvironmentCatalog
{
    /// <summary>A registry that holds them.</summary>
    public static EnvRegistry CreateRegistry() => AddTo(new EnvRegistry());

    /// <summary>Adds them to a registry.</summary>
    public static EnvRegistry AddTo(EnvRegistry registry) => registry
        .Register(CartPole("CartPole-v0", 200, 195), MakeCartPole, MakeCartPoleVector)
        .Register(CartPole("CartPole-v1", 500, 475), MakeCartPole, MakeCartPoleVector);

    private static EnvSpec CartPole(string id, int maxEpisodeSteps, double rewardThreshold) =>
        new() { Id = id, MaxEpisodeSteps = maxEpisodeSteps, RewardThreshold = rewardThreshold };

    private static CartPoleEnv MakeCartPole(EnvArguments arguments) =>
        new(arguments.Get("sutton_barto_reward", false), arguments.RenderMode);

    private static CartPoleVectorEnv MakeCartPoleVector(VectorEnvArguments arguments) => new(
        arguments.NumEnvs, arguments.MaxEpisodeSteps, arguments.AutoresetMode, arguments.Arguments.Get("sutton_barto_reward", false));
}

namespace GymBridge;

/// <summary>What a registry knows of an environment (<c>gymnasium.envs.registration.EnvSpec</c>).</summary>
public sealed record EnvSpec
{
    /// <summary>The id without module: <c>CartPole-v1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Mean return from which the task counts as solved; null if it has none.</summary>
    public double? RewardThreshold { get; init; }

    /// <summary>Whether equal seeds may give different episodes.</summary>
    public bool Nondeterministic { get; init; }

    /// <summary>Steps after which an episode is truncated; null for no limit.</summary>
    public int? MaxEpisodeSteps { get; init; }

    /// <summary>Whether a step before the first reset is refused.</summary>
    public bool OrderEnforce { get; init; } = true;

    /// <summary>Keyword arguments that the environment was registered and made with.</summary>
    public Info Kwargs { get; init; } = Info.Empty;
}

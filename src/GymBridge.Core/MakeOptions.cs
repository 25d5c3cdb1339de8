namespace GymBridge;

/// <summary>How <c>EnvRegistry.Make</c> and <c>MakeVec</c> make an environment.</summary>
public sealed record MakeOptions
{
    /// <summary>What applies unless said otherwise.</summary>
    public static MakeOptions Default { get; } = new();

    /// <summary>Render mode; null renders nothing.</summary>
    public string? RenderMode { get; init; }

    /// <summary>Steps after which an episode is truncated; null: as registered; -1: no limit.</summary>
    /// <exception cref="ArgumentException">Another number that is not positive.</exception>
    public int? MaxEpisodeSteps
    {
        get;
        init => field = value is null or -1 or > 0
            ? value
            : throw new ArgumentException($"MaxEpisodeSteps must be positive, -1 for no limit, or null for the registered limit; got {value}.");
    }

    /// <summary>Without PassiveEnvChecker, OrderEnforcing and TimeLimit: for a caller, such as a remote client, that applies its own.</summary>
    public bool Raw { get; init; }

    /// <summary>Whether the passive checker is left out; null: as registered.</summary>
    public bool? DisableEnvChecker { get; init; }

    /// <summary>Keyword arguments of the environment.</summary>
    public Info Kwargs { get; init => field = value ?? throw new ArgumentNullException(nameof(Kwargs)); } = Info.Empty;

    /// <summary>What a vector environment does with a lane whose episode has ended.</summary>
    public AutoresetMode AutoresetMode { get; init; } = AutoresetMode.NextStep;

    /// <summary>What the lanes of a vector environment are made of.</summary>
    /// <value>Null: in C# the native form where there is one, which equals single environments bit for bit, else single ones; of Python always
    /// single ones, as Python's own forms do not equal them.</value>
    public VectorizationMode? Vectorization { get; init; }

    /// <summary>Whether a vector environment must be able to step some of its lanes: single environments in turn then, also where
    /// there is a native one.</summary>
    public bool StepsSomeLanes { get; init; }
}

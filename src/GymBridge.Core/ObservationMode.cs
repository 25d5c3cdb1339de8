using GymBridge.Spaces;

namespace GymBridge;

/// <summary>How the observation spaces of lanes become those of a vector environment (<c>observation_mode</c>).</summary>
/// <remarks>Source: <c>gymnasium/vector/sync_vector_env.py</c> 1.4.0.</remarks>
public sealed class ObservationMode
{
    private readonly string _text;
    private readonly (Space Batch, Space Single)? _spaces;

    private ObservationMode(string text, (Space Batch, Space Single)? spaces = null) => (_text, _spaces) = (text, spaces);

    /// <summary>All lanes have equal spaces.</summary>
    public static ObservationMode Same { get; } = new("'same'");

    /// <summary>The lanes' spaces have one kind, dtype and shape; bounds may differ, and the batch has those of each lane.</summary>
    public static ObservationMode Different { get; } = new("'different'");

    /// <summary>Spaces of one's own; the lanes' have the kind, dtype and shape of the single one.</summary>
    /// <param name="batch">The observations of all lanes together.</param>
    /// <param name="single">The observations of one lane.</param>
    public static ObservationMode Of(Space batch, Space single) => new("custom space", (batch, single));

    /// <summary>The space of one lane.</summary>
    internal Space Single(IReadOnlyList<Env> envs) => _spaces?.Single ?? envs[0].ObservationSpace;

    /// <summary>The space of all lanes.</summary>
    internal Space Batch(IReadOnlyList<Env> envs) => _spaces?.Batch
        ?? (this == Same ? envs[0].ObservationSpace.Batch(envs.Count) : Space.BatchDiffering([.. envs.Select(env => env.ObservationSpace)]));

    /// <summary>Refuses lanes whose spaces do not fit.</summary>
    /// <exception cref="InvalidOperationException">The spaces of a lane differ from the first one's in a way that the mode does not allow.</exception>
    internal void Check(IReadOnlyList<Env> envs)
    {
        var (single, action) = (Single(envs), envs[0].ActionSpace);
        for (var lane = 0; lane < envs.Count; lane++)
        {
            var space = envs[lane].ObservationSpace;
            if (this == Same ? !space.Equals(single) : !space.HasSameDTypeAndShape(single))
            {
                throw new InvalidOperationException(this == Same
                    ? $"observation_mode={_text} however the sub-environments observation spaces are not equivalent. single_observation_space={single}, sub-environment observation_space={space} (lane {lane}). If this is intentional, use ObservationMode.Different instead."
                    : $"observation_mode={_text} however the sub-environments observation spaces do not share a common shape and dtype, single_observation_space={single}, sub-environment observation space={space} (lane {lane}).");
            }

            if (!envs[lane].ActionSpace.Equals(action))
            {
                throw new InvalidOperationException(
                    $"Sub-environment action space doesn't make the `single_action_space`, action_space={envs[lane].ActionSpace} (lane {lane}), single_action_space={action}.");
            }
        }
    }
}

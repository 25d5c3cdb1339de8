using GymBridge.Errors;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>What NormalizeObservation and FrameStack around a vector environment do to observations, for use without them: a policy
/// that was trained on the environment outside acts on the observations inside.</summary>
/// <remarks>It reads the wrappers' moments as they are at the time and never changes them. Not thread-safe.</remarks>
public sealed class ObservationPreprocessing
{
    private const string Owner = nameof(ObservationPreprocessing);

    // From the inside to the outside.
    private readonly List<IObservationStage> _stages;

    private ObservationPreprocessing(Space source, List<IObservationStage> stages) => (Source, _stages) = (source, stages);

    /// <summary>The observations that come in.</summary>
    public Space Source { get; }

    /// <summary>The observations that come out.</summary>
    public Space Space => _stages[^1].Space;

    /// <summary>Whether what comes out depends on earlier observations of the episode.</summary>
    public bool HasMemory => _stages.Exists(stage => stage.HasMemory);

    /// <summary>What was learnt of observations, from the inside to the outside.</summary>
    public IReadOnlyList<Normalization> Normalizations => [.. _stages.Select(stage => stage.Normalization).OfType<Normalization>()];

    /// <summary>Finds the wrappers around an environment, from the outside up to the first that does something else to observations.</summary>
    /// <returns>Null where there are none.</returns>
    public static ObservationPreprocessing? Of(VectorEnv env)
    {
        ArgumentNullException.ThrowIfNull(env);
        var (stages, source) = (new List<IObservationStage>(), env);
        for (var at = env; at is VectorWrapper wrapper && (wrapper.KeepsObservations || wrapper is IObservationStageOwner); at = wrapper.Inner)
        {
            if (wrapper is IObservationStageOwner owner)
            {
                stages.Insert(0, owner.Stage);
                source = wrapper.Inner;
            }
        }

        return stages.Count == 0 ? null : new ObservationPreprocessing(source.SingleObservationSpace, stages);
    }

    /// <summary>Makes it of what <see cref="Save"/> gave; the moments are held.</summary>
    /// <param name="source">The observations that come in.</param>
    /// <param name="state">The state.</param>
    /// <exception cref="SnapshotException">The state is something else.</exception>
    public static ObservationPreprocessing Load(Space source, Info state)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(state);
        var stages = new List<IObservationStage>();
        var space = source;
        foreach (var item in SnapshotFields.List(state, "stages", Owner))
        {
            var stage = item as Info ?? throw SnapshotFields.Unfit("stages", Owner);
            stages.Add(SnapshotFields.Get<string>(stage, "kind", Owner) switch
            {
                ObservationNormalization.StageName => ObservationNormalization.Load(space, stage),
                FrameStacking.StageName => FrameStacking.Load(space, stage),
                _ => throw SnapshotFields.Unfit("kind", Owner),
            });
            space = stages[^1].Space;
        }

        return stages.Count == 0 ? throw SnapshotFields.Unfit("stages", Owner) : new ObservationPreprocessing(source, stages);
    }

    /// <summary>Everything that is needed to make it again.</summary>
    public Info Save() => new()
    {
        ["stages"] = _stages.Select(object? (stage) =>
        {
            var state = stage.Save();
            state["kind"] = stage.Name;
            return state;
        }).ToList(),
    };

    /// <summary>The wrappers by name, from the inside to the outside: <c>NormalizeObservation, FrameStack(4)</c>.</summary>
    public override string ToString() => string.Join(", ", _stages);

    /// <summary>Begins with a number of lanes, each at the start of an episode.</summary>
    public PreprocessedLanes CreateLanes(int lanes) => new(_stages, lanes);
}

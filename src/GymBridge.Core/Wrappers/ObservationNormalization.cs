using GymBridge.Spaces;
using GymBridge.Values;
using static GymBridge.Spaces.NumPyPromotion;

namespace GymBridge.Wrappers;

/// <summary>The arithmetic of NormalizeObservation, for one observation or a batch.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/stateful_observation.py</c> and <c>vector/stateful_observation.py</c> 1.4.0.</remarks>
internal sealed class ObservationNormalization : IObservationStage
{
    /// <summary>Its name in states.</summary>
    public const string StageName = "normalize";

    private readonly SpaceLeaf _leaf;
    private readonly double _epsilon;

    /// <summary>Starts with moments of nothing.</summary>
    /// <param name="space">The observations: arrays or numbers.</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    public ObservationNormalization(Space space, double epsilon)
    {
        if (!(epsilon > 0))
        {
            throw new ArgumentException($"`epsilon` should be strictly positive. Received {PythonText.Repr(epsilon)}", nameof(epsilon));
        }

        if (space is not (Box or Discrete or MultiDiscrete or MultiBinary))
        {
            throw new ArgumentException(
                $"NormalizeObservation wrapper requires the observation space to have a shape, got {space}", nameof(space));
        }

        (_leaf, _epsilon) = (space.Leaves[0], epsilon);
        Space = new Box(double.NegativeInfinity, double.PositiveInfinity, _leaf.Shape.AsSpan());
        State = new Normalization(new RunningMoments(_leaf.Elements, DType.Float32), epsilon);
    }

    public Box Space { get; }

    public Normalization State { get; }

    string IObservationStage.Name => StageName;

    Space IObservationStage.Space => Space;

    Normalization IObservationStage.Normalization => State;

    bool IObservationStage.HasMemory => false;

    /// <inheritdoc/>
    public override string ToString() => "NormalizeObservation";

    /// <summary>Makes a stage of a saved one, whose moments are held.</summary>
    public static ObservationNormalization Load(Space space, Info state)
    {
        var normalization = new ObservationNormalization(space, SnapshotFields.Get<double>(state, "epsilon", StageName));
        normalization.State.Restore(SnapshotFields.Info(state, "normalization", StageName));
        normalization.State.UpdatesMoments = false;
        return normalization;
    }

    Info IObservationStage.Save() => new() { ["epsilon"] = _epsilon, ["normalization"] = State.Save() };

    void IObservationStage.Apply(Columns source, Columns target, ReadOnlySpan<bool> starts) =>
        Apply(source[0].Bytes, target[0].AsSpan<float>(), isFinal: true);

    private RunningMoments Moments => State.Moments;

    /// <summary>Normalizes one or more observations.</summary>
    /// <param name="observations">Their bytes.</param>
    /// <param name="target">As many float32 elements.</param>
    /// <param name="isFinal">Whether they ended their episodes and so leave the moments as they are, as in Stable-Baselines3.</param>
    public void Apply(ReadOnlySpan<byte> observations, Span<float> target, bool isFinal = false)
    {
        if (State.UpdatesMoments && !isFinal)
        {
            Moments.Update(observations, _leaf.DType);
        }

        var own = Moments.DType;
        var type = Promote(_leaf.DType, own);
        var epsilon = Round(_epsilon, own);
        for (var i = 0; i < _leaf.Elements; i++)
        {
            var mean = Moments.Mean[i];
            var deviation = Round(Math.Sqrt(Round(Moments.Variance[i] + epsilon, own)), own);
            for (var at = i; at < target.Length; at += _leaf.Elements)
            {
                target[at] = (float)Round(Round(BoxNumbers.Load(observations, _leaf.DType, at) - mean, type) / deviation, type);
            }
        }
    }
}

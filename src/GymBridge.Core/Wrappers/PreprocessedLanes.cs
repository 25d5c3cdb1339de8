using GymBridge.Shared;

namespace GymBridge.Wrappers;

/// <summary>The observations of some lanes on their way through an <see cref="ObservationPreprocessing"/>, with what it remembers of each.</summary>
public sealed class PreprocessedLanes
{
    private readonly List<IObservationStage> _stages;
    private readonly Columns[] _outputs;

    internal PreprocessedLanes(List<IObservationStage> stages, int lanes)
    {
        _stages = stages;
        _outputs = [.. stages.Select(stage => new Columns(stage.Space, lanes))];
    }

    /// <summary>Number of lanes whose observations are transformed.</summary>
    public int Lanes => _outputs[0].Lanes;

    /// <summary>Takes the next observation of every lane.</summary>
    /// <param name="observations">The observations that come in.</param>
    /// <param name="starts">[N]; the lanes whose observation is the first of an episode.</param>
    /// <returns>What comes out; the same columns each time.</returns>
    /// <exception cref="ArgumentException">There is another number of lanes.</exception>
    public Columns Next(Columns observations, ReadOnlySpan<bool> starts)
    {
        ArgumentNullException.ThrowIfNull(observations);
        if (observations.Lanes != Lanes || starts.Length != Lanes)
        {
            throw new ArgumentException($"Made for {Plural.Of(Lanes, "lane")}, got {Plural.Of(observations.Lanes, "observation")} and {Plural.Of(starts.Length, "start")}.", nameof(observations));
        }

        for (var i = 0; i < _stages.Count; i++)
        {
            _stages[i].Apply(i == 0 ? observations : _outputs[i - 1], _outputs[i], starts);
        }

        return _outputs[^1];
    }
}

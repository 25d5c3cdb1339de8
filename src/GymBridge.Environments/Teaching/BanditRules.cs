using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.Teaching;

/// <summary>What the single and the vector bandits share: the arms' means in each context, and what a pull pays.</summary>
internal sealed class BanditRules
{
    private readonly double[][] _means;
    private readonly double[] _best;
    private readonly double? _deviation;

    /// <summary>A bandit.</summary>
    /// <param name="means">[contexts, arms]; each arm's mean reward in each context.</param>
    /// <param name="deviation">Standard deviation of normal rewards; null for rewards of 0 and 1, whose means are probabilities.</param>
    /// <param name="hasContexts">Whether a context is drawn for each pull.</param>
    /// <exception cref="ArgumentException">There is no context or arm, rows differ in length, or a number is outside its range.</exception>
    public BanditRules(IReadOnlyList<IReadOnlyList<double>> means, double? deviation, bool hasContexts)
    {
        _means = [.. means.Select(row => row.ToArray())];
        _best = [.. _means.Select(row => row.DefaultIfEmpty().Max())];
        (_deviation, HasContexts) = (deviation, hasContexts);
        if (_means.Length == 0 || _means.Any(row => row.Length == 0 || row.Length != _means[0].Length))
        {
            throw new ArgumentException($"A bandit needs at least one arm, and as many in every context, got {Text}.", nameof(means));
        }

        if (deviation is null && _means.Any(row => row.Any(mean => mean is not (>= 0 and <= 1))))
        {
            throw new ArgumentException($"A bandit needs arms with probabilities in [0, 1], got {Text}.", nameof(means));
        }

        if (deviation is not (null or (>= 0 and < double.PositiveInfinity)) || _means.Any(row => row.Any(mean => !double.IsFinite(mean))))
        {
            throw new ArgumentException(
                $"A bandit with normal rewards needs finite means and a standard deviation of at least 0, got {Text} and {PythonText.Repr(deviation!.Value)}.",
                nameof(deviation));
        }
    }

    public bool HasContexts { get; }

    public int Contexts => _means.Length;

    public int Arms => _means[0].Length;

    /// <summary>What the best arms pay on average, over the contexts.</summary>
    public double OptimalReward => _best.Average();

    private string Text => string.Join(", ", _means.Select(row => $"[{string.Join(", ", row.Select(PythonText.Repr))}]"));

    /// <summary>Draws a context, each as likely; it does not depend on what was pulled.</summary>
    public int DrawContext(Rng rng) => rng.Choice(Contexts);

    /// <summary>Writes a context one-hot.</summary>
    public static void Observe(int context, Span<float> observation)
    {
        observation.Clear();
        observation[context] = 1;
    }

    /// <summary>Draws the reward of an arm.</summary>
    public double Pay(int context, long arm, Rng rng)
    {
        var mean = _means[context][arm];
        return _deviation is { } deviation ? rng.Normal(mean, deviation) : rng.Random() < mean ? 1.0 : 0.0;
    }

    /// <summary>The regret of an arm: the best one's mean less its own.</summary>
    public Info InfoOf(int context, long arm) => new() { ["regret"] = _best[context] - _means[context][arm] };
}

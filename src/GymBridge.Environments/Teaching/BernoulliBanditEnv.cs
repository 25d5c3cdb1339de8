using GymBridge.Spaces;

namespace GymBridge.Environments.Teaching;

/// <summary>A bandit of several arms, each of which pays 1 with a probability of its own.</summary>
/// <remarks>
/// <para>Actions, Discrete(k): the arm. Observation, Discrete(1): nothing to see.</para>
/// <para>Reward: 1 with the arm's probability, else 0; one random number a pull. Never terminates.</para>
/// <para>Info: <c>regret</c>, the best arm's probability less the pulled one's.</para>
/// <para>Not part of Gymnasium. v0: the arms 0.1, 0.3, 0.5, 0.7, 0.9 and 500 steps.</para>
/// </remarks>
public sealed class BernoulliBanditEnv : Env<long, long>
{
    private static readonly double[] DefaultArms = [0.1, 0.3, 0.5, 0.7, 0.9];

    private readonly double[] _arms;
    private readonly double _best;

    /// <summary>A bandit.</summary>
    /// <param name="arms">The probability of each arm, in [0, 1]; null for 0.1, 0.3, 0.5, 0.7, 0.9.</param>
    /// <exception cref="ArgumentException">There is no arm, or a probability is outside [0, 1].</exception>
    public BernoulliBanditEnv(IReadOnlyList<double>? arms = null)
        : base(new Discrete(1), new Discrete(Check(arms ?? DefaultArms).Count))
    {
        _arms = [.. arms ?? DefaultArms];
        _best = _arms.Max();
    }

    /// <summary>The probability of each arm.</summary>
    public IReadOnlyList<double> Arms => _arms;

    /// <inheritdoc/>
    protected override ResetResult<long> OnReset(Info? options) => 0;

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">There is no such arm.</exception>
    protected override StepResult<long> OnStep(long action)
    {
        if ((ulong)action >= (ulong)_arms.Length)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "BernoulliBandit");
        }

        var reward = Rng.Random() < _arms[action] ? 1.0 : 0.0;
        return new(0, reward, false, false, new Info { ["regret"] = _best - _arms[action] });
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes.Add("arms", () => NDArray.From((double[])[.. _arms]));

    private static IReadOnlyList<double> Check(IReadOnlyList<double> arms) => arms.Count > 0 && arms.All(arm => arm is >= 0 and <= 1)
        ? arms
        : throw new ArgumentException($"A bandit needs arms with probabilities in [0, 1], got [{string.Join(", ", arms.Select(PythonText.Repr))}].", nameof(arms));
}

using GymBridge.Errors;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.Teaching;

/// <summary>A bandit that ranks: documents are put on positions, and users click what they look at and find attractive.</summary>
/// <remarks>
/// <para>Actions, Discrete(n!/(n-m)!): an ordered choice of m of n documents, in lexicographic order; of the 12 of v0, 0 is (0, 1), 1 is
/// (0, 2), 11 is (3, 2). Observation, Discrete(1): nothing to see.</para>
/// <para>Reward: the number of clicks. A document on a position is clicked with the probability attraction times examination, a random
/// number for each position from the top. Never terminates.</para>
/// <para>Info: <c>regret</c>, the clicks that the best ranking brings on average less those of this one; <c>clicks</c>, int64 [m], 1 where
/// there was a click.</para>
/// <para>Not part of Gymnasium. v0: the documents 0.6, 0.5, 0.3, 0.1 on two positions, looked at with 1 and 0.6; the best ranking brings
/// 0.9 clicks, rankings at random 0.6. 500 steps. <c>attraction</c> and <c>examination</c> set others. The position-based model of
/// Richardson et al. 2007; Lagree et al. 2016, arXiv:1606.02448, have bandits for it.</para>
/// </remarks>
public sealed class RankingBanditEnv : Env<long, long>, ISnapshot
{
    private const int MostRankings = 1 << 16;

    private static readonly double[] DefaultAttraction = [0.6, 0.5, 0.3, 0.1];
    private static readonly double[] DefaultExamination = [1, 0.6];

    private readonly double[] _attraction;
    private readonly double[] _examination;
    private readonly int[][] _rankings;
    private readonly double _best;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="attraction">[n]; the probability of each document to be clicked when looked at; null for those of v0.</param>
    /// <param name="examination">[m]; the probability of each position to be looked at, at most as many as documents; null for those of v0.</param>
    /// <exception cref="ArgumentException">
    /// A probability is outside [0, 1], there is no position, more positions than documents, or more than 65536 rankings.
    /// </exception>
    public RankingBanditEnv(IReadOnlyList<double>? attraction = null, IReadOnlyList<double>? examination = null)
        : this([.. attraction ?? DefaultAttraction], [.. examination ?? DefaultExamination])
    {
    }

    private RankingBanditEnv(double[] attraction, double[] examination)
        : base(new Discrete(1), new Discrete(CountRankings(attraction, examination)))
    {
        (_attraction, _examination) = (attraction, examination);
        _rankings = [.. AllRankings([], attraction.Length, examination.Length)];
        _best = _rankings.Max(ExpectedClicks);
    }

    /// <summary>The documents of each action, from the top position on.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Rankings => _rankings;

    /// <inheritdoc/>
    protected override ResetResult<long> OnReset(Info? options) => 0;

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">There is no such ranking.</exception>
    protected override StepResult<long> OnStep(long action)
    {
        if ((ulong)action >= (ulong)_rankings.Length)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? nameof(RankingBanditEnv));
        }

        var ranking = _rankings[action];
        var clicks = new long[ranking.Length];
        for (var position = 0; position < clicks.Length; position++)
        {
            clicks[position] = Rng.Random() < _attraction[ranking[position]] * _examination[position] ? 1 : 0;
        }

        var info = new Info { ["regret"] = _best - ExpectedClicks(ranking), ["clicks"] = NDArray.From(clicks) };
        return new(0, clicks.Sum(), false, false, info);
    }

    Info ISnapshot.Save() => new();

    void ISnapshot.Restore(Info state)
    {
        // Clicks come by the generator alone.
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes
        .Add("attraction", () => NDArray.From((double[])_attraction.Clone()))
        .Add("examination", () => NDArray.From((double[])_examination.Clone()))
        .Add("optimal_reward", () => _best);

    private static long CountRankings(double[] attraction, double[] examination)
    {
        if (examination.Length == 0 || examination.Length > attraction.Length || attraction.Concat(examination).Any(p => p is not (>= 0 and <= 1)))
        {
            throw new ArgumentException(
                "A ranking bandit needs probabilities in [0, 1] and at least one position, at most as many as documents, "
                + $"got attraction {Text(attraction)} and examination {Text(examination)}.",
                nameof(attraction));
        }

        var count = 1L;
        for (var position = 0; position < examination.Length && count <= MostRankings; position++)
        {
            count *= attraction.Length - position;
        }

        return count <= MostRankings ? count : throw new ArgumentException(
            $"{attraction.Length} documents on {examination.Length} positions make more than {MostRankings} rankings; choose fewer of either.", nameof(attraction));
    }

    private static IEnumerable<int[]> AllRankings(int[] chosen, int documents, int positions) => chosen.Length == positions
        ? [chosen]
        : Enumerable.Range(0, documents).Except(chosen).SelectMany(document => AllRankings([.. chosen, document], documents, positions));

    private static string Text(double[] numbers) => $"[{string.Join(", ", numbers.Select(PythonText.Repr))}]";

    private double ExpectedClicks(int[] ranking) => ranking.Select((document, position) => _attraction[document] * _examination[position]).Sum();
}

using static TorchSharp.torch;

namespace GymBridge.Agents.Formulas;

/// <summary>The model of pairwise preferences: item i is preferred to item j with the probability sigmoid(r_i - r_j).</summary>
/// <remarks>Source: Bradley and Terry 1952, doi:10.2307/2334029. Rewards are known up to a constant that is common to the items that are compared.</remarks>
public static class BradleyTerry
{
    private const int MaxSteps = 100;

    /// <summary>The probability that an item of one reward is preferred to one of another.</summary>
    public static double Probability(double reward, double other) => Math.Exp(-NegativeLogLikelihood(reward, other));

    /// <summary>-log sigmoid(r_w - r_l - margin), without overflow for any difference.</summary>
    /// <param name="preferred">r_w.</param>
    /// <param name="rejected">r_l.</param>
    /// <param name="margin">What the preferred one has to be better by.</param>
    public static double NegativeLogLikelihood(double preferred, double rejected, double margin = 0)
    {
        var difference = preferred - rejected - margin;
        return Math.Max(-difference, 0) + Math.Log(1 + Math.Exp(-Math.Abs(difference)));
    }

    /// <summary>The loss of a reward model: mean -log sigmoid(r_w - r_l - margin) + c mean (r_w + r_l)^2.</summary>
    /// <param name="preferred">[B]; r_w.</param>
    /// <param name="rejected">[B]; r_l.</param>
    /// <param name="margin">What the preferred one has to be better by.</param>
    /// <param name="centring">c; draws the rewards, whose common constant no preference tells, to a mean of 0.</param>
    /// <remarks>Source: TRL, reward_trainer.py, compute_loss (center_rewards_coefficient).</remarks>
    public static Tensor Loss(Tensor preferred, Tensor rejected, double margin = 0, double centring = 0)
    {
        ArgumentNullException.ThrowIfNull(preferred);
        ArgumentNullException.ThrowIfNull(rejected);
        var loss = -nn.functional.logsigmoid(preferred - rejected - margin).mean();
        return centring == 0 ? loss : loss + ((preferred + rejected).square().mean() * centring);
    }

    /// <summary>The weights of a linear reward under which preferences are most likely, by Newton's method.</summary>
    /// <param name="differences">Features of the preferred item less those of the other, a row for each pair.</param>
    /// <returns>The weights, to rounding.</returns>
    /// <exception cref="ArgumentException">There are no pairs, the rows differ in length, or no finite weights are the most likely: a
    /// combination of features tells every pair apart, or none.</exception>
    public static double[] Fit(IReadOnlyList<double[]> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return Fit([.. differences.Select(row => (row, 1.0))]);
    }

    /// <summary>The rewards of items under which the outcomes of their comparisons are most likely.</summary>
    /// <param name="wins">[K, K]; how often the item of the row was preferred to that of the column.</param>
    /// <returns>[K]; rewards whose sum is 0.</returns>
    /// <exception cref="ArgumentException">The matrix is not square, or no finite rewards are the most likely: some items never lost to the others.</exception>
    public static double[] Strengths(double[,] wins)
    {
        ArgumentNullException.ThrowIfNull(wins);
        var count = wins.GetLength(0);
        if (count < 2 || wins.GetLength(1) != count)
        {
            throw new ArgumentException($"Wins must be a square matrix of at least two items, got {count} x {wins.GetLength(1)}.", nameof(wins));
        }

        // The last item is held at 0: only differences count.
        var rows = new List<(double[] Difference, double Weight)>();
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                if (i != j && wins[i, j] != 0)
                {
                    rows.Add(([.. Enumerable.Range(0, count - 1).Select(k => (k == i ? 1.0 : 0) - (k == j ? 1 : 0))], wins[i, j]));
                }
            }
        }

        double[] strengths = [.. Fit(rows), 0];
        var mean = strengths.Average();
        return [.. strengths.Select(strength => strength - mean)];
    }

    private static double[] Fit(List<(double[] Difference, double Weight)> rows)
    {
        if (rows.Count == 0 || rows.Exists(row => row.Difference.Length != rows[0].Difference.Length))
        {
            throw new ArgumentException("A fit needs pairs whose rows have one length.");
        }

        var weights = new double[rows[0].Difference.Length];
        for (var step = 0; step < MaxSteps; step++)
        {
            var gradient = new double[weights.Length];
            var hessian = new double[weights.Length, weights.Length];
            foreach (var (difference, weight) in rows)
            {
                var wrong = Probability(0, ConjugateGradient.Dot(weights, difference));
                for (var i = 0; i < weights.Length; i++)
                {
                    gradient[i] += weight * wrong * difference[i];
                    for (var j = 0; j < weights.Length; j++)
                    {
                        hessian[i, j] += weight * wrong * (1 - wrong) * difference[i] * difference[j];
                    }
                }
            }

            var move = Solve(hessian, gradient);
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] += move[i];
            }

            if (!weights.All(double.IsFinite))
            {
                break;
            }

            if (move.Max(Math.Abs) < 1e-12)
            {
                return weights;
            }
        }

        throw new ArgumentException("The preferences determine no finite weights: a combination of the features tells every pair apart, or none; leave features out, or bring more pairs.");
    }

    // By Cholesky's decomposition in place; NaN where the matrix is not positive definite.
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var count = right.Length;
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i, j];
                for (var k = 0; k < j; k++)
                {
                    sum -= matrix[i, k] * matrix[j, k];
                }

                matrix[i, j] = i == j ? Math.Sqrt(sum) : sum / matrix[j, j];
            }

            for (var k = 0; k < i; k++)
            {
                right[i] -= matrix[i, k] * right[k];
            }

            right[i] /= matrix[i, i];
        }

        for (var i = count - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < count; k++)
            {
                right[i] -= matrix[k, i] * right[k];
            }

            right[i] /= matrix[i, i];
        }

        return right;
    }
}

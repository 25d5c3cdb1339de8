using System.Globalization;
using System.Runtime.InteropServices;

namespace GymBridge.Agents.Reproducibility;

/// <summary>The first place where two training runs differ.</summary>
/// <param name="Update">Number of the update, from 1.</param>
/// <param name="Step">Step within the rollout of that update, from 0; null if the difference is in the learning.</param>
/// <param name="Lane">Lane; null if the difference is in the learning.</param>
/// <param name="Field">Quantity, or parameter by name.</param>
/// <param name="Left">Value of the first run.</param>
/// <param name="Right">Value of the second run.</param>
public sealed record FirstDifference(int Update, int? Step, int? Lane, string Field, string Left, string Right)
{
    /// <summary>Compares two runs that have made the same number of updates.</summary>
    /// <returns>Null if rollout, weights and optimizer state are equal bit for bit.</returns>
    public static FirstDifference? Find(Algorithm left, Algorithm right, UpdateDigest leftDigest, UpdateDigest rightDigest)
    {
        if (leftDigest == rightDigest)
        {
            return null;
        }

        return InRollout(left, right) ?? InWeights(left, right) ?? new FirstDifference(
            left.Updates, null, null, "optimizer state (SHA-256)", leftDigest.Optimizer, rightDigest.Optimizer);
    }

    private static FirstDifference? InRollout(Algorithm left, Algorithm right)
    {
        var (a, b) = (UpdateDigest.TraceOf(left).LastRollout.Fields, UpdateDigest.TraceOf(right).LastRollout.Fields);
        if (a[0].Steps != b[0].Steps)
        {
            return InCommonSteps(left.Updates, a, b) ?? new FirstDifference(
                left.Updates, null, null, "rollout length", Text(a[0].Steps), Text(b[0].Steps));
        }

        return InCommonSteps(left.Updates, a, b);
    }

    private static FirstDifference? InCommonSteps(int update, IReadOnlyList<TraceField> a, IReadOnlyList<TraceField> b)
    {
        for (var step = 0; step < Math.Min(a[0].Steps, b[0].Steps); step++)
        {
            for (var field = 0; field < a.Count; field++)
            {
                var mine = a[field].StepBytes(step);
                var same = mine.CommonPrefixLength(b[field].StepBytes(step));
                if (same == mine.Length)
                {
                    continue;
                }

                var lane = same / (mine.Length / a[field].Lanes);
                return new FirstDifference(update, step, lane, a[field].Name, a[field].Format(step, lane), b[field].Format(step, lane));
            }
        }

        return null;
    }

    private static FirstDifference? InWeights(Algorithm left, Algorithm right)
    {
        var theirs = right.Policy.Module.state_dict();
        foreach (var (name, tensor) in left.Policy.Module.state_dict())
        {
            using var mine = tensor.detach().cpu().contiguous();
            using var their = theirs[name].detach().cpu().contiguous();
            var same = mine.bytes.CommonPrefixLength(their.bytes);
            if (same == mine.bytes.Length)
            {
                continue;
            }

            var index = same / (int)mine.element_size();
            return new FirstDifference(
                left.Updates, null, null, $"{name}[{index}]", Text(At(mine, index)), Text(At(their, index)));
        }

        return null;
    }

    private static IFormattable At(TorchSharp.torch.Tensor tensor, int index) => tensor.dtype == TorchSharp.torch.ScalarType.Float64
        ? MemoryMarshal.Cast<byte, double>(tensor.bytes)[index]
        : MemoryMarshal.Cast<byte, float>(tensor.bytes)[index];

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}

using GymBridge.Spaces;

namespace GymBridge.Checking;

/// <summary>What is questionable about the bounds of boxes. Source: <c>gymnasium/utils/env_checker.py</c> 1.4.0, <c>check_space_limit</c>.</summary>
internal static class SpaceLimits
{
    public static void Check(Space space, string kind, Action<string> warn)
    {
        switch (space)
        {
            case Box box:
                CheckBox(box, kind, warn);
                break;
            case TupleSpace tuple:
                foreach (var inner in tuple.Spaces)
                {
                    Check(inner, kind, warn);
                }

                break;
            case DictSpace dict:
                foreach (var (_, inner) in dict.Spaces)
                {
                    Check(inner, kind, warn);
                }

                break;
        }
    }

    private static void CheckBox(Box box, string kind, Action<string> warn)
    {
        var (low, high) = (Values(box.Low), Values(box.High));
        if (low.Contains(double.NegativeInfinity))
        {
            warn($"A Box {kind} space minimum value is -infinity. This is probably too low.");
        }

        if (high.Contains(double.PositiveInfinity))
        {
            warn($"A Box {kind} space maximum value is infinity. This is probably too high.");
        }

        var isNormal = low.Zip(high).All(bounds =>
            (bounds.First == 0 || Math.Abs(bounds.First) == Math.Abs(bounds.Second)) && bounds.First >= -1 && bounds.Second <= 1);
        if (kind == "action" && box.Shape.Length == 1 && !isNormal)
        {
            warn("For Box action spaces, we recommend using a symmetric and normalized space (range=[-1, 1] or [0, 1]). See https://stable-baselines3.readthedocs.io/en/master/guide/rl_tips.html for more information.");
        }
    }

    private static List<double> Values(NDArray array) => [.. Enumerable.Range(0, array.Length).Select(i => BoxNumbers.Load(array, i))];
}

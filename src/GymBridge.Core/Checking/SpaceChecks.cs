using GymBridge.Spaces;

namespace GymBridge.Checking;

/// <summary>What is questionable about spaces. Source: <c>gymnasium/utils/passive_env_checker.py</c> 1.4.0.</summary>
internal static class SpaceChecks
{
    public static void Check(Space space, bool isAction, List<string> warnings)
    {
        switch (space)
        {
            case Box box:
                CheckBox(box, isAction, warnings);
                break;
            case TupleSpace tuple:
                foreach (var inner in tuple.Spaces)
                {
                    Check(inner, isAction, warnings);
                }

                ThrowIfEmpty(tuple.Spaces.Length, "Tuple", isAction);
                break;
            case DictSpace dict:
                foreach (var (_, inner) in dict.Spaces)
                {
                    Check(inner, isAction, warnings);
                }

                ThrowIfEmpty(dict.Spaces.Length, "Dict", isAction);
                break;
        }
    }

    private static void CheckBox(Box box, bool isAction, List<string> warnings)
    {
        var kind = isAction ? "action" : "observation";
        for (var i = 0; i < box.Low.Length; i++)
        {
            if (BoxNumbers.Compare(box.Low, i, box.High, i) == 0)
            {
                warnings.Add($"A Box {kind} space maximum and minimum values are equal. Actual equal coordinates: {i}");
                break;
            }
        }

        if (isAction)
        {
            var (low, high) = (Values(box.Low), Values(box.High));
            var isSymmetric = low.All(value => value == -1) && high.All(value => value == 1);
            var isUnit = low.All(value => value == 0) && high.All(value => value == 1);
            if (box.IsBounded() && !isSymmetric && !isUnit)
            {
                warnings.Add(
                    "For Box action spaces, we recommend using a symmetric and normalized space (range=[-1, 1] or [0, 1]). See https://stable-baselines3.readthedocs.io/en/master/guide/rl_tips.html for more information.");
            }

            return;
        }

        if (box.BoundedBelow.Contains(false) && box.DType.IsFloatingPoint())
        {
            warnings.Add("A Box observation space minimum value is -infinity. This is probably too low.");
        }

        if (box.BoundedAbove.Contains(false) && box.DType.IsFloatingPoint())
        {
            warnings.Add("A Box observation space maximum value is infinity. This is probably too high.");
        }
    }

    private static List<double> Values(NDArray array) => [.. Enumerable.Range(0, array.Length).Select(i => BoxNumbers.Load(array, i))];

    private static void ThrowIfEmpty(int count, string kind, bool isAction)
    {
        if (count == 0)
        {
            throw new GymException($"An empty {kind} {(isAction ? "action" : "observation")} space is not allowed.");
        }
    }
}

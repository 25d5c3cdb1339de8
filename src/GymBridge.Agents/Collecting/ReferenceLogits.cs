using System.Collections;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Observations;

namespace GymBridge.Agents.Collecting;

/// <summary>Reads what a reference policy would do in the present states, where an environment tells it.</summary>
internal static class ReferenceLogits
{
    private const string Key = "ref_log_probs";

    // Of an action that the reference never takes; the probability is 0 in float32, and a sum with it is finite.
    private const float Never = -1e9f;

    /// <summary>[N, Outputs] from the infos of all lanes; null where no lane has any.</summary>
    /// <exception cref="GymBridgeException">One has another length, or is not a number.</exception>
    public static float[]? Read(IReadOnlyList<Info?> infos, ActionHead head)
    {
        var logits = new float[infos.Count * head.Outputs];
        return Read(infos, head, logits) ? logits : null;
    }

    /// <summary>Fills [N, Outputs] from the infos of all lanes; zeros, which change nothing, where no lane has any.</summary>
    /// <returns>Whether the environment tells them.</returns>
    /// <exception cref="GymBridgeException">One has another length, or is not a number.</exception>
    public static bool Read(IReadOnlyList<Info?> infos, ActionHead head, Span<float> logits)
    {
        logits.Clear();
        var isTold = false;
        for (var lane = 0; lane < infos.Count; lane++)
        {
            // With NextStep an episode's last step tells none: what follows is its reset alone.
            if (infos[lane]?.TryGetValue(Key, out var value) == true && value is not null)
            {
                Read(value, lane, logits.Slice(lane * head.Outputs, head.Outputs));
                isTold = true;
            }
        }

        return isTold;
    }

    private static void Read(object value, int lane, Span<float> logits)
    {
        float[] numbers = value switch
        {
            NDArray array => FromArray(array),
            IEnumerable items when value is not string => [.. items.Cast<object>().Select(Convert.ToSingle)],
            _ => [],
        };
        if (numbers.Length != logits.Length || Array.Exists(numbers, float.IsNaN))
        {
            throw new GymBridgeException($"The '{Key}' of lane {lane} must have {logits.Length} numbers, one for each action; got {value}.");
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            logits[i] = Math.Max(numbers[i], Never);
        }
    }

    private static float[] FromArray(NDArray array)
    {
        var numbers = new float[array.Length];
        LaneNumbers.Read(array.Bytes, array.DType, numbers);
        return numbers;
    }
}

using System.Collections;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Observations;

namespace GymBridge.Agents.Collecting;

/// <summary>Reads which actions an environment allows.</summary>
internal static class ActionMasks
{
    /// <summary>Gymnasium's name for it: Taxi and others put it there.</summary>
    private const string Key = "action_mask";

    /// <summary>Fills [N, Outputs] from the infos of all lanes.</summary>
    /// <exception cref="GymBridgeException">A mask is missing, has another length, or allows nothing.</exception>
    public static void Read(IReadOnlyList<Info?> infos, ActionHead head, Span<bool> masks)
    {
        for (var lane = 0; lane < infos.Count; lane++)
        {
            var mask = masks.Slice(lane * head.Outputs, head.Outputs);
            if (infos[lane]?.TryGetValue(Key, out var value) != true || value is null)
            {
                throw new GymBridgeException($"The info of lane {lane} has no '{Key}', but UseActionMasks is on; turn it off, or let the environment put one into every info.");
            }

            Read(value, lane, mask);
            if (!mask.Contains(true))
            {
                throw new GymBridgeException($"The '{Key}' of lane {lane} allows no action; at least one must be allowed.");
            }
        }
    }

    private static void Read(object value, int lane, Span<bool> mask)
    {
        var flags = value switch
        {
            NDArray array => FromArray(array),
            IEnumerable items when value is not string => [.. items.Cast<object>().Select(Convert.ToDouble).Select(number => number != 0)],
            _ => [],
        };
        if (flags.Length != mask.Length)
        {
            throw new GymBridgeException($"The '{Key}' of lane {lane} must have {mask.Length} elements, one for each action; got {(value is IEnumerable and not string ? flags.Length : value)}.");
        }

        flags.CopyTo(mask);
    }

    private static bool[] FromArray(NDArray array)
    {
        var numbers = new float[array.Length];
        LaneNumbers.Read(array.Bytes, array.DType, numbers);
        return [.. numbers.Select(number => number != 0)];
    }
}

using GymBridge.Spaces;

namespace GymBridge.Batch;

/// <summary>Puts the infos of all lanes into one, as Gymnasium's vector environments return it.</summary>
/// <remarks>For each key an array over the lanes, and under <c>_key</c> a bool array of the lanes that have it. The first lane
/// with a key decides the element type: int gives int64, float float64, bool bool, NumPy scalars and arrays their own; a dict is
/// batched in turn; anything else becomes a list with None in the other lanes. A later lane's value is converted to that type,
/// so that a float after an int loses its fraction, as in Gymnasium. Source: <c>gymnasium/vector/vector_env.py</c> 1.4.0.</remarks>
public static partial class InfoBatching
{
    /// <summary>The infos of a reset or step as one, with <c>final_obs</c> and <c>final_info</c> of the lanes that ended in it.</summary>
    public static Info Batch(VectorStep step)
    {
        var batch = new Info();
        for (var lane = 0; lane < step.Lanes; lane++)
        {
            if (step.HasFinal[lane])
            {
                Add(batch, FinalOf(step, lane), lane, step.Lanes);
            }

            if (step.Infos[lane] is { } info)
            {
                Add(batch, info, lane, step.Lanes);
            }
        }

        return batch;
    }

    private static Info FinalOf(VectorStep step, int lane) =>
        new() { ["final_obs"] = step.FinalObservations.Read(lane), ["final_info"] = step.FinalInfos[lane] ?? Info.Empty };

    private static void Add(Info batch, Info info, int lane, int lanes)
    {
        foreach (var (key, value) in info)
        {
            batch[key] = Merge(batch.TryGetValue(key, out var present) ? present : null, key, value, lane, lanes);
            var mask = batch.TryGetValue("_" + key, out var known) ? (NDArray)known! : new NDArray(DType.Bool, lanes);
            mask.AsSpan<bool>()[lane] = true;
            batch["_" + key] = mask;
        }
    }

    private static object Merge(object? present, string key, object? value, int lane, int lanes)
    {
        if (value is Info inner && key != "final_obs")
        {
            var nested = present as Info ?? new Info();
            Add(nested, inner, lane, lanes);
            return nested;
        }

        var batch = present ?? Empty(key, value, lanes);
        if (batch is List<object?> list)
        {
            list[lane] = value;
        }
        else if (value is NDArray array)
        {
            var target = (NDArray)batch;
            var cast = NumPyPromotion.Cast(array, target.DType);
            cast.Bytes.CopyTo(target.Bytes[(lane * cast.Bytes.Length)..]);
        }
        else
        {
            var number = value is NumPyScalar scalar ? scalar.Item : value!;
            Jsonable.SetItem(
                (NDArray)batch, lane, ((NDArray)batch).DType.IsInteger() && number is double or float ? Math.Truncate(Convert.ToDouble(number)) : number);
        }

        return batch;
    }

    // The observation that ended an episode is an object, whatever its space: lanes without one hold None.
    private static object Empty(string key, object? value, int lanes) => value switch
    {
        _ when key == "final_obs" => Objects(lanes),
        int or long => new NDArray(DType.Int64, lanes),
        double => new NDArray(DType.Float64, lanes),
        float => new NDArray(DType.Float32, lanes),
        bool => new NDArray(DType.Bool, lanes),
        NumPyScalar { Value.DType: not DType.Bool } scalar => new NDArray(scalar.Value.DType, lanes),
        NDArray array => new NDArray(array.DType, [lanes, .. array.Shape]),
        _ => Objects(lanes),
    };

    private static List<object?> Objects(int lanes) => [.. Enumerable.Repeat<object?>(null, lanes)];
}

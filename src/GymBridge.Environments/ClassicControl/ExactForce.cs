namespace GymBridge.Environments.ClassicControl;

/// <summary>The one number of an action that was given in another element type than the space's float32.</summary>
/// <param name="Value">The number.</param>
/// <param name="IsHalf">Whether NumPy computes with it as float16; else as float64, to which integers and booleans go.</param>
internal readonly record struct ExactForce(double Value, bool IsHalf)
{
    /// <summary>The number of an action; null where there is none, and for float32.</summary>
    public static ExactForce? Of(NDArray? action) => action?.DType switch
    {
        null or DType.Float32 => null,
        DType.Float16 => new((double)(Half)action.GetItem(0), true),
        _ => new(Convert.ToDouble(action.GetItem(0)), false),
    };

    /// <summary>The same for a lane of action columns.</summary>
    public static ExactForce? Of(Columns actions, int lane) => Of(actions.Read(lane) as NDArray);
}

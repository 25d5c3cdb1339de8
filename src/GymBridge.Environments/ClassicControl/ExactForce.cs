namespace GymBridge.Environments.ClassicControl;

/// <summary>Reads the one number of an action that was given as float64 or as an integer, which NumPy computes with as float64.</summary>
internal static class ExactForce
{
    /// <summary>The number; false where there is none, and for types that NumPy computes with as the space's float32.</summary>
    public static bool TryRead(NDArray? action, out double force)
    {
        force = 0;
        if (action is null || action.DType is DType.Float16 or DType.Float32 or DType.Bool)
        {
            return false;
        }

        force = Convert.ToDouble(action.GetItem(0));
        return true;
    }

    /// <summary>The same for a lane of action columns.</summary>
    public static bool TryRead(Columns actions, int lane, out double force) => TryRead(actions.Read(lane) as NDArray, out force);
}

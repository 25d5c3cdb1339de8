namespace GymBridge;

/// <summary>
/// The Python type of a number that an environment returns. Gymnasium compares types strictly, so a bridge must keep them.
/// </summary>
public enum PythonType
{
    /// <summary>The field's own: reward float, flags bool, Box an ndarray, Discrete an np.int64.</summary>
    Default = 0,

    /// <summary>int.</summary>
    Int = 1,

    /// <summary>float.</summary>
    Float = 2,

    /// <summary>bool.</summary>
    Bool = 3,

    /// <summary>np.bool_.</summary>
    NumPyBool = 4,

    /// <summary>np.int64.</summary>
    NumPyInt64 = 5,

    /// <summary>np.float32.</summary>
    NumPyFloat32 = 6,

    /// <summary>np.float64.</summary>
    NumPyFloat64 = 7,

    /// <summary>np.int32.</summary>
    NumPyInt32 = 8,
}

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

    /// <summary>np.int8.</summary>
    NumPyInt8 = 9,

    /// <summary>np.uint8.</summary>
    NumPyUInt8 = 10,

    /// <summary>np.int16.</summary>
    NumPyInt16 = 11,

    /// <summary>np.uint16.</summary>
    NumPyUInt16 = 12,

    /// <summary>np.uint32.</summary>
    NumPyUInt32 = 13,

    /// <summary>np.uint64.</summary>
    NumPyUInt64 = 14,

    /// <summary>np.float16.</summary>
    NumPyFloat16 = 15,

    /// <summary>An array of shape (), where the default is a scalar.</summary>
    NDArray = 16,

    /// <summary>The NumPy scalar of the leaf's element type, where the default is an array of shape ().</summary>
    NumPyScalar = 17,

    /// <summary>A list, nested for more dimensions.</summary>
    List = 18,

    /// <summary>A tuple, nested for more dimensions.</summary>
    Tuple = 19,

    /// <summary>np.str_.</summary>
    NumPyStr = 20,

    /// <summary>bytes.</summary>
    Bytes = 21,
}

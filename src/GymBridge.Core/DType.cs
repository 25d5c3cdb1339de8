namespace GymBridge;

/// <summary>Element type of an array, with NumPy's names.</summary>
public enum DType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool = 1,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 2,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 3,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 4,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16 = 5,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 6,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32 = 7,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 8,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64 = 9,

    /// <summary>IEEE 754 binary16.</summary>
    Float16 = 10,

    /// <summary>IEEE 754 binary32.</summary>
    Float32 = 11,

    /// <summary>IEEE 754 binary64.</summary>
    Float64 = 12,
}

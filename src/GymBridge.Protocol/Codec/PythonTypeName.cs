using System.Collections;
using System.Numerics;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec;

/// <summary>The Python type of a value that came over the wire, for messages that its sender reads.</summary>
internal static class PythonTypeName
{
    /// <summary>Its name, such as <c>str</c> or <c>numpy.float32</c>.</summary>
    public static string Of(object? value) => value switch
    {
        null => "None",
        bool => "bool",
        string => "str",
        double => "float",
        float => "numpy.float32",
        Complex => "complex",
        BigInteger or long => "int",
        NDArray => "numpy.ndarray",
        NumPyScalar scalar => $"numpy.{scalar.Value.DType.Name()}",
        byte[] => "bytes",
        TupleValue => "tuple",
        Info or IDictionary => "dict",
        Space space => space.GetType().Name,
        IEnumerable => "list",
        _ => value.GetType().Name,
    };
}

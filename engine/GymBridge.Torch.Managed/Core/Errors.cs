using System.Runtime.InteropServices;

namespace GymBridge.Torch.Managed;

/// <summary>The exceptions upstream throws: what libtorch refuses arrives as <see cref="ExternalException"/>.</summary>
internal static class Errors
{
    public static ExternalException Libtorch(string message) => new(message);

    /// <summary>How to come by TorchSharp itself; part of every message about what is missing here.</summary>
    public const string WayOut = "Run on libtorch: 'gymbridge ... --engine libtorch', or in a program of your own a reference to the package TorchSharp-cpu.";

    public static NotSupportedException NotSupported(string member) =>
        new($"'{member}' is not part of GymBridge's managed tensor engine. {WayOut}");

    public static string Shape(ReadOnlySpan<long> shape)
    {
        var parts = new string[shape.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = shape[i].ToString(System.Globalization.CultureInfo.InvariantCulture);
        return "[" + string.Join(", ", parts) + "]";
    }

    /// <summary>What libtorch calls a tensor of this dtype.</summary>
    public static string TypeName(ScalarType t) => t switch
    {
        ScalarType.Bool => "CPUBoolType",
        ScalarType.Byte => "CPUByteType",
        ScalarType.Int32 => "CPUIntType",
        ScalarType.Int64 => "CPULongType",
        ScalarType.Float64 => "CPUDoubleType",
        _ => "CPUFloatType",
    };

    public static string Describe(TensorImpl t) => $"{t.DType.Name()} {Shape(t.Shape)}";

    public static ExternalException Broadcast(ReadOnlySpan<long> a, ReadOnlySpan<long> b) =>
        Libtorch($"The size of tensor a {Shape(a)} must match the size of tensor b {Shape(b)}, or be 1, in every dimension counted from the last.");
}

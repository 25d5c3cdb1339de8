using GymBridge.Spaces;

namespace GymBridge.Training.Export;

/// <summary>The bounds of a Box as float32.</summary>
internal static class BoxBounds
{
    public static (float[] Low, float[] High) Of(Box box) => (Read(box.Low), Read(box.High));

    private static float[] Read(NDArray bounds) => bounds.DType switch
    {
        DType.Float32 => bounds.ToArray<float>(),
        DType.Float64 => [.. bounds.ToArray<double>().Select(value => (float)value)],
        DType.Float16 => [.. bounds.ToArray<Half>().Select(value => (float)value)],
        _ => throw new NotSupportedException($"Actions of a Box of {bounds.DType} cannot be exported."),
    };
}

using GymBridge.Spaces;

namespace GymBridge.Agents;

/// <summary>Turns observations into the float32 features of a network: a Box flattened, a Discrete one-hot.</summary>
public sealed class ObservationEncoder
{
    private readonly Space _space;

    /// <summary>An encoder for a space.</summary>
    /// <exception cref="NotSupportedException">The space is neither Box nor Discrete.</exception>
    public ObservationEncoder(Space space)
    {
        _space = space;
        Features = space switch
        {
            Box box => box.Low.Length,
            Discrete discrete => checked((int)discrete.N),
            _ => throw new NotSupportedException($"Agents read Box and Discrete observations, got {space}; wrap the environment."),
        };
    }

    /// <summary>Number of features of one observation.</summary>
    public int Features { get; }

    /// <summary>Encodes all lanes into float32 [N, Features].</summary>
    public void Encode(Columns observations, Span<float> features)
    {
        var column = observations[0];
        if (_space is Discrete discrete)
        {
            features.Clear();
            for (var lane = 0; lane < observations.Lanes; lane++)
            {
                features[(lane * Features) + (int)((long)observations.Read(lane) - discrete.Start)] = 1;
            }

            return;
        }

        switch (column.Leaf.DType)
        {
            case DType.Float32:
                column.AsSpan<float>().CopyTo(features);
                break;
            case DType.Float64:
                Convert(column.AsSpan<double>(), features);
                break;
            case DType.UInt8:
                Convert(column.AsSpan<byte>(), features);
                break;
            case DType.Int32:
                Convert(column.AsSpan<int>(), features);
                break;
            case DType.Int64:
                Convert(column.AsSpan<long>(), features);
                break;
            default:
                throw new NotSupportedException(
                    $"Agents read float32, float64, uint8, int32 and int64 observations, got {column.Leaf}; wrap the environment with a dtype conversion.");
        }
    }

    /// <summary>Encodes one lane into float32 [Features].</summary>
    public void EncodeLane(Columns observations, int lane, Columns scratch, Span<float> features)
    {
        scratch.CopyLane(observations, lane, 0);
        Encode(scratch, features);
    }

    private static void Convert<T>(Span<T> source, Span<float> target)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = float.CreateTruncating(source[i]);
        }
    }
}

using GymBridge.Spaces;

namespace GymBridge.Agents.Observations;

/// <summary>Turns observations into the float32 features of a network.</summary>
/// <remarks>A Box is flattened, a Discrete one-hot, a MultiDiscrete one-hot for each of its parts, a MultiBinary as it is; a Dict or
/// Tuple is its parts one after the other, as Gymnasium's <c>flatten</c> has it. A Box of bytes from 0 to 255 is divided by 255, as
/// Stable-Baselines3 divides images.</remarks>
public sealed class ObservationEncoder
{
    private readonly bool _scalesBytes;
    private readonly Part[] _parts;

    /// <summary>An encoder for a space.</summary>
    /// <param name="space">The observations.</param>
    /// <param name="scalesBytes">Whether bytes from 0 to 255 become numbers from 0 to 1.</param>
    /// <exception cref="NotSupportedException">The space is, or holds, a Text, Graph, Sequence or OneOf.</exception>
    public ObservationEncoder(Space space, bool scalesBytes = true)
    {
        ArgumentNullException.ThrowIfNull(space);
        _scalesBytes = scalesBytes;
        var (parts, described) = (new List<Part>(), new List<ObservationPart>());
        Collect(space, space, parts, described);
        _parts = [.. parts];
        Parts = described;
        Features = Math.Max(1, checked(_parts.Sum(part => part.Width)));
    }

    /// <summary>The parts of the features, one for each leaf of the space.</summary>
    public IReadOnlyList<ObservationPart> Parts { get; }

    /// <summary>Number of features of one observation.</summary>
    /// <value>At least 1: an observation without elements is one zero, because networks need an input.</value>
    public int Features { get; }

    /// <summary>Encodes all lanes into float32 [N, Features].</summary>
    /// <exception cref="ArgumentException">A number that is to become one-hot is not in its space.</exception>
    public void Encode(Columns observations, Span<float> features)
    {
        ArgumentNullException.ThrowIfNull(observations);
        if (_parts is [FlatPart { DType: DType.Float32, Width: > 0 }])
        {
            observations[0].AsSpan<float>().CopyTo(features);
            return;
        }

        for (var lane = 0; lane < observations.Lanes; lane++)
        {
            EncodeLane(observations, lane, features.Slice(lane * Features, Features));
        }
    }

    /// <summary>Encodes one lane into float32 [Features].</summary>
    public void EncodeLane(Columns observations, int lane, Span<float> features)
    {
        ArgumentNullException.ThrowIfNull(observations);
        features[0] = 0; // What an observation without elements has.
        var offset = 0;
        for (var i = 0; i < _parts.Length; i++)
        {
            _parts[i].Encode(observations[i].Lane(lane), features.Slice(offset, _parts[i].Width));
            offset += _parts[i].Width;
        }
    }

    private void Collect(Space space, Space whole, List<Part> parts, List<ObservationPart> described)
    {
        switch (space)
        {
            case Box or MultiBinary:
                Add(_scalesBytes && ImageLayout.IsOfBytes(space)
                    ? new BytesPart(space.Leaves[0].Elements)
                    : new FlatPart(space.Leaves[0].DType, space.Leaves[0].Elements));
                break;
            case Discrete discrete:
                Add(new OneHotPart(discrete.DType, [discrete.N], [discrete.Start]));
                break;
            case MultiDiscrete multi:
                Add(new OneHotPart(multi.DType, multi.NVec.ToArray(), multi.Start.ToArray()));
                break;
            case DictSpace dict:
                foreach (var (_, inner) in dict.Spaces)
                {
                    Collect(inner, whole, parts, described);
                }

                break;
            case TupleSpace tuple:
                foreach (var inner in tuple.Spaces)
                {
                    Collect(inner, whole, parts, described);
                }

                break;
            default:
                throw new NotSupportedException(
                    $"Agents read Box, Discrete, MultiDiscrete and MultiBinary observations, and Dict and Tuple of them; the observation space {whole} {(ReferenceEquals(space, whole) ? "is none of these" : $"holds {space}")}. Wrap the environment, for example with FilterObservation or TransformObservation.");
        }

        void Add(Part part)
        {
            var offset = described is [.., var last] ? last.Offset + last.Width : 0;
            described.Add(new ObservationPart(offset, part.Width, ImageLayout.Of(space), part is BytesPart) { Tokens = TokenCount.Of(space) });
            parts.Add(part);
        }
    }

    private abstract class Part(int width)
    {
        public int Width => width;

        public abstract void Encode(ReadOnlySpan<byte> lane, Span<float> features);
    }

    private sealed class FlatPart(DType dtype, int width) : Part(width)
    {
        public DType DType => dtype;

        public override void Encode(ReadOnlySpan<byte> lane, Span<float> features) => LaneNumbers.Read(lane, dtype, features);
    }

    private sealed class BytesPart(int width) : Part(width)
    {
        private static readonly float[] Scaled = [.. Enumerable.Range(0, byte.MaxValue + 1).Select(value => value / 255f)];

        public override void Encode(ReadOnlySpan<byte> lane, Span<float> features)
        {
            var scaled = Scaled;
            for (var i = 0; i < lane.Length; i++)
            {
                features[i] = scaled[lane[i]];
            }
        }
    }

    private sealed class OneHotPart(DType dtype, long[] counts, long[] starts) : Part(TotalOf(counts))
    {
        public override void Encode(ReadOnlySpan<byte> lane, Span<float> features)
        {
            features.Clear();
            var offset = 0;
            for (var i = 0; i < counts.Length; i++)
            {
                var value = LaneNumbers.ReadInteger(lane, dtype, i);
                if (unchecked((ulong)(value - starts[i])) >= (ulong)counts[i])
                {
                    throw new ArgumentException(
                        $"The observation {(counts.Length == 1 ? $"is {value}" : $"has {value} at {i}")}, which is not in its space: it takes {starts[i]} to {starts[i] + counts[i] - 1}.");
                }

                features[offset + (int)(value - starts[i])] = 1;
                offset += (int)counts[i];
            }
        }

        private static int TotalOf(long[] counts)
        {
            const long Most = 1 << 24;
            var total = counts.Aggregate(0L, (sum, count) => sum + Math.Min(count, Most + 1));
            return total <= Most ? (int)total : throw new NotSupportedException(
                $"A one-hot observation of more than {Most} features would not fit in memory; wrap the environment so that its observations are smaller.");
        }
    }
}

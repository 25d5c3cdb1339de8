namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            public static partial class rnn
            {
                /// <summary>Sequences of unequal length without padding: step by step, the longest first.</summary>
                public sealed class PackedSequence : IDisposable
                {
                    /// <summary>[sum of lengths, ...]: the first step of all sequences, then the second of those that have one, and so on.</summary>
                    public readonly Tensor data;

                    /// <summary>int64 [longest]: how many sequences have a step.</summary>
                    public readonly Tensor batch_sizes;

                    /// <summary>int64 [batch], from sorted place to given place; an invalid handle if the sequences came sorted.</summary>
                    public readonly Tensor sorted_indices;

                    /// <summary>Its inverse; an invalid handle if the sequences came sorted.</summary>
                    public readonly Tensor unsorted_indices;

                    private readonly EngineThread _owner = EngineThread.Current;
                    private bool _disposed;

                    internal PackedSequence(Tensor data, long[] sizes, Tensor? sorted, Tensor? unsorted)
                    {
                        this.data = data.DetachFromDisposeScope();
                        batch_sizes = tensor(sizes).DetachFromDisposeScope();
                        Sizes = sizes;
                        sorted_indices = sorted?.DetachFromDisposeScope() ?? Invalid();
                        unsorted_indices = unsorted?.DetachFromDisposeScope() ?? Invalid();
                        var statistics = _owner.Statistics.PackedSequenceStatistics;
                        if (_owner.Scope is { } scope)
                        {
                            scope.Add(this);
                            statistics.CreatedInScopeCount++;
                        }
                        else
                        {
                            statistics.CreatedOutsideScopeCount++;
                        }
                    }

                    internal long[] Sizes { get; }

                    internal DisposeScope? Scope { get; set; }

                    /// <summary>Another one of the same lengths and order.</summary>
                    internal PackedSequence With(Tensor values) => new(values, Sizes, Copy(sorted_indices), Copy(unsorted_indices));

                    public void Dispose()
                    {
                        if (_disposed)
                            return;
                        _disposed = true;
                        var statistics = _owner.Statistics.PackedSequenceStatistics;
                        if (Scope is not null)
                            statistics.DisposedInScopeCount++;
                        else
                            statistics.DisposedOutsideScopeCount++;
                        Scope?.Remove(this);
                        data.Dispose();
                        batch_sizes.Dispose();
                        sorted_indices.Dispose();
                        unsorted_indices.Dispose();
                    }

                    public PackedSequence MoveToOuterDisposeScope()
                    {
                        Scope?.MoveToOuter(this);
                        return this;
                    }

                    public PackedSequence DetachFromDisposeScope()
                    {
                        Scope?.Detach(this);
                        return this;
                    }

                    public PackedSequence MoveToOtherDisposeScope(PackedSequence other) => MoveToOtherDisposeScope(other.Scope);

                    public PackedSequence MoveToOtherDisposeScope(DisposeScope? other)
                    {
                        if (Scope is null)
                            other?.Attach(this);
                        else
                            Scope.MoveToOther(other, this);
                        return this;
                    }

                    private static Tensor? Copy(Tensor indices) => indices.IsInvalid ? null : indices.alias();

                    private static Tensor Invalid()
                    {
                        var t = Tensor.Unscoped(TensorImpl.Empty([0], ScalarType.Int64));
                        t.Dispose();
                        return t;
                    }
                }

                public static PackedSequence pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first = false, bool enforce_sorted = true)
                {
                    using var scope = NewDisposeScope();
                    var x = batch_first ? input.transpose(0, 1) : input;
                    var batch = x.size(1);
                    if (lengths.dtype != ScalarType.Int64 || lengths.ndim != 1)
                        throw Errors.Libtorch($"'lengths' argument should be a 1D CPU int64 tensor, but got {Errors.Describe(lengths.Impl)}");
                    var each = lengths.data<long>().ToArray();
                    if (each.Length != batch)
                        throw Errors.Libtorch($"Expected `len(lengths)` to be equal to batch_size, but got {each.Length} (batch_size={batch})");
                    Tensor? sorted = null;
                    Tensor? unsorted = null;
                    if (!enforce_sorted)
                    {
                        sorted = lengths.argsort(0, descending: true);
                        unsorted = sorted.argsort(0);
                        x = x.index_select(1, sorted);
                        each = lengths.index_select(0, sorted).data<long>().ToArray();
                    }
                    if (Array.Exists(each, n => n <= 0))
                        throw Errors.Libtorch("Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0");
                    for (var i = 1; i < each.Length; i++)
                    {
                        if (each[i] > each[i - 1])
                            throw Errors.Libtorch("`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.");
                    }
                    if (each[0] > x.size(0))
                        throw Errors.Libtorch($"Expected lengths of at most {x.size(0)}, the steps of the input, but got {each[0]}");
                    var sizes = new long[each[0]];
                    for (var t = 0; t < sizes.Length; t++)
                        sizes[t] = Array.FindLastIndex(each, n => n > t) + 1;
                    var steps = new Tensor[sizes.Length];
                    for (var t = 0; t < steps.Length; t++)
                        steps[t] = x.select(0, t).narrow(0, 0, sizes[t]);
                    return new PackedSequence(cat(steps), sizes, sorted, unsorted).MoveToOuterDisposeScope();
                }

                public static PackedSequence pack_sequence(IEnumerable<Tensor> sequences, bool enforce_sorted = true)
                {
                    using var scope = NewDisposeScope();
                    Tensor[] all = [.. sequences];
                    return pack_padded_sequence(
                        pad_sequence(all), tensor(Array.ConvertAll(all, s => s.size(0))), enforce_sorted: enforce_sorted).MoveToOuterDisposeScope();
                }

                public static (Tensor, Tensor) pad_packed_sequence(
                    PackedSequence sequence, bool batch_first = false, double padding_value = 0.0, long? total_length = null)
                {
                    using var scope = NewDisposeScope();
                    var sizes = sequence.Sizes;
                    var batch = sizes[0];
                    if (total_length < sizes.Length)
                        throw Errors.Libtorch($"Expected total_length to be at least the length of the longest sequence in input, but got total_length={total_length} and max sequence length being {sizes.Length}");
                    var data = sequence.data;
                    long[] one = [.. data.Impl.Shape.AsSpan(1)];
                    var steps = new Tensor[total_length ?? sizes.Length];
                    long at = 0;
                    for (var t = 0; t < steps.Length; t++)
                    {
                        var size = t < sizes.Length ? sizes[t] : 0;
                        var padding = full([batch - size, .. one], padding_value, data.dtype);
                        steps[t] = size == 0 ? padding : cat([data.narrow(0, at, size), padding]);
                        at += size;
                    }
                    var lengths = new long[batch];
                    for (var i = 0; i < batch; i++)
                        lengths[i] = Array.FindLastIndex(sizes, n => n > i) + 1;
                    var result = stack(steps);
                    var each = tensor(lengths);
                    if (!sequence.unsorted_indices.IsInvalid)
                    {
                        result = result.index_select(1, sequence.unsorted_indices);
                        each = each.index_select(0, sequence.unsorted_indices);
                    }
                    if (batch_first)
                        result = result.transpose(0, 1);
                    return scope.MoveToOuter(result, each);
                }

                public static Tensor pad_sequence(IEnumerable<Tensor> sequences, bool batch_first = false, double padding_value = 0.0)
                {
                    using var scope = NewDisposeScope();
                    Tensor[] all = [.. sequences];
                    if (all.Length == 0)
                        throw Errors.Libtorch("received an empty list of sequences");
                    var longest = all.Max(s => s.size(0));
                    var padded = Array.ConvertAll(all, s => cat([s, full([longest - s.size(0), .. s.Impl.Shape.AsSpan(1)], padding_value, s.dtype)]));
                    return stack(padded, batch_first ? 0 : 1).MoveToOuterDisposeScope();
                }
            }
        }
    }
}

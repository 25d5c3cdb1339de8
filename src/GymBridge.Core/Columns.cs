using System.Buffers;
using System.Collections.Immutable;
using GymBridge.Spaces;

namespace GymBridge;

/// <summary>One value of a space for each lane, as columns: the form in which batches travel and agents read.</summary>
public sealed class Columns
{
    private readonly ImmutableArray<Column> _columns;

    /// <summary>Zeroed columns for <paramref name="lanes"/> values of <paramref name="space"/>.</summary>
    public Columns(Space space, int lanes)
    {
        Space = space;
        Lanes = lanes;
        _columns = [.. space.Leaves.Select(leaf => new Column(leaf, lanes))];
    }

    /// <summary>Columns in memory that somebody else has made, with what is in it.</summary>
    /// <param name="space">The space of one lane; its leaves have a fixed size.</param>
    /// <param name="lanes">Number of lanes.</param>
    /// <param name="memory">The memory of a leaf: as many bytes as the lanes' values take. Whoever owns it keeps it for as long as the
    /// manager can be reached.</param>
    /// <exception cref="ArgumentException">Some memory has another size than its column, or a leaf has none.</exception>
    public Columns(Space space, int lanes, Func<int, MemoryManager<byte>> memory)
    {
        Space = space;
        Lanes = lanes;
        _columns = [.. space.Leaves.Select((leaf, index) => new Column(leaf, lanes, memory(index)))];
    }

    /// <summary>The space of one lane.</summary>
    public Space Space { get; }

    /// <summary>Number of lanes.</summary>
    public int Lanes { get; }

    /// <summary>Number of columns: the leaves of the space.</summary>
    public int Count => _columns.Length;

    /// <summary>The column of one leaf.</summary>
    public Column this[int leaf] => _columns[leaf];

    /// <summary>The columns of all leaves, in pre-order.</summary>
    public ReadOnlySpan<Column> AsSpan() => _columns.AsSpan();

    /// <summary>The value of one lane, a fresh copy, in the space's natural type.</summary>
    public object Read(int lane) => Space.Read(AsSpan(), lane);

    /// <summary>Puts a value of the space's natural type into one lane.</summary>
    /// <exception cref="ArgumentException">The value has another type or shape than the space.</exception>
    public void Write(int lane, object value) =>
        Space.Write(value ?? throw new ArgumentNullException(nameof(value), $"null is no value of {Space}."), AsSpan(), lane);

    /// <summary>Copies one lane from columns of the same space.</summary>
    public void CopyLane(Columns source, int sourceLane, int lane)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            _columns[i].CopyLane(source._columns[i], sourceLane, lane);
        }
    }
}

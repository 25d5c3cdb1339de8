using System.Buffers;
using System.Runtime.InteropServices;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests;

public sealed class ColumnTests
{
    private static readonly Box Space = new(-1f, 1f, [3]);

    [Fact]
    public void Column_InMemoryOfSomebodyElse_IsThatMemory()
    {
        var memory = new Pinned(2 * 3 * sizeof(float));
        var columns = new Columns(Space, 2, _ => memory);

        columns.Write(1, NDArray.From(0.25f, 0.5f, 0.75f));

        Assert.Equal([0, 0, 0, 0.25f, 0.5f, 0.75f], MemoryMarshal.Cast<byte, float>(memory.GetSpan()).ToArray());
        Assert.Equal(0.5f, columns[0].AsSpan<float>()[4]);
        Assert.True(memory.GetSpan().Overlaps(columns[0].Memory.Span));
        Assert.True(memory.GetSpan().Overlaps(columns[0].Bytes));
        columns.CopyLane(columns, 1, 0);
        Assert.Equal(memory.GetSpan()[..12].ToArray(), memory.GetSpan()[12..].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => columns[0].Lane(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => columns[0].Lane(-1).Length);
    }

    [Fact]
    public void Column_InMemoryOfAnotherSize_SaysBoth()
    {
        var memory = new Pinned(20);

        Assert.StartsWith(
            $"Memory of 20 bytes was given for a column of 2 x {Space.Leaves[0]}; it takes 24.",
            Assert.Throws<ArgumentException>(() => new Columns(Space, 2, _ => memory)).Message,
            StringComparison.Ordinal);
        Assert.Contains("memory of its own", Assert.Throws<ArgumentException>(() => new Columns(new Text(4), 1, _ => memory)).Message, StringComparison.Ordinal);
    }

    private sealed class Pinned(int count) : MemoryManager<byte>
    {
        private readonly byte[] _bytes = GC.AllocateArray<byte>(count, pinned: true);

        public override Span<byte> GetSpan() => _bytes;

        public override MemoryHandle Pin(int elementIndex = 0) => _bytes.AsMemory(elementIndex).Pin();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}

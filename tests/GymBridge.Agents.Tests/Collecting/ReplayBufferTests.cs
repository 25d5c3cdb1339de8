using GymBridge.Agents.Actions;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Observations;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Agents.Tests.Collecting;

public class ReplayBufferTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Add_MoreThanFits_KeepsTheNewest(bool inFile)
    {
        using var folder = new TemporaryFolder();
        var space = new Box(0, 255, [3], DType.UInt8);
        using var buffer = Buffer(space, 4, inFile ? folder.Combine("replay.bin") : null);
        Fill(buffer, space, 6);
        Assert.Equal((4, 2), (buffer.Count, buffer.Head));
        var batch = buffer.CreateBatch(4);
        for (var i = 0; i < 4; i++)
        {
            batch.Rows[i] = i;
        }

        buffer.Gather(batch);
        Assert.Equal([4, 5, 2, 3], batch.Rewards);
        Assert.Equal([40, 40, 40, 50, 50, 50, 20, 20, 20, 30, 30, 30], batch.Observations);
        Assert.Equal([41, 41, 41, 51, 51, 51, 21, 21, 21, 31, 31, 31], batch.NextObservations);
        Assert.Equal([0L, 1, 0, 1], batch.Indices);
        Assert.Equal([false, true, false, false], batch.Terminated);
        Assert.Equal([true, false, false, true], batch.Truncated);
    }

    [Fact]
    public void RowBytes_Images_TakeAByteForAByte()
    {
        using var buffer = Buffer(new Box(0, 255, [84, 84, 4], DType.UInt8), 1);
        Assert.Equal((2 * 84 * 84 * 4) + 8 + 8 + 2, buffer.RowBytes);
    }

    [Fact]
    public void Sample_SameStream_DrawsTheSameRowsOfThoseThatAreThere()
    {
        var space = new Box(0, 255, [3], DType.UInt8);
        using var buffer = Buffer(space, 100);
        Fill(buffer, space, 5);
        var (first, second) = (buffer.CreateBatch(32), buffer.CreateBatch(32));
        buffer.Sample(new Rng(1), first);
        buffer.Sample(new Rng(1), second);
        Assert.Equal(first.Rows, second.Rows);
        Assert.All(first.Rows, row => Assert.InRange(row, 0, 4));
    }

    [Fact]
    public void Constructor_LargerThanMemory_IsRefused()
    {
        var exception = Assert.Throws<ArgumentException>(() => Buffer(new Box(0, 255, [1000, 1000, 4], DType.UInt8), int.MaxValue));
        Assert.Contains("choose a smaller one, or keep it in a file", exception.Message, StringComparison.Ordinal);
    }

    private static ReplayBuffer Buffer(Space space, int capacity, string? path = null) =>
        new(space, new ObservationEncoder(space), ActionHead.For(new Discrete(2), "Test"), capacity, path);

    private static void Fill(ReplayBuffer buffer, Space space, int count)
    {
        var (before, after) = (new Columns(space, 1), new Columns(space, 1));
        for (var i = 0; i < count; i++)
        {
            before[0].Bytes.Fill((byte)(i * 10));
            after[0].Bytes.Fill((byte)((i * 10) + 1));
            buffer.Add(before, after, 0, new ActionSpan(new long[] { i % 2 }, default), i, i == 5, i is 3 or 4);
        }
    }
}

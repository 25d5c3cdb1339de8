using GymBridge.Agents.Actions;
using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Observations;
using GymBridge.Seeding;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Collecting.Replay;

public class ReplayBufferTests
{
    // Not up to 255: such bytes would be divided by it.
    private static readonly Box Bytes = new(0, 254, [3], DType.UInt8);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Add_MoreThanFits_KeepsTheNewest(bool inFile)
    {
        using var folder = new TemporaryFolder();
        using var buffer = Buffer(Bytes, 4, inFile ? folder.FullName : null);
        Fill(buffer, 6);
        Assert.Equal((4, 2), (buffer.Count, buffer.Head));
        using var batch = buffer.CreateBatch(4);
        for (var i = 0; i < 4; i++)
        {
            batch.Rows[i] = i;
        }

        buffer.Gather(batch);
        Assert.Equal([4, 5, 2, 3], Floats(batch.Rewards));
        Assert.Equal([40, 40, 40, 50, 50, 50, 20, 20, 20, 30, 30, 30], Floats(batch.Observations));
        Assert.Equal([41, 41, 41, 51, 51, 51, 21, 21, 21, 31, 31, 31], Floats(batch.NextObservations));
        Assert.Equal([0L, 1, 0, 1], batch.Actions.data<long>().ToArray());
        Assert.Equal([false, true, false, false], batch.Terminated);
        Assert.Equal([true, false, false, true], batch.Truncated);
        Assert.Equal([0.5f, 0, 0.5f, 0.5f], Floats(batch.Discounts));
        Assert.Equal([1f, 1, 1, 1], Floats(batch.Weights));
    }

    [Fact]
    public void HeldBytes_StackedFrames_AreThoseOfSingleFrames()
    {
        const int Transitions = 100_000;
        const int FrameBytes = 28 * 28;
        var space = new Box(0, 255, [4, 28, 28], DType.UInt8);
        using var buffer = Buffer(space, Transitions);
        Play(buffer, space, Transitions + 500, 500, 1, (_, _) => { });
        Assert.Equal(Transitions, buffer.Count);
        Assert.InRange(buffer.HeldBytes, (long)Transitions * FrameBytes, (long)(1.1 * Transitions * FrameBytes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gather_StackedFramesOfSeveralLanes_GivesEveryTransitionAsItWas(bool inFile)
    {
        using var folder = new TemporaryFolder();
        var space = new DictSpace(("camera", new Box(0, 255, [3, 16, 16], DType.UInt8)), ("speed", new Box(-1, 1, [2])));
        using var buffer = Buffer(space, 60, inFile ? folder.FullName : null);
        var expected = new List<(byte[] Before, byte[] After)>();
        Play(buffer, space, 200, 7, 3, (before, after) => expected.Add((before, after)));
        using var batch = buffer.CreateBatch(60);
        for (var i = 0; i < 60; i++)
        {
            batch.Rows[(buffer.Head + i) % 60] = (buffer.Head + i) % 60;
        }

        buffer.Gather(batch);
        var encoder = new ObservationEncoder(space, scalesBytes: false);
        var features = new float[encoder.Features];
        var columns = new Columns(space, 1);
        for (var i = 0; i < 60; i++)
        {
            var row = (buffer.Head + i) % 60;
            var (before, after) = expected[expected.Count - 60 + i];
            Check(before, batch.Observations);
            Check(after, batch.NextObservations);

            void Check(byte[] bytes, Tensor found)
            {
                bytes.AsSpan(0, columns[0].Bytes.Length).CopyTo(columns[0].Bytes);
                bytes.AsSpan(columns[0].Bytes.Length).CopyTo(columns[1].Bytes);
                encoder.EncodeLane(columns, 0, features);
                Assert.Equal(features, found[row].data<float>().ToArray());
            }
        }
    }

    // Episodes of a number of steps in each lane: frames that move on by one in a stack, the first of an episode repeated.
    private static void Play(ReplayBuffer buffer, Space space, int transitions, int episode, int lanes, Action<byte[], byte[]> seen)
    {
        var (before, after) = (new Columns(space, lanes), new Columns(space, lanes));
        var (rng, added) = (new Rng(3), 0);
        for (var t = 0; added < transitions; t++)
        {
            for (var lane = 0; lane < lanes; lane++)
            {
                for (var leaf = 0; leaf < before.Count; leaf++)
                {
                    var old = before[leaf].Lane(lane);
                    var next = after[leaf].Lane(lane);
                    if (t % episode == 0)
                    {
                        Push(old, all: true);
                    }
                    else
                    {
                        next.CopyTo(old);
                    }

                    old.CopyTo(next);
                    Push(next, all: false);
                }

                buffer.Add(before, after, lane, new ActionSpan(new long[lanes], default), t, false, t % episode == episode - 1);
                seen(Bytes(before, lane), Bytes(after, lane));
                added++;
            }
        }

        byte[] Bytes(Columns columns, int lane) => [.. columns.AsSpan().ToArray().SelectMany(column => column.Lane(lane).ToArray())];

        void Push(Span<byte> stack, bool all)
        {
            if (stack.Length < 64)
            {
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(stack).Fill((float)rng.Random());
                return;
            }

            var frame = stack.Length / ((Box)(space is DictSpace dict ? dict.Spaces[0].Space : space)).Shape[0];
            var drawn = new byte[frame];
            drawn.AsSpan().Fill((byte)rng.Integers(0L, 256L));
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(drawn, rng.Integers(0L, long.MaxValue));
            for (var i = 0; i < stack.Length / frame; i++)
            {
                var target = stack.Slice(i * frame, frame);
                (all || i == (stack.Length / frame) - 1 ? drawn : stack.Slice((i + 1) * frame, frame)).CopyTo(target);
            }
        }
    }

    [Fact]
    public void Constructor_InAFolder_TakesTheBytesThatItSaysAndGivesThemBack()
    {
        using var folder = new TemporaryFolder();
        using (var buffer = Buffer(Bytes, 1000, folder.FullName))
        {
            var file = new FileInfo(Assert.Single(Directory.GetFiles(folder.FullName)));
            Assert.Equal(1000L * buffer.RowBytes, file.Length);
            Assert.Equal(6 + 8 + 8 + 2, buffer.RowBytes);
        }

        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Constructor_InMemory_TakesNothingOfTheManagedHeap()
    {
        var (space, head) = (new Box(0, 255, [84, 84, 4], DType.UInt8), ActionHead.For(new Discrete(2), "Test"));
        var encoder = new ObservationEncoder(space);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var buffer = new ReplayBuffer(space, encoder, head, 100_000, 0.5);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Fact]
    public void Sample_SameStream_DrawsTheSameRowsOfThoseThatAreThere()
    {
        using var buffer = Buffer(Bytes, 100);
        Fill(buffer, 5);
        using var first = buffer.CreateBatch(32);
        using var second = buffer.CreateBatch(32);
        buffer.Sample(new Rng(1), first);
        buffer.Sample(new Rng(1), second);
        Assert.Equal(first.Rows, second.Rows);
        Assert.Equal([0, 1, 2, 3, 4], first.Rows.Distinct().Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AddAndSample_Warm_AllocateNothing(bool isPrioritized)
    {
        var space = new Box(-1, 1, [4]);
        using var buffer = new ReplayBuffer(
            space, new ObservationEncoder(space), ActionHead.For(new Discrete(2), "Test"), 50, 0.5, isPrioritized ? new ReplayPriorities(50, 0.6, 1e-6) : null);
        using var batch = buffer.CreateBatch(32);
        var (before, after, actions, errors, stream) = (new Columns(space, 1), new Columns(space, 1), new long[1], new float[32], new Rng(1));
        void Cycle()
        {
            buffer.Add(before, after, 0, new ActionSpan(actions, default), 1, false, false);
            buffer.Sample(stream, batch, 0.4);
            buffer.UpdatePriorities(batch, errors);
        }

        Cycle();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Cycle();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    [Fact]
    public void Sample_Empty_IsRefused()
    {
        using var buffer = Buffer(Bytes, 4);
        using var batch = buffer.CreateBatch(2);
        Assert.Throws<InvalidOperationException>(() => buffer.Sample(new Rng(1), batch));
    }

    [Fact]
    public void Constructor_LargerThanMemory_IsRefused()
    {
        var exception = Assert.Throws<ArgumentException>(() => Buffer(new Box(0, 255, [1000, 1000, 4], DType.UInt8), int.MaxValue));
        Assert.Contains("choose a smaller BufferSize, or keep it in a file (BufferFolder)", exception.Message, StringComparison.Ordinal);
    }

    private static float[] Floats(Tensor tensor) => tensor.flatten().data<float>().ToArray();

    private static ReplayBuffer Buffer(Space space, int capacity, string? folder = null) =>
        new(space, new ObservationEncoder(space, scalesBytes: false), ActionHead.For(new Discrete(2), "Test"), capacity, 0.5, null, folder);

    private static void Fill(ReplayBuffer buffer, int count)
    {
        var (before, after) = (new Columns(Bytes, 1), new Columns(Bytes, 1));
        for (var i = 0; i < count; i++)
        {
            before[0].Bytes.Fill((byte)(i * 10));
            after[0].Bytes.Fill((byte)((i * 10) + 1));
            buffer.Add(before, after, 0, new ActionSpan(new long[] { i % 2 }, default), i, i == 5, i is 3 or 4);
        }
    }
}

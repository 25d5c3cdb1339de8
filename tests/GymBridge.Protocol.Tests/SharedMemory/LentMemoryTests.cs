using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Tests.SharedMemory;

/// <summary>Bytes of a shared file that somebody keeps for longer than the file is shared.</summary>
[SupportedOSPlatform("linux")]
public sealed class LentMemoryTests
{
    private static readonly SharedLayout Layout = SharedLayout.For(new Box(0f, 1f, [4]), new Discrete(2), 2)!;

    [Fact]
    public void Bytes_AreThoseOfTheFile_UntilItIsGivenUp()
    {
        var host = SharedSlot.Create(Layout, new byte[SharedLayout.NonceBytes], Bells.Futex);
        using var client = SharedSlot.Open(
            Layout, (uint)Environment.ProcessId, (uint)host.Descriptor, (ulong)Layout.Bytes, new byte[SharedLayout.NonceBytes], Bells.Futex);
        var lent = host.Lend(Layout.ObservationAt[0], 32);
        var other = client.Bytes(Layout.ObservationAt[0], 32);

        lent.GetSpan().Fill(1);
        Assert.Equal(lent.GetSpan().ToArray(), other.ToArray());

        host.Dispose();
        Assert.Equal(new byte[32], lent.GetSpan().ToArray());
        lent.Memory.Span.Fill(2);
        Assert.Equal(1, other[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bytes_ThatSomebodyKeeps_StayHisMemory(bool isFile)
    {
        var (lent, owner) = Lend(isFile);
        Collect();
        Assert.True(owner.TryGetTarget(out _));
        lent.GetSpan().Fill(3);
        Assert.Equal(3, lent.Memory.Span[31]);
        GC.KeepAlive(lent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Memory_OfWhichNobodyHasBytes_IsGivenBack(bool isFile)
    {
        var owner = Forget(isFile);
        Collect();
        Assert.False(owner.TryGetTarget(out _));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<object> Forget(bool isFile) => Lend(isFile).Owner;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (MemoryManager<byte> Lent, WeakReference<object> Owner) Lend(bool isFile)
    {
        CallMemory memory = isFile ? SharedSlot.Create(Layout, new byte[SharedLayout.NonceBytes], Bells.Futex) : new OwnMemory(Layout);
        var lent = memory.Lend(Layout.ObservationAt[0], 32);
        ((IDisposable)memory).Dispose();
        return (lent, new WeakReference<object>(((LentMemory)lent).Owner));
    }

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>The shared file as both sides use it: one request and one reply at a time, each with a counter that says it is there.</summary>
/// <remarks>
/// Who writes data stores its counter after it (release), who reads looks at the counter before (acquire). Sleeping: the sleeper
/// reads its bell, raises its flag, and after a full fence looks at the counter; the other side stores counter and bell and after
/// a full fence looks at the flag. So one of the two sees the other, and futex compares the bell once more, or a pipe keeps what it was given. No
/// sleep is longer than <see cref="Slice"/>, be it that the other side breaks these rules.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SharedSlot : CallMemory, IDisposable
{
    /// <summary>The longest sleep; after it somebody looks whether the other side lives.</summary>
    public static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(250);

    private const int LooksBetweenClocks = 16;

    private readonly SharedFile _file;
    private readonly Bells _bells;
    private readonly SpinBudget _budget = new();
    private (uint Bell, uint Seen) _lastRing;

    private SharedSlot(SharedFile file, SharedLayout layout, Bells bells)
        : base(layout) => (_file, _bells) = (file, bells);

    /// <summary>The file's number for the other side.</summary>
    public int Descriptor => _file.Descriptor;

    /// <summary>The counter of requests.</summary>
    public uint Request => Volatile.Read(ref *Word(SharedLayout.RequestAt));

    /// <summary>The counter of replies.</summary>
    public uint Reply => Volatile.Read(ref *Word(SharedLayout.ReplyAt));

    /// <summary>What the client says of itself.</summary>
    public PeerState ClientState
    {
        get => (PeerState)Volatile.Read(ref *Word(SharedLayout.ClientStateAt));
        set => Volatile.Write(ref *Word(SharedLayout.ClientStateAt), (uint)value);
    }

    /// <summary>What the host says of itself.</summary>
    public PeerState HostState
    {
        get => (PeerState)Volatile.Read(ref *Word(SharedLayout.HostStateAt));
        set => Volatile.Write(ref *Word(SharedLayout.HostStateAt), (uint)value);
    }

    /// <summary>How the sides wake each other.</summary>
    public BellKinds BellKind => _bells.Kind;

    /// <summary>Makes a file with its head; the bells are its own from then on.</summary>
    /// <exception cref="SharedMemoryException">The system gives none.</exception>
    public static SharedSlot Create(SharedLayout layout, ReadOnlySpan<byte> nonce, Bells bells)
    {
        var slot = new SharedSlot(SharedFile.Create(layout.Bytes), layout, bells);
        *(ulong*)(slot._file.Base + SharedLayout.MagicAt) = SharedLayout.Magic;
        *slot.Word(SharedLayout.VersionAt) = SharedLayout.Version;
        *slot.Word(SharedLayout.LanesAt) = (uint)layout.Lanes;
        *(ulong*)(slot._file.Base + SharedLayout.BytesAt) = (ulong)layout.Bytes;
        nonce.CopyTo(slot.Bytes(SharedLayout.HostNonceAt, SharedLayout.NonceBytes));
        slot.HostState = PeerState.Here;
        return slot;
    }

    /// <summary>Maps the file that a host offers.</summary>
    /// <exception cref="SharedMemoryException">It is not what was told.</exception>
    public static SharedSlot Open(SharedLayout layout, uint processId, uint descriptor, ulong bytes, ReadOnlySpan<byte> nonce, Bells bells)
    {
        if (bytes != (ulong)layout.Bytes)
        {
            throw new SharedMemoryException($"the host offers a file of {bytes} bytes where {layout.Bytes} are needed");
        }

        var slot = new SharedSlot(SharedFile.Open(processId, descriptor, layout.Bytes), layout, bells);
        if (*(ulong*)(slot._file.Base + SharedLayout.MagicAt) != SharedLayout.Magic
            || *slot.Word(SharedLayout.VersionAt) != SharedLayout.Version
            || *slot.Word(SharedLayout.LanesAt) != layout.Lanes
            || !slot.Bytes(SharedLayout.HostNonceAt, SharedLayout.NonceBytes).SequenceEqual(nonce))
        {
            slot.Dispose();
            throw new SharedMemoryException("the file that the host offers is not the one that it means");
        }

        return slot;
    }

    /// <summary>From now on no third process can open the file.</summary>
    public void CloseDescriptor() => _file.CloseDescriptor();

    /// <summary>Waits for a request after the one that was seen, at most for <see cref="Slice"/>.</summary>
    public bool WaitForRequest(uint seen) => Wait(Side.Host, seen, Slice);

    /// <summary>Waits for the reply to a request, at most for a time that is not longer than <see cref="Slice"/>.</summary>
    public bool WaitForReply(uint request, TimeSpan atMost) => Reply == request
        || (Wait(Side.Client, Reply, atMost) && Reply == request);

    /// <summary>Says that a request is there.</summary>
    public void PostRequest(uint request) => Post(SharedLayout.RequestAt, request, SharedLayout.HostBellAt, SharedLayout.HostSleepsAt, _bells.Host);

    /// <summary>Says that a reply is there.</summary>
    public void PostReply(uint request) => Post(SharedLayout.ReplyAt, request, SharedLayout.ClientBellAt, SharedLayout.ClientSleepsAt, _bells.Client);

    /// <summary>Wakes the host without a request, so that it looks around.</summary>
    public void RingHost() => Ring(SharedLayout.HostBellAt, _bells.Host);

    /// <summary>Wakes the client without a reply, so that it looks around.</summary>
    public void RingClient() => Ring(SharedLayout.ClientBellAt, _bells.Client);

    /// <inheritdoc/>
    public void Dispose()
    {
        _bells.Dispose();
        if (IsLent)
        {
            _file.Retire();
        }
        else
        {
            _file.Dispose();
        }
    }

    /// <summary>Lets go of the file: somebody still works with bytes of it, and it is given back when he does not.</summary>
    public void Leave()
    {
        _bells.Dispose();
        _file.CloseDescriptor();
    }

    /// <inheritdoc/>
    protected override byte* Base => _file.Base;

    /// <inheritdoc/>
    protected override SafeHandle Owner => _file.Pages;

    private uint* Word(int at) => (uint*)(_file.Base + at);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Left(long started, TimeSpan atMost)
    {
        var left = atMost - Stopwatch.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static long NanosecondsSince(long started) => (long)Stopwatch.GetElapsedTime(started).TotalNanoseconds;

    private bool Wait(Side side, uint seen, TimeSpan atMost)
    {
        ref var word = ref *Word(side.Counter);
        if (Volatile.Read(ref word) != seen)
        {
            return true;
        }

        var started = Stopwatch.GetTimestamp();
        if (_budget.TakesNap())
        {
            if (Sleep(side, seen, Shorter(TimeSpan.FromTicks(_budget.Nap / TimeSpan.NanosecondsPerTick), atMost)))
            {
                _budget.Napped(NanosecondsSince(started));
                return true;
            }

            if (TakeRing(side, seen))
            {
                return false;
            }

            if (_budget.HasRoom() && TrySpin(ref word, seen, Left(started, atMost)))
            {
                _budget.Napped(NanosecondsSince(started));
                return true;
            }
        }
        else if (_budget.Spins && _budget.Nap == 0 && TrySpin(ref word, seen, atMost))
        {
            _budget.Hit();
            return true;
        }

        var isThere = Sleep(side, seen, Left(started, atMost));
        _budget.Slept(NanosecondsSince(started));
        TakeRing(side, seen);
        return isThere;
    }

    private bool TrySpin(ref uint word, uint seen, TimeSpan atMost)
    {
        if (!SpinBudget.TryEnter())
        {
            return false;
        }

        var isThere = Spin(ref word, seen, Math.Min(_budget.Nanoseconds, atMost.Ticks * TimeSpan.NanosecondsPerTick));
        SpinBudget.Leave();
        if (!isThere)
        {
            _budget.Miss();
        }

        return isThere;
    }

    private static bool Spin(ref uint word, uint seen, long nanoseconds)
    {
        var until = Stopwatch.GetTimestamp() + (nanoseconds * Stopwatch.Frequency / 1_000_000_000);
        do
        {
            for (var i = 0; i < LooksBetweenClocks; i++)
            {
                if (Volatile.Read(ref word) != seen)
                {
                    return true;
                }

                Thread.SpinWait(1);
            }
        }
        while (Stopwatch.GetTimestamp() < until);
        return false;
    }

    private bool Sleep(Side side, uint seen, TimeSpan atMost)
    {
        ref var word = ref *Word(side.Counter);
        var heard = Volatile.Read(ref *Word(side.Bell));
        Interlocked.Exchange(ref *Word(side.Sleeps), 1);
        if (Volatile.Read(ref word) == seen && !IsNewRing(heard, seen))
        {
            (side == Side.Host ? _bells.Host : _bells.Client).Wait(ref *Word(side.Bell), heard, atMost);
        }

        Volatile.Write(ref *Word(side.Sleeps), 0);
        return Volatile.Read(ref word) != seen;
    }

    // Nobody has looked around since: after the wait somebody does.
    private bool TakeRing(Side side, uint seen)
    {
        var heard = Volatile.Read(ref *Word(side.Bell));
        var isNew = IsNewRing(heard, seen);
        _lastRing = isNew ? (heard, seen) : _lastRing;
        return isNew;
    }

    private bool IsNewRing(uint heard, uint seen) => (heard & 1) != 0 && (heard, seen) != _lastRing;

    private void Post(int counter, uint value, int bell, int sleeps, IBell wakes)
    {
        Volatile.Write(ref *Word(counter), value);
        Interlocked.Exchange(ref *Word(bell), value << 1); // even here, odd in Ring: no two writers make the same value
        if (Volatile.Read(ref *Word(sleeps)) != 0)
        {
            wakes.Wake(ref *Word(bell));
        }
    }

    private void Ring(int bell, IBell wakes)
    {
        Interlocked.Exchange(ref *Word(bell), (Volatile.Read(ref *Word(bell)) | 1) + 2);
        wakes.Wake(ref *Word(bell));
    }

    // Where a side waits: the counter that it waits for, the bell that it sleeps on, and its flag that it does.
    private readonly record struct Side(int Counter, int Bell, int Sleeps)
    {
        public static readonly Side Host = new(SharedLayout.RequestAt, SharedLayout.HostBellAt, SharedLayout.HostSleepsAt);
        public static readonly Side Client = new(SharedLayout.ReplyAt, SharedLayout.ClientBellAt, SharedLayout.ClientSleepsAt);
    }
}

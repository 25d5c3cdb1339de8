using GymBridge.Spaces;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Where everything lies in the file that client and host share: docs/protocol.md, section 16.</summary>
/// <remarks>Both sides compute it from what <c>Open</c> has told; no offset is ever read from the file.</remarks>
internal sealed class SharedLayout
{
    /// <summary>The layout that is written here.</summary>
    public const uint Version = 1;

    /// <summary>The first eight bytes of a file, "GYMBSHM1", little-endian.</summary>
    public const ulong Magic = 0x314D4853424D5947;

    /// <summary>Bytes of each area for a message.</summary>
    public const int MessageBytes = 64 * 1024;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceBytes = 16;

    // The head: one line of 64 bytes for each side that writes.
    public const int MagicAt = 0;
    public const int VersionAt = 8;
    public const int LanesAt = 12;
    public const int BytesAt = 16;
    public const int HostNonceAt = 32;
    public const int ClientNonceAt = 48;
    public const int RequestAt = 64;
    public const int ClientStateAt = 68;
    public const int ReplyAt = 128;
    public const int HostStateAt = 132;
    public const int HostBellAt = 192;
    public const int HostSleepsAt = 196;
    public const int ClientBellAt = 256;
    public const int ClientSleepsAt = 260;
    public const int RequestHeadAt = 320;
    public const int ReplyHeadAt = 384;
    public const int MarksAt = 448;

    private const int Line = 64;
    private const int Page = 4096;
    private const int LeastActionItem = 8; // an int64 or float64 in the place of a narrower one

    private SharedLayout(Space observation, Space action, int lanes)
    {
        Lanes = lanes;
        var at = (long)MarksAt + (2L * action.Leaves.Length);
        ActionAt = [.. action.Leaves.Select(leaf => Take(ref at, (long)leaf.Elements * Math.Max(LeastActionItem, leaf.DType.ItemSize()) * lanes))];
        ActionRoom = [.. action.Leaves.Select(leaf => checked(leaf.Elements * Math.Max(LeastActionItem, leaf.DType.ItemSize()) * lanes))];
        ObservationAt = [.. observation.Leaves.Select(leaf => Take(ref at, (long)leaf.Bytes * lanes))];
        RewardAt = Take(ref at, sizeof(double) * (long)lanes);
        TerminatedAt = Take(ref at, lanes);
        TruncatedAt = Take(ref at, lanes);
        RequestMessageAt = Take(ref at, MessageBytes);
        ReplyMessageAt = Take(ref at, MessageBytes);
        Bytes = checked((int)((at + Page - 1) / Page * Page));
    }

    /// <summary>Number of lanes.</summary>
    public int Lanes { get; }

    /// <summary>Where the action columns begin, by leaf.</summary>
    public int[] ActionAt { get; }

    /// <summary>Bytes of the action columns, by leaf: enough for elements of eight bytes.</summary>
    public int[] ActionRoom { get; }

    /// <summary>Where the observation columns begin, by leaf.</summary>
    public int[] ObservationAt { get; }

    /// <summary>Where the rewards begin.</summary>
    public int RewardAt { get; }

    /// <summary>Where the flags of ends begin.</summary>
    public int TerminatedAt { get; }

    /// <summary>Where the flags of cuts begin.</summary>
    public int TruncatedAt { get; }

    /// <summary>Where the message of a request begins.</summary>
    public int RequestMessageAt { get; }

    /// <summary>Where the message of a reply begins.</summary>
    public int ReplyMessageAt { get; }

    /// <summary>Size of the file, whole pages.</summary>
    public int Bytes { get; }

    /// <summary>The layout for an environment.</summary>
    /// <returns>Null where a space has leaves without a fixed size, or the columns do not fit into 2 GiB.</returns>
    public static SharedLayout? For(Space observation, Space action, int lanes)
    {
        if (observation.Leaves.Any(leaf => leaf.IsVariable) || action.Leaves.Any(leaf => leaf.IsVariable))
        {
            return null;
        }

        try
        {
            return new SharedLayout(observation, action, lanes);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static int Take(ref long at, long bytes)
    {
        var start = (at + Line - 1) / Line * Line;
        at = start + bytes;
        return checked((int)start);
    }
}

/// <summary>How a request says what is asked.</summary>
internal enum RequestKind : uint
{
    /// <summary>A step; the actions lie in their columns.</summary>
    Step = 1,

    /// <summary>A serialized <c>Call</c> lies in the request's message area.</summary>
    Message = 2,
}

/// <summary>How a reply says what came of it.</summary>
internal enum ReplyStatus : uint
{
    /// <summary>It was executed; columns and message area hold the reply.</summary>
    Done = 1,

    /// <summary>The file cannot say it: the same call, sent on the gRPC connection, is answered there. It is executed at most once.</summary>
    OnStream = 2,
}

/// <summary>Which columns of a reply count.</summary>
[Flags]
internal enum ReplyColumns : uint
{
    /// <summary>None: a fault.</summary>
    None = 0,

    /// <summary>The observations.</summary>
    Observations = 1,

    /// <summary>Rewards and flags.</summary>
    Outcomes = 2,
}

/// <summary>What a side says of itself.</summary>
internal enum PeerState : uint
{
    /// <summary>Not there yet.</summary>
    None = 0,

    /// <summary>Using the file.</summary>
    Here = 1,

    /// <summary>Will not look at the file again.</summary>
    Gone = 2,
}

/// <summary>What stands before the data of a request.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential)]
internal struct RequestHead
{
    public ulong Seq;
    public RequestKind Kind;
    public uint Epoch;
    public uint TimeoutMs;
    public uint WantInfo;
    public uint Length;
}

/// <summary>What stands before the data of a reply.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential)]
internal struct ReplyHead
{
    public ulong Seq;
    public ReplyStatus Status;
    public ReplyColumns Columns;
    public uint EnvUs;
    public uint ServerUs;
    public uint Length;
}

using Google.Protobuf;
using GymBridge.Server.Service;
using GymBridge.Server.Sessions;

namespace GymBridge.Server.InProcess;

/// <summary>The methods of the service, by the numbers that Python has for them.</summary>
internal enum InProcessMethod
{
    /// <summary>What the host has.</summary>
    List,

    /// <summary>What an environment would be.</summary>
    Describe,

    /// <summary>Opens a session.</summary>
    Open,

    /// <summary>A call of a session.</summary>
    Exchange,

    /// <summary>Ends a session.</summary>
    Close,
}

/// <summary>A call that Python waits for in slices, so that it hears of Ctrl-C and of its own deadline.</summary>
#pragma warning disable CA1001 // The source has neither timer nor handle: there is nothing to free.
internal sealed class InProcessCall : ICallOrigin
#pragma warning restore CA1001
{
    private readonly TaskCompletionSource<(int Code, byte[] Data)> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abandoned = new();

    /// <summary>Cancelled when nobody waits any longer.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    IPeerConnection? ICallOrigin.Connection => null;

    /// <summary>0 with the reply, or the status of a refusal with its detail; valid when <see cref="Wait"/> has said so.</summary>
    public (int Code, byte[] Data) Outcome => _outcome.Task.Result;

    /// <summary>Waits.</summary>
    /// <returns>Whether there is an outcome.</returns>
    public bool Wait(int milliseconds) => _outcome.Task.Wait(milliseconds);

    /// <summary>Nobody waits any longer.</summary>
    public void Abandon() => _abandoned.Cancel();

    public void Finish(IMessage reply) => Finish(reply.ToByteArray());

    /// <summary>The reply; pinned, so that native code can read it.</summary>
    public void Finish(byte[] reply) => _outcome.TrySetResult((0, Pinned(reply)));

    public void Refuse(CallRefusedException refusal) =>
        _outcome.TrySetResult(((int)refusal.Reason.Code, Pinned(RpcErrors.DetailOf(refusal).ToByteArray())));

    private static byte[] Pinned(byte[] data)
    {
        var pinned = GC.AllocateUninitializedArray<byte>(data.Length, pinned: true);
        data.CopyTo(pinned, 0);
        return pinned;
    }
}

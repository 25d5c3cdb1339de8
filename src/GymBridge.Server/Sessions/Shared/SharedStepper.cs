using System.Diagnostics;
using System.Runtime.Versioning;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Spaces;

namespace GymBridge.Server.Sessions.Shared;

/// <summary>The thread that serves the calls of one session that come through shared memory, for as long as session and client live.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SharedStepper
{
    /// <summary>How long a client may take to map the file.</summary>
    private static readonly TimeSpan AttachTime = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Session _session;
    private readonly SharedSlot _slot;
    private readonly PeerProcess _client;
    private readonly byte[] _clientNonce;
    private readonly SharedCall _call;
    private readonly ILogger _logger;
    private readonly Action _onEnd;
    private readonly long _started = Stopwatch.GetTimestamp();
    private volatile bool _isEnding;
    private bool _isAttached;
    private bool _isFreed;

    /// <summary>A stepper; the file and the watch over the client are its own from now on.</summary>
    public SharedStepper(
        Session session, SharedSlot slot, PeerProcess client, byte[] clientNonce, Space observationSpace, Space actionSpace, ILogger logger, Action onEnd)
    {
        _session = session;
        _slot = slot;
        _client = client;
        _clientNonce = clientNonce;
        _call = new SharedCall(slot, observationSpace, actionSpace);
        _logger = logger;
        _onEnd = onEnd;
    }

    /// <summary>Begins to serve.</summary>
    public void Start()
    {
        new Thread(Run) { IsBackground = true, Name = "gymbridge shared memory" }.Start();
        _session.OnEnd(End);
    }

    /// <summary>Tells the thread to end after the call that it executes, and the client that the file is no longer looked at.</summary>
    private void End()
    {
        lock (_gate)
        {
            _isEnding = true;
            if (!_isFreed)
            {
                _slot.HostState = PeerState.Gone;
                _slot.RingClient();
                _slot.RingHost();
            }
        }
    }

    private void Run()
    {
        try
        {
            Serve();
        }
        catch (Exception exception)
        {
            _logger.SharedMemoryFailed(exception, _session.Plan.Name);
        }

        End();
        _session.ForgetShare(End);
        lock (_gate)
        {
            _isFreed = true;
            if (_session.TryLeave(_slot))
            {
                _slot.Dispose();
            }
            else
            {
                _slot.Leave();
            }

            _client.Dispose();
        }

        _onEnd();
    }

    private void Serve()
    {
        var seen = 0U;
        while (!_isEnding)
        {
            var isThere = _slot.WaitForRequest(seen);
            if (!_isAttached && !TryAttach(isThere))
            {
                return;
            }

            if (!isThere)
            {
                if (_client.HasExited || _slot.ClientState == PeerState.Gone)
                {
                    return;
                }

                continue;
            }

            seen = _slot.Request;
            _call.Receive();
            if (_isEnding || !_session.TryExecute(_call))
            {
                _call.LeaveToStream();
            }

            _slot.PostReply(seen);
        }
    }

    /// <summary>Looks whether the client has come, and is the one that the file was made for.</summary>
    /// <returns>False if nobody is to be served.</returns>
    private bool TryAttach(bool hasRequest)
    {
        if (_slot.ClientState != PeerState.Here && !hasRequest)
        {
            return Stopwatch.GetElapsedTime(_started) < AttachTime;
        }

        _slot.CloseDescriptor();
        _isAttached = _slot.Bytes(SharedLayout.ClientNonceAt, SharedLayout.NonceBytes).SequenceEqual(_clientNonce);
        if (!_isAttached)
        {
            _logger.SharedMemoryStranger(_session.Plan.Name);
        }

        return _isAttached;
    }
}

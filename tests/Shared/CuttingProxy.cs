using System.Net;
using System.Net.Sockets;

namespace GymBridge.Testing;

/// <summary>A TCP proxy in front of a Unix domain socket that cuts its connections when it is told to.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _socketPath;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private int _dropReplies;
    private int _chunks;
    private int _cuts;

    public CuttingProxy(string socketPath)
    {
        _socketPath = socketPath;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Connections made so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Cuts so many times, each time at the answer after so many pieces of answers.</summary>
    public (int Pieces, int Times) CutEvery { get; init; } = (int.MaxValue, 0);

    /// <summary>How often <see cref="CutEvery"/> has cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Lets the next bytes of the client through, and cuts instead of passing on the answer.</summary>
    public void CutAtNextReply() => Interlocked.Exchange(ref _dropReplies, 1);

    /// <summary>Cuts everything now.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _open.ForEach(socket => socket.Dispose());
            _open.Clear();
        }
    }

    public void Dispose()
    {
        _stopped.Cancel();
        _listener.Stop();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stopped.IsCancellationRequested)
            {
                var client = await _listener.AcceptSocketAsync(_stopped.Token);
                client.NoDelay = true;
                var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await server.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), _stopped.Token);
                lock (_gate)
                {
                    Connections++;
                    _open.AddRange([client, server]);
                }

                _ = PumpAsync(client, server, isReply: false);
                _ = PumpAsync(server, client, isReply: true);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private bool IsTurn()
    {
        if (Cuts >= CutEvery.Times || Interlocked.Increment(ref _chunks) % CutEvery.Pieces != 0)
        {
            return false;
        }

        Interlocked.Increment(ref _cuts);
        return true;
    }

    private async Task PumpAsync(Socket from, Socket to, bool isReply)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (isReply && (Interlocked.Exchange(ref _dropReplies, 0) == 1 || IsTurn()))
                {
                    // Whatever comes now may be a window update before the reply: give the server time to have executed.
                    await Task.Delay(20);
                    break;
                }

                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }

        from.Dispose();
        to.Dispose();
    }
}

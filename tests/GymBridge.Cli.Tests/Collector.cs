using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GymBridge.Cli.Tests;

/// <summary>A collector that takes OTLP over HTTP and keeps the bytes.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener;
    private readonly ConcurrentQueue<(string Path, string Body)> _requests = new();
    private readonly Task _loop;

    public Collector()
    {
        (_listener, Url) = Listen();
        _loop = Task.Run(ServeAsync);
    }

    public string Url { get; }

    /// <summary>Everything that came to a path, its strings readable.</summary>
    public string Received(string path) => string.Concat(_requests.Where(request => request.Path == path).Select(request => request.Body));

    public void Dispose()
    {
        _listener.Close();
        _loop.Wait(TimeSpan.FromMinutes(1));
    }

    // HttpListener takes no port 0, and another process may take a port that was free a moment ago.
    private static (HttpListener Listener, string Url) Listen()
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            probe.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add(url + "/");
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException)
            {
                // Taken meanwhile.
            }
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _requests.Enqueue((context.Request.Url!.AbsolutePath, Encoding.Latin1.GetString(body.ToArray())));
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}

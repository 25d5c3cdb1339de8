using System.Net.Sockets;

namespace GymBridge.Client.Installation;

/// <summary>The package index that pip uses, and whether it answers.</summary>
internal static class PackageIndex
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(4);

    /// <summary>The index as pip is configured; null when pip is told to use none.</summary>
    public static async Task<Uri?> FindAsync(string interpreter, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("PIP_NO_INDEX") is { Length: > 0 } and not ("0" or "false"))
        {
            return null;
        }

        var url = Environment.GetEnvironmentVariable("PIP_INDEX_URL");
        if (string.IsNullOrEmpty(url))
        {
            var result = await ProcessRunner.RunAsync(
                interpreter, ["-m", "pip", "config", "get", "global.index-url"], TimeSpan.FromSeconds(30), null, cancellationToken).ConfigureAwait(false);
            url = result.ExitCode == 0 ? result.Output.Split('\n')[^1].Trim() : string.Empty;
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var index) ? index : new Uri("https://pypi.org/simple");
    }

    /// <summary>
    /// Whether somebody listens there (or at the proxy on the way). pip itself finds out only after its time-outs, and name
    /// resolution is not even covered by them.
    /// </summary>
    public static async Task<bool> IsReachableAsync(Uri index, CancellationToken cancellationToken)
    {
        if (index.IsFile)
        {
            return true;
        }

        var target = HttpClient.DefaultProxy.IsBypassed(index) ? index : HttpClient.DefaultProxy.GetProxy(index) ?? index;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProbeTimeout);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(target.Host, target.Port, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

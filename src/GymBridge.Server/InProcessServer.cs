using GymBridge.Server.InProcess;

namespace GymBridge.Server;

/// <summary>Serves environments to a Python interpreter in the same process: <c>transport="inproc"</c> of the Python package.</summary>
/// <remarks>
/// Python loads the assembly of a server and calls the method <c>Bind</c> of its class <c>GymBridgeEntry</c>, which stands in no
/// namespace and says what is served:
/// <code>
/// internal static class GymBridgeEntry
/// {
///     public static int Bind(nint table, int size) => InProcessServer.Bind(table, size, () => registry);
/// }
/// </code>
/// There is one such server in a process. An environment that crashes takes the interpreter with it.
/// </remarks>
public static class InProcessServer
{
    private const int OtherVersion = 1;
    private const int Failed = 2;

    private static readonly Lock Gate = new();
    private static InProcessHost? _host;

    /// <summary>Starts the server at the first call, and tells Python the addresses of its functions.</summary>
    /// <param name="table">Memory of the interpreter for addresses, or for the text of an error.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="environments">What is served.</param>
    /// <param name="configure">Changes limits.</param>
    /// <returns>0; else what Python makes an exception of.</returns>
    public static int Bind(nint table, int size, Func<EnvRegistry> environments, Action<GymBridgeOptions>? configure = null)
    {
        try
        {
            if (!NativeTable.IsOfThisVersion(table, size))
            {
                return OtherVersion;
            }

            lock (Gate)
            {
                _host ??= InProcessHost.Start(environments(), configure);
                NativeTable.Write(table, _host);
            }

            return 0;
        }
        catch (Exception exception)
        {
            // Nothing may leave a function that native code has called.
            NativeTable.WriteText(table, size, exception is GymBridgeException ? exception.Message : exception.ToString());
            return Failed;
        }
    }
}

using GymBridge.Client;

namespace GymBridge.PythonNet;

/// <summary>Python environments in this process.</summary>
public static class PythonInProcess
{
    /// <summary>Makes the environments of Python modules (<c>gymnasium:CartPole-v1</c>) in this process, by an interpreter that is embedded
    /// when the first one is made.</summary>
    /// <param name="registry">The registry; its former source of modules is replaced.</param>
    /// <param name="client">Limits; null for the defaults. Its transport is not looked at.</param>
    /// <param name="interpreter">A Python whose packages are used, of a virtual environment for one; null:
    /// <c>$GYMBRIDGE_HOST_PYTHON</c>, else that of <c>gymbridge python install</c>.</param>
    /// <returns>The registry.</returns>
    /// <remarks>An environment that crashes ends this process. All Python environments take turns (one GIL). A call that takes longer than
    /// <see cref="ClientOptions.CallTimeout"/> is ended by a KeyboardInterrupt in its Python code; native code that does not come back is not.
    /// There is one interpreter in a process, for its whole life. Shared memory, the default of a Python host in a process of its own, is
    /// about as quick; docs/transports.md compares them.</remarks>
    public static EnvRegistry UsePythonInProcess(this EnvRegistry registry, ClientOptions? client = null, string? interpreter = null) =>
        registry.UseModules(new InProcessEnvSource(client ?? ClientOptions.Default, interpreter));
}

using GymBridge.Client.Installation;
using GymBridge.Client.Wire;
using GymBridge.Errors;

namespace GymBridge.Client.Hosting;

/// <summary>The environments of Python modules: <c>gymnasium:CartPole-v1</c>, <c>ale_py:ALE/Pong-v5</c>.</summary>
/// <remarks>
/// A Python host is started for each module when its first environment is made, shared by the environments of this process,
/// and stopped with the last of them. Give an instance to <see cref="EnvRegistry.UseModules"/>. Thread-safe.
/// </remarks>
public sealed class PythonEnvSource : IEnvironmentSource
{
    private readonly PythonHostOptions _host;
    private readonly ClientOptions _client;

    /// <summary>A source of Python environments; nothing is started yet.</summary>
    /// <param name="client">Limits; null for the defaults.</param>
    /// <param name="host">Which Python and how it is started; null for the defaults. Its modules are replaced by that of each id.</param>
    public PythonEnvSource(ClientOptions? client = null, PythonHostOptions? host = null)
    {
        _client = (client ?? ClientOptions.Default).Validated();
        _host = host ?? new PythonHostOptions();
    }

    /// <summary>The environments that a module registers.</summary>
    /// <exception cref="PythonNotFoundException">There is no Python, or it lacks a package; the message has the command that mends it.</exception>
    public ServerListing List(string module)
    {
        using var connection = Connect(module);
        return Listing.Read(connection);
    }

    /// <summary>Makes a single environment.</summary>
    /// <exception cref="ArgumentException">The id names no module.</exception>
    /// <exception cref="PythonNotFoundException">There is no Python, or it lacks a package; the message has the command that mends it.</exception>
    /// <exception cref="EnvironmentNotFoundException">The module does not register it; the message suggests what is close.</exception>
    public RemoteEnv Make(EnvId id, MakeOptions options) => EnvironmentOpener.OpenSingle(Connect(ModuleOf(id)), id.ToString(), options);

    /// <summary>Makes lanes of an environment.</summary>
    /// <exception cref="ArgumentException">The id names no module.</exception>
    /// <exception cref="PythonNotFoundException">There is no Python, or it lacks a package; the message has the command that mends it.</exception>
    /// <exception cref="EnvironmentNotFoundException">The module does not register it; the message suggests what is close.</exception>
    public RemoteVectorEnv MakeVec(EnvId id, int numEnvs, MakeOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numEnvs, 1);
        return EnvironmentOpener.OpenVector(Connect(ModuleOf(id)), id.ToString(), numEnvs, options);
    }

    Env IEnvironmentSource.Make(EnvId id, MakeOptions options) => Make(id, options);

    VectorEnv IEnvironmentSource.MakeVec(EnvId id, int numEnvs, MakeOptions options) => MakeVec(id, numEnvs, options);

    private static string ModuleOf(EnvId id) => id.Module ?? throw new ArgumentException(
        $"'{id}' names no Python module; write it as 'module:{id}', for example 'gymnasium:CartPole-v1'.", nameof(id));

    private Connection Connect(string module)
    {
        var lease = PythonHostPool.Acquire(module, _host);
        return new Connection(lease.Host.Address, _client, lease);
    }
}

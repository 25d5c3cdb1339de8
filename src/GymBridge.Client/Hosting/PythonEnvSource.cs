using System.Runtime.ExceptionServices;
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

    /// <summary>Makes a single environment in a Python process of its module.</summary>
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

    /// <summary>Makes environments that are stepped independently, over <see cref="PythonHostOptions.Processes"/>: a slow one holds nobody up, and one that dies
    /// costs its own lane.</summary>
    /// <param name="id">The environment.</param>
    /// <param name="numEnvs">How many.</param>
    /// <param name="batchSize">How many lanes <see cref="EnvPool.Receive"/> waits for.</param>
    /// <param name="options">Their arguments, and the autoreset mode: NextStep or SameStep.</param>
    /// <exception cref="ArgumentException">The id names no module.</exception>
    /// <exception cref="PythonNotFoundException">There is no Python, or it lacks a package; the message has the command that mends it.</exception>
    /// <exception cref="EnvironmentNotFoundException">The module does not register it; the message suggests what is close.</exception>
    public EnvPool MakePool(EnvId id, int numEnvs, int batchSize, MakeOptions? options = null)
    {
        var lanes = Spread(id, numEnvs, options ?? MakeOptions.Default, numEnvs, ProcessesFor(id, numEnvs));
        try
        {
            return new EnvPool(lanes, batchSize);
        }
        catch
        {
            Array.ForEach(lanes, lane => lane.Dispose());
            throw;
        }
    }

    Env IEnvironmentSource.Make(EnvId id, MakeOptions options) => Make(id, options);

    VectorEnv IEnvironmentSource.MakeVec(EnvId id, int numEnvs, MakeOptions options)
    {
        // A vector form of Python's own has its own threads or processes, and may share a generator between its lanes: it stays whole.
        var isWhole = options.Vectorization is VectorizationMode.VectorEntryPoint or VectorizationMode.Async;
        var parts = ProcessesFor(id, numEnvs, isWhole ? 1 : null);
        return parts > 1 ? new ParallelVectorEnv(Spread(id, numEnvs, options, parts, parts)) : Part(id, numEnvs, options, 0);
    }

    // What was asked for, else by default as many as the lanes are worth, and never more than there are lanes.
    private int ProcessesFor(EnvId id, int numEnvs, int? byDefault = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numEnvs, 1);
        return Math.Clamp(_host.Processes ?? byDefault ?? HostProcesses.ByDefault(id, numEnvs, Environment.ProcessorCount), 1, numEnvs);
    }

    private static string ModuleOf(EnvId id) => id.Module ?? throw new ArgumentException(
        $"'{id}' names no Python module; write it as 'module:{id}', for example 'gymnasium:CartPole-v1'.", nameof(id));

    // Lanes in parts; the parts take turns with the processes, which are started at the same time.
    private VectorEnv[] Spread(EnvId id, int numEnvs, MakeOptions options, int parts, int processes)
    {
        var envs = new VectorEnv?[parts];
        try
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts }, part => envs[part] = Part(
                id, (numEnvs / parts) + (part < numEnvs % parts ? 1 : 0), options, part % processes));
        }
        catch (AggregateException exception)
        {
            foreach (var env in envs)
            {
                env?.Dispose();
            }

            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        return envs!;
    }

    private VectorEnv Part(EnvId id, int numEnvs, MakeOptions options, int number)
    {
        var module = ModuleOf(id);
        return _host.OnRestart is null ? Make() : new RestartingVectorEnv(Make, _host.OnRestart);

        RemoteVectorEnv Make() => EnvironmentOpener.OpenVector(Connect(module, number), id.ToString(), numEnvs, options);
    }

    private Connection Connect(string module, int number = 0)
    {
        Connection.CheckTransport(_client);
        var lease = PythonHostPool.Acquire(module, _host, number);
        return new Connection(lease.Host.Address, _client, lease);
    }
}

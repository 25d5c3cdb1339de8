using System.CommandLine;
using GymBridge.Agents;
using GymBridge.Agents.Options;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Client;
using GymBridge.Client.Hosting;
using GymBridge.Environments;
using GymBridge.PythonNet;
using GymBridge.Training.Presets;

namespace GymBridge.Cli;

/// <summary>Where the environments of one invocation come from: the C# registry and Python modules, or a running server.</summary>
internal sealed class EnvironmentSource
{
    private readonly EnvRegistry? _registry;
    private readonly RemoteServer? _server;

    private readonly Action<GymBridgeException>? _onLost;
    private readonly CliOutput _output;
    private readonly TimeSpan _openTimeout;
    private readonly PythonHostOptions _host;

    private EnvironmentSource(
        EnvRegistry? registry, RemoteServer? server, PythonHostOptions host, Action<GymBridgeException>? onLost, CliOutput output, TimeSpan openTimeout)
    {
        _host = host;
        _registry = registry;
        _server = server;
        _onLost = onLost;
        _output = output;
        _openTimeout = openTimeout;
    }

    /// <summary>The registry behind every verb that works on this machine.</summary>
    public static EnvRegistry CreateRegistry(CliOutput output, ClientOptions? options = null, PythonHostOptions? host = null)
    {
        var client = Telling(options ?? ClientOptions.Default, output);
        var registry = EnvironmentCatalog.CreateRegistry();
        return client.EffectiveTransport != Transport.InProcess ? registry.UseModules(new PythonEnvSource(client, host))
            : host?.Processes is null ? registry.UsePythonInProcess(client)
            : throw new UsageException("--host-processes is for Python hosts in processes of their own; leave it out with the transport 'inproc'.");
    }

    /// <summary>The source that the command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="output">Where warnings go.</param>
    /// <param name="ids">The environments that will be made; none where that is not known yet.</param>
    /// <exception cref="UsageException">An option says how they are reached and they are not reached that way.</exception>
    public static EnvironmentSource Create(ParseResult parsed, CliOutput output, params string[] ids) => Create(parsed, output, null, ids);

    /// <summary>The source that the command line names, whose lanes outlive their hosts.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="output">Where warnings go.</param>
    /// <param name="onLost">Told when lanes were lost, before they are made again; null: a loss ends the run.</param>
    /// <param name="ids">The environments that will be made.</param>
    /// <exception cref="UsageException">An option says how they are reached and they are not reached that way.</exception>
    public static EnvironmentSource Create(ParseResult parsed, CliOutput output, Action<GymBridgeException>? onLost, params string[] ids)
    {
        var address = parsed.GetValue(ServerOptions.Address);
        var isHosted = ids.Length == 0 || ids.Any(id => EnvId.Parse(id).Module is not null);
        ServerOptions.CheckUsed(parsed, isHosted, ids);
        HostOptions.CheckUsed(parsed, address is null && isHosted, ids);
        var client = ServerOptions.Read(parsed) with { OnInformation = new WayNotes(output).Tell };
        var host = HostOptions.Read(parsed) with { OnRestart = onLost };
        return address is not null
            ? new EnvironmentSource(null, new RemoteServer(address.ToString(), Telling(client, output)), host, onLost, output, client.OpenTimeout)
            : new EnvironmentSource(CreateRegistry(output, client, host), null, host, onLost, output, client.OpenTimeout);
    }

    /// <summary>Makes a single environment.</summary>
    public Env Make(string id, MakeOptions options)
    {
        using var notice = Notice(id);
        return _registry?.Make(id, options) ?? _server!.Make(id, options);
    }

    /// <summary>Makes N lanes of an environment.</summary>
    public VectorEnv MakeVec(string id, int numEnvs, MakeOptions options)
    {
        using var notice = Notice(id);
        return _registry?.MakeVec(id, numEnvs, options) ?? _server!.MakeVec(id, numEnvs, options);
    }

    /// <summary>Makes what a run trains on: N lanes, single environments side by side where the algorithm steps each by itself, with its wrappers.</summary>
    public VectorEnv MakeFor(
        AlgorithmDescriptor algorithm, AlgorithmOptions hyperparameters, string id, int numEnvs, TrainingWrappers wrappers, MakeOptions options)
    {
        HostOptions.Compare(_host, numEnvs);
        if (algorithm.StepsLanesApart || hyperparameters.StepsLanesApart)
        {
            if (options.Vectorization is not null)
            {
                throw new UsageException($"{VectorizationOption.Mode.Name} says how all lanes step together, and {algorithm.Name} steps each by itself{(hyperparameters.StepsLanesApart ? " (--actors)" : string.Empty)}; leave it out.");
            }

            if (numEnvs > 1 && wrappers != new TrainingWrappers(Gamma: wrappers.Gamma))
            {
                throw new UsageException(
                    $"{algorithm.Name} steps each lane by itself{(hyperparameters.StepsLanesApart ? " (--actors)" : string.Empty)}, so that nothing can be normalised or stacked over all of them (--normalize, --norm-obs, --norm-reward, --frame-stack): leave it out, train with one lane (--num-envs 1), or take an algorithm that steps all lanes together, such as a2c.");
            }

            return _onLost is null
                ? wrappers.Wrap(new SyncVectorEnv([.. Enumerable.Range(0, numEnvs).Select(_ => Make(id, options))], options.AutoresetMode))
                : throw new UsageException($"--restart-host makes all lanes anew together, and {algorithm.Name} steps each by itself; leave it out.");
        }

        // Hosts of Python restart each by itself; a server is one for all lanes.
        var isWhole = _onLost is not null && _server is not null;
        return wrappers.Wrap(isWhole ? new RestartingVectorEnv(() => MakeVec(id, numEnvs, options), _onLost) : MakeVec(id, numEnvs, options));
    }

    /// <summary>The specifications of what can be made without naming a module.</summary>
    public IReadOnlyList<EnvSpec> List() => _registry is null ? [.. _server!.List().Environments] : [.. _registry.Specs];

    private OpeningNotice Notice(string id) =>
        new(id, _server is not null || EnvId.Parse(id).Module is not null ? _openTimeout : null, _output.Line, TimeProvider.System);

    private static ClientOptions Telling(ClientOptions options, CliOutput output) =>
        options with { OnWarning = warning => output.Line($"warning: {warning}") };
}

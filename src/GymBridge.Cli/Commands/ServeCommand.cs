using System.CommandLine;
using System.Text.Json.Nodes;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Protocol;
using GymBridge.Server;
using Microsoft.Extensions.Logging;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge serve</c>: serves the C# environments over gRPC until Ctrl-C, SIGTERM or the end of stdin.</summary>
internal static class ServeCommand
{
    private const int DefaultPort = 50051;

    private static readonly Option<ServerAddress?> Address = AddressOption.Create(
        "Where to listen: unix:/path, or host:port. Instead of --host and --port.");

    private static readonly Option<string> Host = new("--host") { Description = "Interface to listen on.", DefaultValueFactory = _ => "127.0.0.1" };

    private static readonly Option<int> Port = IntegerOption.Create(
        "--port", "Port to listen on; 0 takes a free one.", DefaultPort, ushort.MinValue, ushort.MaxValue);

    private static readonly Option<string[]> Envs = new("--env")
    {
        Description = "Serve only these ids.",
        HelpName = "ID",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> MaxSessions = IntegerOption.Create(
        "--max-sessions", "Sessions open at one time.", ProtocolConstants.DefaultMaxSessions, 1);

    private static readonly Option<int> MaxMessageBytes = IntegerOption.Create(
        "--max-message-bytes", "Largest message, both directions.", ProtocolConstants.DefaultMaxMessageBytes, GymBridgeOptions.LeastMaxMessageBytes);

    private static readonly Option<string?> TlsCertificate = FileOption("--tls-cert", "PEM file with the server's certificate: TLS.");

    private static readonly Option<string?> TlsKey = FileOption("--tls-key", "PEM file with its key, if it is another one.");

    private static readonly Option<string?> ClientCa = FileOption("--client-ca", "PEM file with the roots of client certificates, which are then needed.");

    private static readonly Option<string?> TokenFile = FileOption("--token-file", "Tokens that let clients in, one a line: TOKEN or NAME TOKEN.");

    private static readonly Option<bool> NoToken = new("--no-token") { Description = "Open a loopback port to every user of this machine." };

    private static readonly Option<bool> NoSharedMemory = new("--no-shared-memory") { Description = "Let all steps travel over gRPC, also those of this user's clients on this machine." };

    private static readonly Option<bool> InsecureRemote = new("--insecure-remote")
    {
        Description = "Let other machines connect without TLS and credentials: whoever reaches the port runs the environments.",
    };

    private static readonly Option<string?> ReadyFile = FileOption(
        "--ready-file", "Write the JSON line also to this file once the server listens; it is removed at the stop.");

    private static readonly Option<int> StopSeconds = IntegerOption.Create(
        "--stop-seconds", "At the stop, how long calls that run may take to finish.", 5, 0, 3600);

    private static readonly Option<bool> WatchStdin = new("--watch-stdin")
    {
        Description = "Stop when stdin ends: for a parent process that starts the server.",
    };

    private static readonly Option<LogLevel> Level = new("--log-level") { Description = "Least severe message on stderr.", DefaultValueFactory = _ => LogLevel.Warning };

    public static Command Create()
    {
        var command = new Command("serve", "Serve the C# environments; prints one JSON line when it listens.")
        {
            Address, Host, Port, TlsCertificate, TlsKey, ClientCa, TokenFile, NoToken, InsecureRemote, NoSharedMemory,
            Envs, MaxSessions, MaxMessageBytes, WatchStdin, ReadyFile, StopSeconds, Level,
        };
        command.SetWork(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var address = AddressOf(parsed);
        var registry = EnvironmentSource.CreateRegistry(CliOutput.From(parsed));
        if (parsed.GetValue(Envs) is { Length: > 0 } ids)
        {
            registry = registry.Select(ids);
        }

        await using var server = await GymBridgeServer.StartAsync(registry, address, options => Configure(options, parsed), cancellation);
        using var stopping = Interruption.TakesTime();
        var line = ReadyLine(server);
        using var ready = Ready.Write(parsed.GetValue(ReadyFile), line);
        await Console.Out.WriteLineAsync(line);

        // A starter that has read the line may stop the server at once: from here on, that is a clean stop.
        await Console.Out.FlushAsync(CancellationToken.None);
        if (server.Token is { } token && !Console.IsErrorRedirected)
        {
            // For a person at a terminal, once; it goes into no log.
            await Console.Error.WriteLineAsync($"token: {token} (this user's clients find it in {server.TokenFile})");
        }

        await StopRequestAsync(parsed.GetValue(WatchStdin), cancellation);
        await server.StopAsync(CancellationToken.None);
        return 0;
    }

    private static Option<string?> FileOption(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    private static void Configure(GymBridgeServerOptions server, ParseResult parsed)
    {
        var options = server.Limits;
        options.MaxSessions = parsed.GetValue(MaxSessions);
        options.MaxMessageBytes = parsed.GetValue(MaxMessageBytes);
        options.TlsCertificate = parsed.GetValue(TlsCertificate);
        options.TlsKey = parsed.GetValue(TlsKey);
        options.ClientCa = parsed.GetValue(ClientCa);
        options.TokenFile = parsed.GetValue(TokenFile);
        options.NoToken = parsed.GetValue(NoToken);
        options.SharedMemory = !parsed.GetValue(NoSharedMemory);
        options.InsecureRemote = parsed.GetValue(InsecureRemote);
        server.StopTimeout = TimeSpan.FromSeconds(parsed.GetValue(StopSeconds));
        server.Logging = logging => logging.SetMinimumLevel(parsed.GetValue(Level))
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static string ReadyLine(GymBridgeServer server)
    {
        var line = new JsonObject
        {
            ["event"] = "listening",
            ["address"] = server.Address.ToString(),
            ["pid"] = Environment.ProcessId,
            ["generation"] = ProtocolConstants.Generation,
            ["version"] = typeof(ServeCommand).Assembly.GetName().Version!.ToString(3),
        };
        if (server.TokenFile is { } file)
        {
            line["token_file"] = file;
        }

        return line.ToJsonString();
    }

    private static ServerAddress AddressOf(ParseResult parsed)
    {
        if (parsed.GetValue(Address) is { } address)
        {
            return parsed.IsGiven(Host) || parsed.IsGiven(Port)
                ? throw new UsageException($"--address {address} says where to listen already; leave --host and --port out.")
                : address;
        }

        try
        {
            return ServerAddress.Tcp(parsed.GetValue(Host)!, parsed.GetValue(Port));
        }
        catch (FormatException exception)
        {
            throw new UsageException($"--host: {exception.Message}", exception);
        }
    }

    /// <summary>Completes on Ctrl-C and SIGTERM, and on the end of stdin if it is watched.</summary>
    private static async Task StopRequestAsync(bool watchStdin, CancellationToken cancellation)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.Register(() => stopped.TrySetResult());
        if (watchStdin)
        {
            // A blocked read of the console cannot be cancelled: the thread is a background one and dies with the process.
            new Thread(() =>
            {
                using var stdin = StandardStreams.OpenInput();
                Span<byte> buffer = stackalloc byte[256];
                while (stdin.Read(buffer) > 0)
                {
                }

                stopped.TrySetResult();
            })
            { IsBackground = true, Name = "stdin watcher" }.Start();
        }

        await stopped.Task;
    }
}

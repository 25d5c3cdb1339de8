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

    private static readonly Option<bool> WatchStdin = new("--watch-stdin")
    {
        Description = "Stop when stdin ends: for a parent process that starts the server.",
    };

    private static readonly Option<LogLevel> Level = new("--log-level") { Description = "Least severe message on stderr.", DefaultValueFactory = _ => LogLevel.Warning };

    public static Command Create()
    {
        var command = new Command("serve", "Serve the C# environments; prints one JSON line when it listens.")
        {
            Address, Host, Port, Envs, MaxSessions, MaxMessageBytes, WatchStdin, Level,
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

        await using var server = await GymBridgeServer.StartAsync(
            registry,
            address,
            host =>
            {
                host.Limits.MaxSessions = parsed.GetValue(MaxSessions);
                host.Limits.MaxMessageBytes = parsed.GetValue(MaxMessageBytes);
                host.Logging = logging => logging.SetMinimumLevel(parsed.GetValue(Level))
                    .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            },
            cancellation);
        await Console.Out.WriteLineAsync(new JsonObject
        {
            ["event"] = "listening",
            ["address"] = server.Address.ToString(),
            ["pid"] = Environment.ProcessId,
            ["generation"] = ProtocolConstants.Generation,
            ["version"] = typeof(ServeCommand).Assembly.GetName().Version!.ToString(3),
        }.ToJsonString());
        await Console.Out.FlushAsync(cancellation);
        await StopRequestAsync(parsed.GetValue(WatchStdin), cancellation);
        await server.StopAsync(CancellationToken.None);
        return 0;
    }

    private static ServerAddress AddressOf(ParseResult parsed)
    {
        if (parsed.GetValue(Address) is { } address)
        {
            return parsed.GetResult(Host) is { Implicit: false } || parsed.GetResult(Port) is { Implicit: false }
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
                using var stdin = Console.OpenStandardInput();
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

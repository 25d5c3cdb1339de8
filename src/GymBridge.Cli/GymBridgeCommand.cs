using System.CommandLine;
using GymBridge.Cli.Commands;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;

namespace GymBridge.Cli;

/// <summary>The <c>gymbridge</c> command: its verbs, and what every verb shares - exit codes and how errors are told.</summary>
internal static class GymBridgeCommand
{
    private const int Usage = 2;

    private const string Description = """
        Trains, evaluates, serves and compares reinforcement-learning environments in C# and Python.

        Environment variables: GYMBRIDGE_HOST_PYTHON (interpreter that hosts Python environments), GYMBRIDGE_VENV, GYMBRIDGE_PYTHON
        and GYMBRIDGE_WHEELS (python install), GYMBRIDGE_ENGINE (managed or libtorch), GYMBRIDGE_TOKEN_FILE, GYMBRIDGE_TLS_CA,
        GYMBRIDGE_TLS_CERT and GYMBRIDGE_TLS_KEY (--address), OTEL_EXPORTER_OTLP_ENDPOINT (measurements and traces);
        docs/operations.md has all of them.
        """;

    /// <summary>The verbs and their options: one tree in a process, as the options are one each.</summary>
    public static RootCommand Root { get; } = CreateRoot();

    /// <summary>Runs the command. Nothing is thrown, whatever the arguments and the environments do.</summary>
    /// <returns>0 success, 1 failure, 2 wrong usage, 130 interrupted.</returns>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        using var interruption = new Interruption(cancellationToken);
        var withTrace = args.Contains(GlobalOptions.Traceback.Name);
        try
        {
            var parsed = Root.Parse(args);
            if (UsageErrors.Of(parsed) is { Count: > 0 } errors)
            {
                return await TellUsageAsync(parsed, errors);
            }

            interruption.Token.ThrowIfCancellationRequested();
            using var telemetry = Telemetry.Start();
            return await InvokeAsync(parsed, interruption.Token);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return Interruption.ExitCode;
        }
        catch (Exception exception)
        {
            return ErrorReport.Write(Console.Error, exception, withTrace);
        }
    }

    private static RootCommand CreateRoot()
    {
        var root = new RootCommand(Description)
        {
            TrainCommand.Create(),
            EvalCommand.Create(),
            ServeCommand.Create(),
            EnvsCommand.Create(),
            CheckCommand.Create(),
            VerifyCommand.Create(),
            BenchCommand.Create(),
            DoctorCommand.Create(),
            RecordCommand.Create(),
            PlayCommand.Create(),
            PlotCommand.Create(),
            DescribeCommand.Create(),
            ExerciseCommand.Create(),
            FigureCommand.Create(),
            ExportCommand.Create(),
            MdpCommand.Create(),
            PythonCommand.Create(),
            TorchCommand.Create(),
            CompletionCommand.Create(),
        };
        GlobalOptions.AddTo(root);
        VersionReport.AttachTo(root);
        VerbHelp.AttachTo(root);
        OptionValues.AddTo(root);
        return root;
    }

    private static async Task<int> TellUsageAsync(ParseResult parsed, IReadOnlyList<string> errors)
    {
        foreach (var error in errors)
        {
            await Console.Error.WriteLineAsync($"error: {error}");
        }

        await Console.Error.WriteLineAsync($"Try '{UsageErrors.NameOf(parsed)} --help'.");
        return Usage;
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Action<GymWarning> print = new WarningPrinter(Console.Error).Print;
        GymWarnings.Raised += print;
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
        }
        finally
        {
            GymWarnings.Raised -= print;
        }
    }
}

using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace GymBridge.Cli.Tests;

/// <summary>Runs the <c>gymbridge</c> command as a process.</summary>
internal static class Cli
{
    // Far above what any test needs; a test that reaches it hangs, which is a failure.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>What a finished command said.</summary>
    public sealed record Result(int ExitCode, string Output, string Error)
    {
        public JsonNode Json => JsonNode.Parse(Output)!;
    }

    public static Task<Result> RunAsync(params string[] arguments) => RunAsync(arguments, new Dictionary<string, string?>());

    public static async Task<Result> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        using var running = Start(arguments, environment);
        return await running.WaitAsync();
    }

    public static RunningCommand Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "gymbridge.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return new RunningCommand(Process.Start(start)!);
    }

    /// <summary>A command that runs; its output is drained, and it is killed when disposed.</summary>
    public sealed class RunningCommand : IDisposable
    {
        private readonly Process _process;
        private readonly StringBuilder _output = new();
        private readonly StringBuilder _error = new();
        private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RunningCommand(Process process)
        {
            _process = process;
            _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
            _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public Process Process => _process;

        /// <summary>The first line on stdout; fails if the command ends without one.</summary>
        public Task<string> FirstLineAsync() => _firstLine.Task.WaitAsync(Limit);

        public async Task<Result> WaitAsync()
        {
            using var limit = new CancellationTokenSource(Limit);
            await _process.WaitForExitAsync(limit.Token);
            return new Result(_process.ExitCode, _output.ToString(), _error.ToString());
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            _process.Dispose();
        }

        private void Append(StringBuilder builder, string? line)
        {
            if (line is null)
            {
                if (builder == _output)
                {
                    _firstLine.TrySetException(new InvalidOperationException("The command ended without a line on stdout."));
                }

                return;
            }

            builder.AppendLine(line);
            if (builder == _output)
            {
                _firstLine.TrySetResult(line);
            }
        }
    }
}

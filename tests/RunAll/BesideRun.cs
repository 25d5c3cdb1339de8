using GymBridge.Client.Installation;
using GymBridge.Testing;

namespace GymBridge.Tests.RunAll;

/// <summary>What runs beside the C# suites: the format of both languages, the types, and pytest. Its output comes at its end.</summary>
internal sealed class BesideRun(Tally tally)
{
    public const string Pytest = "pytest";

    private static readonly string[] NotForFormatting = ["python", "artifacts"];

    private readonly List<string> _output = [];

    public async Task RunAsync(VirtualEnvironment? python)
    {
        await ToolAsync(
            "dotnet format",
            RepositoryRoot.Path,
            "dotnet",
            ["format", "GymBridge.sln", "--verify-no-changes", "--no-restore", .. NotForFormatting.SelectMany(folder => new[] { "--exclude", folder })]);
        if (python is null)
        {
            tally.Skip("pytest, ruff and mypy: there is no Python");
        }
        else
        {
            await PythonAsync(python.Interpreter);
        }

        lock (_output)
        {
            Console.WriteLine(string.Join(Environment.NewLine, _output));
        }
    }

    private async Task PythonAsync(string python)
    {
        var package = RepositoryRoot.Combine("python");
        await ToolAsync("ruff check", package, python, ["-m", "ruff", "check", ".."]);
        await ToolAsync("ruff format", package, python, ["-m", "ruff", "format", "--check", ".."]);
        await ToolAsync("mypy", package, python, ["-m", "mypy", "--strict", "src"]);
        Log("=== pytest");
        await PytestAsync(python, "pytest.xml", tally, Log);
    }

    /// <summary>Runs the tests again that failed, with their output passed through.</summary>
    public static Task PytestAgainAsync(string python, Tally again) => PytestAsync(python, "pytest again.xml", again, null, "--last-failed");

    private static async Task PytestAsync(string python, string name, Tally tally, Action<string>? log, params string[] more)
    {
        var report = Path.Combine(TestRun.Results, name);
        Directory.CreateDirectory(TestRun.Results);
        string[] command = ["-m", "pytest", "-q", $"--junit-xml={report}", .. more];
        tally.AddJUnit(Pytest, report, await Processes.RunAsync(RepositoryRoot.Combine("python"), python, command, log));
    }

    private async Task ToolAsync(string name, string folder, string program, IReadOnlyList<string> arguments)
    {
        Log($"=== {name}");
        tally.Count(name, await Processes.RunAsync(folder, program, arguments, Log) == 0);
    }

    private void Log(string line)
    {
        lock (_output)
        {
            _output.Add(line);
        }
    }
}

using GymBridge.Client.Installation;
using GymBridge.Testing;

namespace GymBridge.Tests.RunAll;

/// <summary>What runs beside the C# suites: the format of both languages, the types, and pytest. Its output comes at its end.</summary>
internal sealed class BesideRun(Tally tally)
{
    private static readonly string[] NotForFormatting = ["python", "artifacts"];

    // As seen from the package's folder.
    private static readonly string[] PythonSources = [".", "../tests", "../benchmarks"];

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
        await ToolAsync("ruff check", package, python, ["-m", "ruff", "check", .. PythonSources]);
        await ToolAsync("ruff format", package, python, ["-m", "ruff", "format", "--check", .. PythonSources]);
        await ToolAsync("mypy", package, python, ["-m", "mypy", "--strict", "src"]);
        Log("=== pytest");
        var report = Path.Combine(TestRun.Results, "pytest.xml");
        Directory.CreateDirectory(TestRun.Results);
        tally.AddJUnit("pytest", report, await Processes.RunAsync(package, python, ["-m", "pytest", "-q", $"--junit-xml={report}"], Log));
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

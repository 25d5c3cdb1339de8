using GymBridge.Client.Installation;
using GymBridge.Testing;

namespace GymBridge.Tests.RunAll;

/// <summary>The steps of the whole test run. A step that is no suite (build, format) counts as one test.</summary>
internal sealed class TestRun(string[] arguments)
{
    private static readonly string[] NotForFormatting = ["python", "artifacts"];

    // As seen from the package's folder.
    private static readonly string[] PythonSources = [".", "../tests", "../benchmarks"];

    private static readonly string[] TestFolders = ["engine", "tests"];

    private static readonly string[] OnBothEngines = ["GymBridge.Agents.Tests", "GymBridge.Torch.Tests"];

    private static readonly string Results = RepositoryRoot.Combine("artifacts/test-results");

    private readonly Tally _tally = new();

    public async Task<int> RunAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        if (arguments.Length > 0)
        {
            Console.Error.WriteLine($"error: unexpected argument '{arguments[0]}'; run a part with 'dotnet test' or 'pytest' instead.");
            return 2;
        }

        // The server and the command that the suites start are the Release builds.
        if (await StepAsync("build", "dotnet", ["build", "GymBridge.sln", "-c", "Release"]))
        {
            await StepAsync("dotnet format", "dotnet", ["format", "GymBridge.sln", "--verify-no-changes", "--no-restore", .. NotForFormatting.SelectMany(folder => new[] { "--exclude", folder })]);
            var python = await InstallPythonAsync();
            await DotnetTestsAsync();
            await LibtorchTestsAsync();
            await PythonTestsAsync(python);
        }

        Console.WriteLine($"All suites took {TimeProvider.System.GetElapsedTime(start):mm\\:ss}.");
        foreach (var failure in _tally.Failures)
        {
            Console.WriteLine($"FAILED: {failure}");
        }

        foreach (var reason in _tally.SkipReasons)
        {
            Console.WriteLine($"SKIPPED: {reason}");
        }

        Console.WriteLine($"{_tally.Passed} passed, {_tally.Failed} failed, {_tally.Skipped} skipped");
        return _tally.Failed == 0 && _tally.Passed > 0 ? 0 : 1;
    }

    private async Task<bool> StepAsync(string name, string program, IReadOnlyList<string> arguments)
    {
        Heading(name);
        var isFine = await Processes.RunAsync(RepositoryRoot.Path, program, arguments) == 0;
        _tally.Count(name, isFine);
        return isFine;
    }

    private async Task<VirtualEnvironment?> InstallPythonAsync()
    {
        Heading("python install");
        try
        {
            var installation = await PythonInstaller.InstallAsync(new PythonInstallOptions
            {
                Extras = ["atari", "classic-control", "dev", "test"],
                Progress = Console.WriteLine,
            });
            Console.WriteLine(installation);
            _tally.Count("python install", true);
            return installation.Environment;
        }
        catch (PythonNotFoundException exception) when (!ContinuousIntegration.IsActive)
        {
            Console.WriteLine(exception.Message);
            _tally.Skip($"python install: {exception.Message}");
            return null;
        }
        catch (GymBridgeException exception)
        {
            Console.WriteLine(exception.Message);
            _tally.Count("python install", false);
            return null;
        }
    }

    private async Task DotnetTestsAsync()
    {
        Heading("dotnet test");
        if (Directory.Exists(Results))
        {
            Directory.Delete(Results, recursive: true);
        }

        // One project after the other: suites that start servers and measure allocations do not disturb one another.
        foreach (var project in TestFolders.SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.Tests.csproj", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            await DotnetTestAsync(project, Path.GetFileNameWithoutExtension(project));
        }
    }

    // The same binaries again, on the other tensor engine: what a user gets by 'gymbridge torch install' and --engine libtorch.
    private async Task LibtorchTestsAsync()
    {
        Environment.SetEnvironmentVariable("GYMBRIDGE_ENGINE", "libtorch");
        if (await StepAsync("torch install", "dotnet", [RepositoryRoot.Combine("src/GymBridge.Cli/bin/Release/net10.0/gymbridge.dll"), "torch", "install"]))
        {
            foreach (var name in OnBothEngines)
            {
                Heading($"dotnet test {name} on libtorch");
                await DotnetTestAsync(RepositoryRoot.Combine($"tests/{name}"), $"{name} on libtorch");
            }
        }

        Environment.SetEnvironmentVariable("GYMBRIDGE_ENGINE", null);
    }

    private async Task DotnetTestAsync(string project, string suite)
    {
        var folder = Path.Combine(Results, suite);
        var code = await Processes.RunAsync(
            RepositoryRoot.Path, "dotnet", ["test", project, "-c", "Release", "--no-build", "--results-directory", folder, "--logger", "trx", "--logger", "console;verbosity=minimal"]);
        _tally.AddTrx(suite, folder, code);
    }

    private async Task PythonTestsAsync(VirtualEnvironment? python)
    {
        if (python is null)
        {
            _tally.Skip("pytest, ruff and mypy: there is no Python");
            return;
        }

        var package = Path.Combine(RepositoryRoot.Path, "python");
        await ToolAsync("ruff check", ["-m", "ruff", "check", .. PythonSources]);
        await ToolAsync("ruff format", ["-m", "ruff", "format", "--check", .. PythonSources]);
        await ToolAsync("mypy", ["-m", "mypy", "--strict", "src"]);
        Heading("pytest");
        var report = Path.Combine(RepositoryRoot.Path, "artifacts", "test-results", "pytest.xml");
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        var code = await Processes.RunAsync(package, python.Interpreter, ["-m", "pytest", "-q", $"--junit-xml={report}"]);
        _tally.AddJUnit("pytest", report, code);

        async Task ToolAsync(string name, IReadOnlyList<string> arguments)
        {
            Heading(name);
            _tally.Count(name, await Processes.RunAsync(package, python.Interpreter, arguments) == 0);
        }
    }

    private static void Heading(string name) => Console.WriteLine($"=== {name}");
}

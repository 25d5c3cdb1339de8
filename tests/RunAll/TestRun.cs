using System.Globalization;
using GymBridge.Client.Installation;
using GymBridge.Testing;

namespace GymBridge.Tests.RunAll;

/// <summary>The steps of the whole test run. A step that is no suite (build, format) counts as one test.</summary>
internal sealed class TestRun(string[] arguments)
{
    private const int SlowestShown = 15;

    private static readonly string[] TestFolders = ["engine", "tests"];

    private static readonly string[] OnBothEngines = ["GymBridge.Agents.Tests", "GymBridge.Torch.Tests"];

    // For a machine without the package index.
    private static readonly string Wheels = RepositoryRoot.Combine("../shared/wheels");

    internal static readonly string Results = RepositoryRoot.Combine("artifacts/test-results");

    private readonly Tally _tally = new();

    public async Task<int> RunAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        if (arguments.Length > 0)
        {
            Console.Error.WriteLine($"error: unexpected argument '{arguments[0]}'; run a part with 'dotnet test' or 'pytest' instead.");
            return 2;
        }

        if (Directory.Exists(Results))
        {
            Directory.Delete(Results, recursive: true);
        }

        // The server and the command that the suites start are the Release builds.
        if (await StepAsync("build", "dotnet", ["build", "GymBridge.sln", "-c", "Release"]))
        {
            var python = await InstallPythonAsync();

            // Beside each other: what waits for processes leaves the machine to the other side. Each side is one after the other, so
            // that suites that start servers do not disturb one another more than that.
            var beside = new BesideRun(_tally).RunAsync(python);
            var hasLibtorch = await StepAsync("torch install", "dotnet", [RepositoryRoot.Combine("src/GymBridge.Cli/bin/Release/net10.0/gymbridge.dll"), "torch", "install"]);
            await DotnetTestsAsync();
            if (hasLibtorch)
            {
                await LibtorchTestsAsync();
            }

            await beside;
        }

        Console.WriteLine($"All suites took {TimeProvider.System.GetElapsedTime(start):mm\\:ss}.");
        foreach (var (duration, name) in _tally.Durations.OrderDescending().Take(SlowestShown))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"SLOW: {duration.TotalSeconds,5:F1} s {name}"));
        }

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
            if (Directory.Exists(Wheels))
            {
                CheckoutPython.SetDefault(PythonInstaller.WheelsVariable, Wheels);
            }

            var installation = await PythonInstaller.InstallAsync(CheckoutPython.Options("all", "dev", "test") with { Progress = Console.WriteLine });
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

        // One project after the other: suites that start servers and measure allocations do not disturb one another.
        foreach (var project in TestFolders.SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.Tests.csproj", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            await DotnetTestAsync(project, Path.GetFileNameWithoutExtension(project));
        }
    }

    // The same binaries again, on the other tensor engine: what a user gets by 'gymbridge torch install' and --engine libtorch.
    private async Task LibtorchTestsAsync()
    {
        foreach (var name in OnBothEngines)
        {
            Heading($"dotnet test {name} on libtorch");
            await DotnetTestAsync(RepositoryRoot.Combine($"tests/{name}"), $"{name} on libtorch", ("GYMBRIDGE_ENGINE", "libtorch"));
        }
    }

    private async Task DotnetTestAsync(string project, string suite, params (string Name, string Value)[] variables)
    {
        var folder = Path.Combine(Results, suite);
        string[] command = ["test", project, "-c", "Release", "--no-build", "--results-directory", folder, "--logger", "trx", "--logger", "console;verbosity=minimal"];
        var code = await Processes.RunAsync(RepositoryRoot.Path, "dotnet", command, log: null, variables);
        _tally.AddTrx(suite, folder, code);
    }

    private static void Heading(string name) => Console.WriteLine($"=== {name}");
}

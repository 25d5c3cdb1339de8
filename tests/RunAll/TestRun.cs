using System.Collections.Concurrent;
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

    // More than this many failures are no accident of a busy machine.
    private const int MostForASecondTry = 5;

    private readonly Tally _tally = new();

    // How the suites are run again, by their names: the tests that failed, into a tally of their own.
    private readonly ConcurrentDictionary<string, Func<IReadOnlyList<string>, Tally, Task>> _again = [];

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

            // Two sides beside each other: what waits for processes leaves the machine to the other side. Each side is one after the
            // other, so that suites that start servers do not disturb one another more than that; the one that ends first goes on
            // with the other tensor engine.
            var beside = new BesideRun(_tally).RunAsync(python);
            string[] install = [RepositoryRoot.Combine("src/GymBridge.Cli/bin/Release/net10.0/gymbridge.dll"), "torch", "install"];
            var hasLibtorch = await StepAsync("torch install", "dotnet", install);
            var suites = DotnetTestsAsync();
            await Task.WhenAny(beside, suites);
            if (hasLibtorch)
            {
                await LibtorchTestsAsync();
            }

            await Task.WhenAll(beside, suites);
            _again[BesideRun.Pytest] = (_, tally) => BesideRun.PytestAgainAsync(python!.Interpreter, tally);
            await SecondTryAsync();
        }

        Console.WriteLine($"All suites took {TimeProvider.System.GetElapsedTime(start):mm\\:ss}.");
        foreach (var (duration, name) in _tally.Durations.OrderDescending().Take(SlowestShown))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"SLOW: {duration.TotalSeconds,5:F1} s {name}"));
        }

        foreach (var failure in _tally.Unsteady)
        {
            Console.WriteLine($"UNSTEADY: {failure}: failed beside other suites and passed alone; mend it");
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
            await DotnetTestAsync(project, Path.GetFileNameWithoutExtension(project), log: null);
        }
    }

    // The same binaries again, on the other tensor engine: what a user gets by 'gymbridge torch install' and --engine libtorch.
    private async Task LibtorchTestsAsync()
    {
        foreach (var name in OnBothEngines)
        {
            var suite = $"{name} on libtorch";
            var output = new ConcurrentQueue<string>([$"=== dotnet test {suite}"]);
            await DotnetTestAsync(RepositoryRoot.Combine($"tests/{name}"), suite, output.Enqueue, ("GYMBRIDGE_ENGINE", "libtorch"));
            Console.WriteLine(string.Join(Environment.NewLine, output));
        }
    }

    private async Task DotnetTestAsync(string project, string suite, Action<string>? log, params (string Name, string Value)[] variables)
    {
        string[] command = ["test", project, "-c", "Release", "--no-build", "--logger", "trx", "--logger", "console;verbosity=minimal"];
        await RunAsync(suite, [], _tally, log);

        // By the methods: a filter does not take the arguments of a theory.
        _again[suite] = (tests, tally) => RunAsync(
            $"{suite} again", ["--filter", string.Join('|', tests.Select(test => $"FullyQualifiedName={test.Split('(')[0]}").Distinct())], tally, log: null);

        async Task RunAsync(string name, string[] more, Tally tally, Action<string>? log)
        {
            var folder = Path.Combine(Results, name);
            var code = await Processes.RunAsync(RepositoryRoot.Path, "dotnet", [.. command, "--results-directory", folder, .. more], log, variables);
            tally.AddTrx(suite, folder, code);
        }
    }

    // A test that a busy machine broke is told and does not fail the run; one that fails alone, too, does.
    private async Task SecondTryAsync()
    {
        if (_tally.Failures.Count > MostForASecondTry)
        {
            return;
        }

        var again = new Tally();
        foreach (var suite in _tally.Failures.Where(failure => failure.Test is not null).GroupBy(failure => failure.Suite))
        {
            Heading($"{suite.Key}, what failed again");
            await _again[suite.Key]([.. suite.Select(failure => failure.Test!)], again);
        }

        _tally.PassWhatPassedIn(again);
    }

    private static void Heading(string name) => Console.WriteLine($"=== {name}");
}

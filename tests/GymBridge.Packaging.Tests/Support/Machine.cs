using GymBridge.Client.Installation;

namespace GymBridge.Packaging.Tests.Support;

/// <summary>A user's machine in a folder: its own home, .NET tools, NuGet packages and Python, with our packages as one of its sources.</summary>
/// <remarks>Packages of others are taken from this machine's NuGet folder where they are there, so that a test run downloads nothing twice.</remarks>
internal sealed class Machine
{
    private readonly Dictionary<string, string?> _variables;

    private Machine(string home, Dictionary<string, string?> variables)
    {
        Home = home;
        _variables = variables;
    }

    /// <summary>The user's home.</summary>
    public string Home { get; }

    /// <summary>Makes it.</summary>
    /// <param name="folder">Where homes are.</param>
    /// <param name="user">Name of the user.</param>
    /// <param name="packages">The folder of our packages; null if the user has not been told of it.</param>
    public static async Task<Machine> CreateAsync(string folder, string user, string? packages)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, "home", user)).FullName;
        await NuGetSetup.WriteAsync(Path.Combine(home, "NuGet.Config"), packages);
        var variables = new Dictionary<string, string?>();
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (name.StartsWith("GYMBRIDGE_", StringComparison.Ordinal) || name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            {
                variables[name] = null;
            }
        }

        var tools = Path.Combine(home, ".dotnet", "tools");
        variables["HOME"] = home;
        variables["DOTNET_CLI_HOME"] = home;
        variables["NUGET_PACKAGES"] = Path.Combine(folder, "nuget");
        variables["PATH"] = tools + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        variables["XDG_DATA_HOME"] = null;
        variables["XDG_CACHE_HOME"] = null;
        variables["DOTNET_NOLOGO"] = "1";
        variables["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        variables["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        variables["MSBUILDDISABLENODEREUSE"] = "1";
        variables["NuGetAudit"] = "false";
        AddPip(variables, packages);
        return new Machine(home, variables);
    }

    /// <summary>An empty folder.</summary>
    public string EmptyFolder(string name) => Directory.CreateDirectory(Path.Combine(Home, "work", name)).FullName;

    /// <summary>Runs a program, which has to end well.</summary>
    public Task<string> RunAsync(string folder, string program, params string[] arguments) => Command.RunAsync(folder, _variables, program, arguments);

    /// <summary>Runs a program.</summary>
    public Task<(int ExitCode, string Output, string Error)> TryAsync(
        string folder, IReadOnlyDictionary<string, string?> variables, string program, params string[] arguments) =>
        Command.TryAsync(
            folder, _variables.Concat(variables).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value), program, arguments);

    /// <summary>Makes a virtual environment with nothing in it.</summary>
    /// <returns>Its interpreter.</returns>
    public async Task<string> NewVirtualEnvironmentAsync(string folder)
    {
        var environment = new VirtualEnvironment(Path.Combine(folder, "venv"));
        await RunAsync(folder, PythonSetup.Installation.Environment.Interpreter, "-m", "venv", environment.Folder);
        return environment.Interpreter;
    }

    // Our wheel is found beside the packages, others where the tests' own Python had its from.
    private static void AddPip(Dictionary<string, string?> variables, string? packages)
    {
        if (PythonSetup.SkipReason is not null)
        {
            return;
        }

        var isIndex = PythonSetup.Installation.Source == PythonPackageSource.Index;
        variables["PIP_NO_INDEX"] = isIndex ? null : "1";
        variables["PIP_INDEX_URL"] = isIndex ? PythonSetup.Installation.SourceName : null;
        variables["PIP_FIND_LINKS"] = $"{packages} {(isIndex ? null : PythonSetup.Installation.SourceName)}";
        variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1";
    }
}

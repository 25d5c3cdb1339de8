namespace GymBridge.Torch;

/// <summary>Where the implementations of TorchSharp lie.</summary>
public static class EngineFolders
{
    /// <summary>The environment variable that names the folder of everything that GymBridge installs for a user.</summary>
    public const string HomeVariable = "GYMBRIDGE_HOME";

    internal const string AssemblyFile = "TorchSharp.dll";

    /// <summary>The folder of everything that GymBridge installs for a user: <see cref="HomeVariable"/>, else <c>gymbridge</c> in the user's cache.</summary>
    public static string Home
    {
        get
        {
            if (Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } home)
            {
                return Path.GetFullPath(home);
            }

            if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache))
            {
                return Path.Combine(cache, "gymbridge");
            }

            return OperatingSystem.IsWindows()
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "gymbridge")
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache", "gymbridge");
        }
    }

    /// <summary>Where an engine is looked for, in this order: beside the program, then what <c>gymbridge torch install</c> made, CUDA first.</summary>
    public static IReadOnlyList<string> Candidates(EngineKind engine)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "engines", TorchEngine.NameOf(engine));
        return engine == EngineKind.Managed ? [beside] : [beside, Libtorch("cuda"), Libtorch("cpu")];
    }

    /// <summary>The folder that holds an engine; null if it is not installed.</summary>
    public static string? Find(EngineKind engine) => Candidates(engine).FirstOrDefault(folder => File.Exists(Path.Combine(folder, AssemblyFile)));

    /// <summary>The folder into which libtorch for a kind of device is installed.</summary>
    internal static string Libtorch(string device) => Path.Combine(Home, "engines", $"libtorch-{LibtorchVersions.Libtorch}-{device}");
}

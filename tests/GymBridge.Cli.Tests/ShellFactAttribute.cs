namespace GymBridge.Cli.Tests;

/// <summary>A test in a shell that few machines have: skipped, with the reason, where it is not on the path.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute(string shell)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        Skip = folders.Any(folder => File.Exists(Path.Combine(folder, shell))) ? null : $"There is no {shell} on the path.";
    }
}

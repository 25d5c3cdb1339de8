using System.Diagnostics;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>The same bits whatever the vector width and the number of threads: in processes of their own.</summary>
public class DeterminismTests
{
    private static readonly Lazy<string> Reference = new(() => Digest(1));

    [Theory]
    [InlineData(2, "")]
    [InlineData(4, "")]
    [InlineData(1, "DOTNET_EnableAVX512=0;DOTNET_EnableAVX512F=0")]
    [InlineData(2, "DOTNET_EnableAVX2=0;DOTNET_EnableAVX512=0;DOTNET_EnableAVX512F=0")]
    [InlineData(1, "DOTNET_EnableAVX=0")]
    [InlineData(1, "DOTNET_TieredCompilation=0")]
    public void Digest_OtherThreadsOrInstructions_IsTheSame(int threads, string environment)
    {
        Assert.Equal(Reference.Value, Digest(threads, environment.Split(';', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static string Digest(int threads, params string[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } p && Path.GetFileNameWithoutExtension(p) == "dotnet" ? p : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "exec", typeof(DeterminismTests).Assembly.Location, "digest", $"{threads}" },
        };
        foreach (var setting in environment)
        {
            var parts = setting.Split('=');
            start.Environment[parts[0]] = parts[1];
        }
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        Assert.Equal(64, output.Length);
        return output;
    }
}

using System.Diagnostics;
using System.Globalization;

namespace GymBridge.Cli.Tests;

/// <summary>Waits until a command has come so far, and interrupts it.</summary>
internal static class Progress
{
    public static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public static async Task WaitAsync(string file)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!File.Exists(file))
        {
            await Task.Delay(20, limit.Token);
        }
    }
}

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

    public static Task WaitAsync(string file) => WaitAsync(() => File.Exists(file));

    public static async Task WaitAsync(Func<bool> isReached)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!isReached())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}

namespace GymBridge.Cli.Tests;

/// <summary>Waits until a command has come so far.</summary>
internal static class Progress
{
    public static async Task WaitAsync(string file)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!File.Exists(file))
        {
            await Task.Delay(20, limit.Token);
        }
    }
}

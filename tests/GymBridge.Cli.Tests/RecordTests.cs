namespace GymBridge.Cli.Tests;

/// <summary>Films of environments that are drawn in Python: frames come over the bridge.</summary>
public class RecordTests
{
    [PythonTheory]
    [InlineData("ale_py:ALE/Breakout-v5", 160, 210)]
    [InlineData("gymnasium:LunarLander-v3", 600, 400)]
    public async Task Record_PythonEnvironment_WritesItsFrames(string id, int width, int height)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("film.gif");
        var result = await Cli.RunAsync("record", id, "--video-length", "4", "-o", file, "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(4, Assert.Single(result.Json.AsArray())!["frames"]!.GetValue<int>());
        var bytes = await File.ReadAllBytesAsync(file);
        Assert.Equal("GIF89a"u8.ToArray(), bytes[..6]);
        Assert.Equal((width, height), (BitConverter.ToUInt16(bytes, 6), BitConverter.ToUInt16(bytes, 8)));
    }
}

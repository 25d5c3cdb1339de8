using System.Runtime.Versioning;
using GymBridge.Cli.Output;

namespace GymBridge.Cli.Tests;

public sealed class ReadyTests
{
    [Fact]
    public void Write_OverAFile_ReplacesItAndTakesItAwayAgain()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("ready");
        File.WriteAllText(path, "old");

        using (Ready.Write(path, "listening"))
        {
            Assert.Equal("listening\n", File.ReadAllText(path));
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder.FullName));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Write_OverWhatIsNoFile_IsRefusedAndLeavesItAlone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("ready");
        File.CreateSymbolicLink(path, "/dev/null");

        var error = Assert.Throws<GymBridgeException>(() => Ready.Write(path, "listening"));

        Assert.Contains("is no plain file", error.Message, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.FullName));
    }
}

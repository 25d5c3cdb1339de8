using GymBridge.Shared;

namespace GymBridge.Training.Tests.Logging;

public class SafeFileTests
{
    [Fact]
    public void Replace_WriterFails_LeavesTheOldFileAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("state");
        SafeFile.WriteText(path, "old");
        Assert.Throws<IOException>(() => SafeFile.Replace(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Replace_WhileAnotherWritesIt_IsRefusedAndTheOthersComes()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("state");
        using (var first = new SafeFile(path))
        {
            first.Stream.Write("first"u8);
            Assert.Throws<IOException>(() => SafeFile.WriteText(path, "second"));
            first.Complete();
        }

        Assert.Equal("first", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Replace_ALink_WritesWhatItLeadsTo()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.Combine("link"), folder.Combine("state"));
        SafeFile.WriteText(folder.Combine("link"), "new");
        Assert.Equal("new", File.ReadAllText(folder.Combine("state")));
        Assert.Equal(folder.Combine("state"), new FileInfo(folder.Combine("link")).LinkTarget);
    }

    [Fact]
    public void Replace_ADevice_WritesIntoIt()
    {
        if (!File.Exists("/dev/null"))
        {
            return;
        }

        SafeFile.WriteText("/dev/null", "nothing");
        Assert.Equal(string.Empty, File.ReadAllText("/dev/null"));
        Assert.False(File.Exists("/dev/null.new"));
    }
}

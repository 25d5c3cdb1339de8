using GymBridge.Training.Logging;

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
}

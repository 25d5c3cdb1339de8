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
    public void Complete_BeforeTheWriterLetsGo_CanBeReadByOthers()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("state");
        using var file = new SafeFile(path);
        file.Stream.Write("new"u8);
        file.Complete();
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void Replace_AfterAWriterThatWasKilled_TakesThePlaceOfWhatItLeft()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("state");
        File.WriteAllText(path + ".new", "longer than what comes");
        SafeFile.WriteText(path, "new");
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Replace_ManyWritersAtOnce_LeavesTheWholeTextOfOne()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("state");
        string[] texts = [.. Enumerable.Range(0, 8).Select(writer => new string((char)('a' + writer), 5000))];
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = texts.Length }, round =>
        {
            try
            {
                SafeFile.WriteText(path, texts[round % texts.Length]);
            }
            catch (IOException)
            {
                // Another one writes it now.
            }

            Assert.Contains(File.Exists(path) ? File.ReadAllText(path) : texts[0], texts);
        });
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

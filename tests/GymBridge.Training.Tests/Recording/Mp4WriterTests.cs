using GymBridge.Training.Recording;

namespace GymBridge.Training.Tests.Recording;

/// <summary>Changes variables of the process, so that nothing else in this collection runs beside it.</summary>
[Collection(nameof(Mp4WriterTests))]
public sealed class Mp4WriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string? _before = Environment.GetEnvironmentVariable(Ffmpeg.Variable);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Ffmpeg.Variable, _before);
        _folder.Dispose();
    }

    [Fact]
    public void Create_WithoutFfmpeg_SaysWhatToDo()
    {
        Environment.SetEnvironmentVariable(Ffmpeg.Variable, _folder.Combine("none"));
        var error = Assert.Throws<FileNotFoundException>(() => new Mp4Writer(_folder.Combine("a.mp4"), 30));
        Assert.Contains("apt-get install ffmpeg", error.Message, StringComparison.Ordinal);
        Assert.Contains("a.gif", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_FramesOfAnEncoder_ArriveRawAndInOrder()
    {
        // The last argument is the file to write.
        UseEncoder("for last; do :; done; echo \"$@\" > \"$0.arguments\"; cat > \"$last\"");
        using (var writer = new Mp4Writer(_folder.Combine("a.mp4"), 50))
        {
            writer.Add(NDArray.From<byte>([1, 2, 3, 4, 5, 6], 1, 2, 3));
            writer.Add(NDArray.From<byte>([7, 8, 9, 10, 11, 12], 1, 2, 3));
            writer.Complete();
        }

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], File.ReadAllBytes(_folder.Combine("a.mp4")));
        var arguments = File.ReadAllText(_folder.Combine("ffmpeg.arguments"));
        Assert.Contains("-pix_fmt rgb24 -s 2x1 -r 50 -i -", arguments, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_EncoderFails_SaysWhyAndLeavesNothing()
    {
        UseEncoder("cat > /dev/null; echo 'no such codec' >&2; exit 3");
        using (var writer = new Mp4Writer(_folder.Combine("a.mp4"), 50))
        {
            writer.Add(new NDArray(DType.UInt8, 2, 2, 3));
            var error = Assert.Throws<IOException>(writer.Complete);
            Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
            Assert.Contains("no such codec", error.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_folder.Combine("a.mp4")));
    }

    private void UseEncoder(string body) => Environment.SetEnvironmentVariable(Ffmpeg.Variable, _folder.Script("ffmpeg", body));
}

using System.Text.Json.Nodes;
using GymBridge.Environments;
using GymBridge.Training.Recording;

namespace GymBridge.Training.Tests.Recording;

public class VideoFileTests
{
    private const int Frames = 12;

    [PythonFact]
    public void Gif_OfAnEnvironment_HasEveryFrameAtItsTime()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("episode.gif");
        var frames = CartPoleFrames();
        Write(path, frames, 50);
        var gif = Read(path);
        Assert.Equal("GIF", gif["format"]!.GetValue<string>());
        Assert.Equal("[600,400]", gif["size"]!.ToJsonString());
        Assert.Equal(0, gif["loop"]!.GetValue<int>());
        Assert.Equal(Enumerable.Repeat(20, Frames), gif["durations"]!.AsArray().Select(item => item!.GetValue<int>()));

        // Rendered frames have few colours, so that nothing is lost.
        Assert.Equal(frames.Select(Sum), gif["sums"]!.AsArray().Select(item => item!.GetValue<long>()));
    }

    [PythonFact]
    public void Gif_ThirtyFramesASecond_LastsWhatTheyLast()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("episode.gif");
        Write(path, [.. Enumerable.Range(0, 30).Select(i => Plain((byte)(8 * i)))], 30);
        Assert.Equal(1000, Read(path)["durations"]!.AsArray().Sum(item => item!.GetValue<int>()));
    }

    [PythonFact]
    public void Gif_MoreThanPlayersShow_LeavesFramesOut()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("episode.gif");
        Write(path, [.. Enumerable.Range(0, 100).Select(i => Plain((byte)i))], 100);
        var durations = Read(path)["durations"]!.AsArray().Select(item => item!.GetValue<int>()).ToList();
        Assert.All(durations, duration => Assert.Equal(20, duration));
        Assert.Equal(50, durations.Count);
    }

    [PythonFact]
    public void Frames_InAFolder_AreTheFramesThemselves()
    {
        using var folder = new TemporaryFolder();
        var frames = CartPoleFrames()[..2];
        Write(folder.FullName, frames, 50);
        var first = folder.Combine("rl-video-episode-0-frame-000000.png");
        Assert.True(File.Exists(folder.Combine("rl-video-episode-0-frame-000001.png")));
        Assert.Equal(Sum(frames[0]), Read(first)["sums"]![0]!.GetValue<long>());
    }

    [Theory]
    [InlineData("a/cart.gif", 0, 1, "a/cart.gif")]
    [InlineData("a/cart.gif", 2, 3, "a/cart-episode-2.gif")]
    public void PathOf_SeveralEpisodes_AreNumbered(string output, int episode, int episodes, string expected) =>
        Assert.Equal(expected, VideoFile.PathOf(output, episode, episodes).Replace('\\', '/'));

    [Fact]
    public void Create_AnotherEnding_NamesThoseThatExist() =>
        Assert.Contains(".gif or .mp4", Assert.Throws<ArgumentException>(() => VideoFile.Create("a.avi", 0, 1, 30)).Message, StringComparison.Ordinal);

    [Fact]
    public void Gif_NotCompleted_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        using (var writer = VideoFile.Create(folder.Combine("a.gif"), 0, 1, 30))
        {
            writer.Add(Plain(1));
        }

        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Add_AnotherSizeOrType_SaysWhatAFrameIs()
    {
        using var folder = new TemporaryFolder();
        using var writer = VideoFile.Create(folder.Combine("a.gif"), 0, 1, 30);
        writer.Add(Plain(1));
        Assert.Contains("4x4", Assert.Throws<ArgumentException>(() => writer.Add(new NDArray(DType.UInt8, 4, 5, 3))).Message, StringComparison.Ordinal);
        Assert.Contains("(height, width, 3)", Assert.Throws<ArgumentException>(() => writer.Add(new NDArray(DType.Float32, 4, 4, 3))).Message, StringComparison.Ordinal);
    }

    private static NDArray[] CartPoleFrames()
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make("CartPole-v1", new MakeOptions { RenderMode = "rgb_array" });
        env.ResetObject(1);
        var frames = new NDArray[Frames];
        for (var i = 0; i < Frames; i++)
        {
            frames[i] = (NDArray)env.Render()!;
            env.StepObject((long)(i % 2));
        }

        return frames;
    }

    private static NDArray Plain(byte value)
    {
        var frame = new NDArray(DType.UInt8, 4, 4, 3);
        frame.Bytes.Fill(value);
        return frame;
    }

    private static void Write(string output, IEnumerable<NDArray> frames, double framesPerSecond)
    {
        using var writer = VideoFile.Create(output, 0, 1, framesPerSecond);
        foreach (var frame in frames)
        {
            writer.Add(frame);
        }

        writer.Complete();
    }

    private static long Sum(NDArray frame)
    {
        var sum = 0L;
        foreach (var value in frame.Bytes)
        {
            sum += value;
        }

        return sum;
    }

    private static JsonNode Read(string path) =>
        JsonNode.Parse(PythonSetup.Run(Path.Combine(AppContext.BaseDirectory, "scripts", "read_image.py"), path))!;
}

using System.Globalization;
using System.Text.Json;
using TorchSharp.Utils.tensorboard.Enums;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.IO;

/// <summary>Event files: what TensorBoard reads in them, and the numbers that TorchSharp 0.107.0 writes for the same values.</summary>
public class SummaryWriterTests
{
    [PythonFact]
    public void Events_OfEveryKind_AreReadByTensorBoard()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var writer = utils.tensorboard.SummaryWriter(folder.FullName);
        writer.add_scalar("rollout/ep_rew_mean", 1.5f, 7);
        writer.add_scalars("losses", new Dictionary<string, float> { ["value"] = 2 }, 8);
        writer.add_text("note", "héllo", 9);
        writer.add_histogram("returns", tensor(new[] { 1f, 1f, 1f }), 10);
        var pixels = arange(12).to(uint8).mul((byte)20).reshape(3, 2, 2);
        writer.add_img("chw", pixels, 11);
        writer.add_img("gray", tensor(new float[,] { { 0, 1 }, { 0.5f, 7 } }), 12, dataformats: "HW");
        writer.add_img("rgba", zeros(4, 1, 2), 13);
        writer.add_img("grid", stack(Enumerable.Range(1, 9).Select(i => full([1, 1, 1], i / 255.0))), 14, dataformats: "NCHW");
        var script = Path.Combine(AppContext.BaseDirectory, "IO", "read_events.py");
        var found = JsonDocument.Parse(PythonSetup.Run(script, folder.FullName)).RootElement;
        Assert.Equal("""{"rollout/ep_rew_mean": [[7, 1.5]], "losses/value": [[8, 2.0]]}""", found.GetProperty("scalars").GetRawText());
        Assert.Equal("héllo", found.GetProperty("texts").GetProperty("note/text_summary")[0][1].GetString());
        var histogram = found.GetProperty("histograms").GetProperty("returns")[0].EnumerateArray().Select(e => e.ToString()).ToArray();
        Assert.Equal(["10", "1.0", "1.0", "3.0", "3.0", "3.0", "[0.917246389039776, 1.0089710279437536]", "[0.0, 3.0]"], histogram);
        var images = found.GetProperty("images");
        AssertImage(images, "chw", 11, "[2, 2, \"RGB\"]", [0, 80, 160, 20, 100, 180, 40, 120, 200, 60, 140, 220]);
        AssertImage(images, "gray", 12, "[2, 2, \"RGB\"]", [0, 0, 0, 255, 255, 255, 127, 127, 127, 255, 255, 255]);
        AssertImage(images, "rgba", 13, "[1, 2, \"RGBA\"]", new int[8]);
        AssertImage(images, "grid", 14, "[2, 8, \"RGB\"]", [.. Enumerable.Range(1, 16).SelectMany(i => Enumerable.Repeat(i <= 9 ? i : 0, 3))]);
    }

    [Fact]
    public void PngFile_Added_IsEmbeddedAsItIs()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var image = SummaryImage.Of(full([3, 4, 5], 0.5), "CHW");
        var path = folder.Combine("image.png");
        File.WriteAllBytes(path, image.Png);
        var read = SummaryImage.Of(path);
        Assert.Equal((4, 5, 3), (read.Height, read.Width, read.Channels));
        Assert.Equal(image.Png, read.Png);
        File.WriteAllText(path, "GIF89a, or so it says, and some more bytes");
        Assert.Throws<NotSupportedException>(() => SummaryImage.Of(path));
    }

    [Theory]
    [InlineData(null, 696, -31.18999905374747, 1552.7997521792004, "0 2 1 0 0 1 0 0")]
    [InlineData(4L, 3, -9496.782049180354, 9496.782049180354, "0 6 34")]
    public void Histogram_OfSquares_HasTorchSharpsBuckets(long? bins, int count, double first, double last, string start)
    {
        var buckets = HistogramBuckets.Of([.. Enumerable.Range(0, 40).Select(i => (i * i) - 30.0)], bins);
        Assert.Equal(count, buckets.Counts.Length);
        Assert.Equal((first, last), (buckets.Right[0], buckets.Right[^1]));
        Assert.Equal(start, string.Join(' ', buckets.Counts.Take(8).Select(n => n.ToString(CultureInfo.InvariantCulture))));
        Assert.Equal(40, buckets.Counts.Sum());
    }

    [Fact]
    public void Histogram_OfTheNumbersFromZero_HasTorchSharpsBuckets()
    {
        var buckets = HistogramBuckets.Of([.. Enumerable.Range(0, 40).Select(i => (double)i)], 10);
        Assert.Equal([-1.3310000000000005e-12, 1.470652577978372e-06, 3.48324163592684, 8250060.195000546], buckets.Right);
        Assert.Equal([0.0, 1.0, 3.0, 36.0], buckets.Counts);
    }

    [Fact]
    public void Histogram_ValuesOutsideTheLimits_AreLeftOut()
    {
        var buckets = HistogramBuckets.Of([-1.5, 0, 0, 0.25, 1e-13, 3, 1e21, double.NaN], null);
        Assert.Equal(600, buckets.Counts.Length);
        Assert.Equal(6, buckets.Counts.Sum());
        Assert.Equal((-1.624957930213695, 3.1665833053880363), (buckets.Right[0], buckets.Right[^1]));
    }

    [Fact]
    public void Histogram_OfNothing_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var writer = utils.tensorboard.SummaryWriter(folder.FullName);
        Assert.Throws<ArgumentException>(() => writer.add_histogram("h", zeros(0), 1));
        Assert.Throws<ArgumentException>(() => writer.add_histogram("h", full(2, 1e30), 1));
        Assert.Throws<NotSupportedException>(() => writer.add_histogram("h", ones(2), 1, HistogramBinSelector.Doane));
        Assert.Throws<ArgumentException>(() => writer.add_img("i", zeros(2, 2, 2), 1));
        Assert.Throws<ArgumentException>(() => writer.add_img("i", zeros(3, 2), 1));
        Assert.Throws<NotSupportedException>(() => writer.add_video("v", zeros(1), 1));
    }

    private static void AssertImage(JsonElement images, string tag, int step, string png, int[] pixels)
    {
        var image = images.GetProperty(tag)[0];
        Assert.Equal(step, image.GetProperty("step").GetInt32());
        Assert.Equal(png, image.GetProperty("png").GetRawText());
        Assert.Equal(pixels, image.GetProperty("pixels").EnumerateArray().Select(value => value.GetInt32()));
    }
}

using System.Text.Json;
using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Wrappers;

/// <summary>Image wrappers against golden/images.json, which golden/generate_images.py wrote with Gymnasium and OpenCV.</summary>
public class ImageWrapperTests
{
    private const int KnownSizes = 18;

    private static readonly GoldenImages Golden = GoldenFile.Read<GoldenImages>("tests/GymBridge.Core.Tests/Wrappers/golden/images.json");

    [Fact]
    public void ResizeObservation_OfManySizes_EqualsOpenCv()
    {
        Assert.Equal(KnownSizes + 582, Golden.Resized.Count);
        for (var seed = 0; seed < Golden.Resized.Count; seed++)
        {
            var row = Golden.Resized[seed];
            var numbers = row.SkipLast(1).Select(item => item.GetInt32()).ToArray();
            var (shape, height, width) = (numbers[..^2], numbers[^2], numbers[^1]);
            var channels = shape.Length == 3 ? shape[2] : 1;
            var image = NDArray.FromBytes(
                DType.UInt8,
                shape,
                seed % 3 == 0 ? TestImages.Smooth(seed, shape[0], shape[1], channels) : TestImages.Noise(seed, shape[0] * shape[1] * channels));
            using var env = new ImageEnv(shape, image).ResizeObservation(height, width);
            var result = (NDArray)env.ResetObject().Observation;
            Assert.True(env.ObservationSpace.Contains(result));
            Assert.True(
                row[^1].GetString() == TestImages.Digest(result.Bytes),
                $"Case {seed}, {NDArray.ShapeText(shape)} to ({height}, {width}), differs from OpenCV.");
        }
    }

    [Fact]
    public void GrayscaleObservation_OfEveryColour_EqualsGymnasium()
    {
        var image = new NDArray(DType.UInt8, 256, 256, 3);
        for (var red = 0; red < 256; red++)
        {
            for (var i = 0; i < 65536; i++)
            {
                (image.Bytes[i * 3], image.Bytes[(i * 3) + 1], image.Bytes[(i * 3) + 2]) = ((byte)red, (byte)(i >> 8), (byte)i);
            }

            using var env = new ImageEnv([256, 256, 3], image).GrayscaleObservation(keepDim: red % 2 == 0);
            var result = (NDArray)env.ResetObject().Observation;
            Assert.Equal(red % 2 == 0 ? [256, 256, 1] : [256, 256], result.Shape.ToArray());
            Assert.True(Golden.Gray[red] == TestImages.Digest(result.Bytes), $"Colours with red {red} differ from Gymnasium.");
        }
    }

    [Fact]
    public void Wrap_OfNoImage_SaysWhatIsWanted()
    {
        var counter = new CounterEnv();
        Refused("requires an image with 3 channels, got shape (2,)", () => counter.GrayscaleObservation());
        Refused("requires a 2D or 3D image, got shape (2,)", () => counter.ResizeObservation(2, 2));
        var image = new ImageEnv([4, 4, 3], new NDArray(DType.UInt8, 4, 4, 3));
        Refused("greater than 0, got (0, 4)", () => image.ResizeObservation(0, 4));
        Refused("bounds 0 to 255 and dtype uint8", () => image.DtypeObservation(DType.Float32).GrayscaleObservation());
        Refused("bounds 0 to 255 and dtype uint8", () => image.DtypeObservation(DType.Int16).ResizeObservation(2, 2));

        static void Refused(string text, Action act) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    internal sealed record GoldenImages(List<JsonElement[]> Resized, string[] Gray);

    private sealed class ImageEnv(int[] shape, NDArray image) : Env<NDArray, long>(new Box(0, 255, shape, DType.UInt8), new Discrete(2))
    {
        protected override ResetResult<NDArray> OnReset(Info? options) => image;

        protected override StepResult<NDArray> OnStep(long action) => new(image, 0, false);
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using GymBridge.Environments.Teaching;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Environments.Tests.Teaching;

/// <summary>Catch against its Python twin, golden/generate_catch.py.</summary>
public class CatchTests
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("tests/GymBridge.Environments.Tests/golden/catch.json"))).RootElement;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Golden.GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Trajectory_OfRandomSteps_EqualsThePythonTwin(int index)
    {
        var golden = Golden.GetProperty("cases")[index];
        var seed = Seed.Parse(golden.GetProperty("seed").GetString()!);
        var kwargs = (Info)PythonJson.Read(golden.GetProperty("kwargs").GetRawText())!;
        using var env = EnvironmentCatalog.CreateRegistry().Make<NDArray, long>(golden.GetProperty("id").GetString()!, new MakeOptions { Kwargs = kwargs });
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        env.ActionSpace.Seed(seed);
        digest.AppendData(env.Reset(seed).Observation.Bytes);
        for (var t = 0; t < Golden.GetProperty("steps").GetInt32(); t++)
        {
            var step = env.Step((long)env.ActionSpace.Sample());
            digest.AppendData(step.Observation.Bytes);
            digest.AppendData(BitConverter.GetBytes(step.Reward));
            digest.AppendData([step.Terminated ? (byte)1 : (byte)0, step.Truncated ? (byte)1 : (byte)0]);
            if (step.Ended)
            {
                digest.AppendData(env.Reset().Observation.Bytes);
            }
        }

        Assert.Equal(golden.GetProperty("digest").GetString(), Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    [Theory]
    [InlineData("Catch-v0", 20)]
    [InlineData("PixelCatch-v0", 27)]
    public void Step_FollowingTheBallsLanding_CatchesEveryBall(string id, int steps)
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make<NDArray, long>(id);
        using var ahead = EnvironmentCatalog.CreateRegistry().Make<NDArray, long>(id);
        for (var seed = 0; seed < 200; seed++)
        {
            ahead.Reset(seed);
            NDArray landing;
            bool landed;
            do
            {
                (landing, _, landed, _, _) = ahead.Step(0);
            }
            while (!landed);

            var (frame, _) = env.Reset(seed);
            var (reward, ended) = (0.0, false);
            for (var t = 1; !ended; t++)
            {
                var (left, right) = Paddle(frame);
                var ball = Ball(landing);
                (frame, reward, ended, _, _) = env.Step(ball < left ? 1 : ball > right ? 2 : 0);
                Assert.Equal(t == steps, ended);
            }

            Assert.Equal(1, reward);
        }
    }

    [Fact]
    public void PixelCatch_FrameByFrame_IsInPixelsAsSpecified()
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make<NDArray, long>("PixelCatch-v0");
        var columns = new HashSet<int>();
        for (var seed = 0; seed < 300; seed++)
        {
            var (frame, _) = env.Reset(seed);
            Assert.Equal([84, 84], frame.Shape.ToArray());
            var column = Ball(frame);
            columns.Add(column);
            Assert.Equal((36, 47), Paddle(frame));
            var left = 36;
            Assert.Equal(9, frame.Bytes.ToArray().Count(shade => shade == byte.MaxValue));
            for (var t = 1; t <= 27; t++)
            {
                (frame, var reward, var terminated, var truncated, _) = env.Step(seed % 3);
                left = Math.Clamp(left + ((seed % 3) switch { 1 => -6, 2 => 6, _ => 0 }), 0, 72);
                Assert.Equal(3 * t * 84, frame.Bytes.IndexOf(byte.MaxValue) - column);
                Assert.Equal((t == 27, false), (terminated, truncated));
                if (!terminated)
                {
                    Assert.Equal((left, left + 11), Paddle(frame));
                }

                Assert.Equal(!terminated ? 0 : column >= left && column <= left + 11 ? 1 : -1, reward);
            }
        }

        Assert.Equal(Enumerable.Range(0, 28).Select(column => 3 * column), columns.Order());
    }

    [Fact]
    public void Render_AfterReset_IsAPictureOfTheBallAndThePaddle()
    {
        using var env = new CatchEnv(renderMode: "rgb_array");
        Assert.Null(env.Render());
        env.Reset(1);
        var frame = Assert.IsType<NDArray>(env.Render());
        Assert.Equal([336, 336, 3], frame.Shape.ToArray());
        Assert.True(frame.Bytes.ToArray().Chunk(3).Select(pixel => (pixel[0], pixel[1], pixel[2])).Distinct().Count() >= 4);
    }

    [Theory]
    [InlineData(84, 20)]
    [InlineData(84, 3)]
    [InlineData(0, 21)]
    [InlineData(2_000_000_000, 5)]
    public void Constructor_SizesThatDoNotFit_SaysBoth(int frameSize, int cells)
    {
        var error = Assert.Throws<ArgumentException>(() => new CatchEnv(frameSize, cells));
        Assert.Contains($"got frame_size {frameSize} and cells {cells}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, 0.0, "paddle_width of 2 to 21 cells; got 1")]
    [InlineData(22, 1, 0.0, "paddle_width of 2 to 21 cells; got 22")]
    [InlineData(3, 0, 0.0, "paddle_speed of 1 to 21 cells a step; got 0")]
    [InlineData(3, 22, 0.0, "paddle_speed of 1 to 21 cells a step; got 22")]
    [InlineData(3, 1, double.NaN, "miss_reward that is a finite number; got NaN")]
    public void Constructor_PaddleOrRewardOutOfRange_SaysTheRange(int paddleWidth, int paddleSpeed, double missReward, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => new CatchEnv(paddleWidth: paddleWidth, paddleSpeed: paddleSpeed, missReward: missReward));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static int Ball(NDArray frame) => frame.Bytes.IndexOf(byte.MaxValue) % frame.Shape[1];

    // First and last column, while the ball is in the air.
    private static (int Left, int Right) Paddle(NDArray frame)
    {
        var row = frame.Bytes[^frame.Shape[1]..];
        return (row.IndexOfAnyExcept((byte)0), row.LastIndexOfAnyExcept((byte)0));
    }
}

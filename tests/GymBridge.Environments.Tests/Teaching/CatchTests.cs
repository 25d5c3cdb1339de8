using System.Security.Cryptography;
using System.Text.Json;
using GymBridge.Environments.Teaching;
using GymBridge.Seeding;

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
        using var env = new CatchEnv(golden.GetProperty("frame_size").GetInt32(), golden.GetProperty("cells").GetInt32());
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

    [Fact]
    public void Step_FollowingTheBallsLanding_CatchesEveryBall()
    {
        using var env = new CatchEnv();
        for (var seed = 0; seed < 200; seed++)
        {
            var state = CatchState.Start(new Rng(seed), CatchEnv.DefaultCells);
            while (!state.Step(0, CatchEnv.DefaultCells).Terminated)
            {
            }

            env.Reset(seed);
            var (paddle, reward, ended) = (CatchEnv.DefaultCells / 2, 0.0, false);
            for (var t = 1; !ended; t++)
            {
                var action = state.Column < paddle ? 1L : state.Column > paddle ? 2L : 0L;
                paddle = Math.Clamp(paddle + (action == 1 ? -1 : action == 2 ? 1 : 0), 1, CatchEnv.DefaultCells - 2);
                (_, reward, ended, _, _) = env.Step(action);
                Assert.Equal(t == 20, ended);
            }

            Assert.Equal(1, reward);
        }
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
}

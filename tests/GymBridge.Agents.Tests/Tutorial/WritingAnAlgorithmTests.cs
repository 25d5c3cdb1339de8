using GymBridge.Agents.Reproducibility;

namespace GymBridge.Agents.Tests.Tutorial;

/// <summary>The algorithm that docs/writing-an-algorithm.md writes: compiled as it stands there, from public members alone.</summary>
public class WritingAnAlgorithmTests
{
    [Fact]
    public void Page_Code_IsTheFileThatIsCompiledHere()
    {
        var page = File.ReadAllText(RepositoryRoot.Combine("docs/writing-an-algorithm.md"));
        var code = File.ReadAllText(RepositoryRoot.Combine("tests/GymBridge.Agents.Tests/Tutorial/Vpg.cs"));
        var start = code.IndexOf("public sealed record", StringComparison.Ordinal);
        Assert.Contains($"```csharp\n{code[start..]}```", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Learn_CartPole_GetsBetter()
    {
        using var env = TestEnvs.Make("CartPole-v1", 8);
        using var vpg = new Vpg(env, new VpgOptions(), 1);
        vpg.Update();
        var first = vpg.Episodes.MeanReturn;
        vpg.Learn(40_000);
        Assert.InRange(first, 10, 40);
        Assert.InRange(vpg.Episodes.MeanReturn, 2 * first, 500);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_BetweenUpdatesAndWithinOne_GoesOnBitForBit(bool isCancelled)
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var whole = new Vpg(env, new VpgOptions { LearningRate = Schedule.Linear(1e-2) }, 1) { TotalTimesteps = 2_000 };
        using var source = new CancellationTokenSource();
        whole.Update();
        if (isCancelled)
        {
            whole.Cancellation = source.Token;
            whole.Episodes.Ended += (_, _) => source.Cancel();
            Assert.Throws<OperationCanceledException>(() => whole.Update());
            Assert.InRange(whole.Timesteps, 257, 511);
            whole.Cancellation = CancellationToken.None;
        }

        whole.Save(folder.Combine("run.gym"));
        using var again = TestEnvs.Make("CartPole-v1", 2);
        using var resumed = Vpg.Descriptor.Load(folder.Combine("run.gym"), again, warn: Assert.Fail);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(whole.Update().Metrics, resumed.Update().Metrics);
            Assert.Equal(UpdateDigest.OfWeights(whole.Policy), UpdateDigest.OfWeights(resumed.Policy));
        }
    }

    [Fact]
    public void Load_ARunOfAnotherAlgorithm_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        ppo.Save(folder.Combine("run.gym"));
        var exception = Assert.Throws<InvalidDataException>(() => Vpg.Descriptor.Load(folder.Combine("run.gym"), env));
        Assert.Contains("run of ppo, not of vpg", exception.Message, StringComparison.Ordinal);
    }
}

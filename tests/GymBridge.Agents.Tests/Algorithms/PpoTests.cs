using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;

namespace GymBridge.Agents.Tests.Algorithms;

public class PpoTests
{
    [Fact]
    public void Update_SameSeed_GivesTheSameBits()
    {
        Assert.Equal(Digests(7), Digests(7));
        Assert.NotEqual(Digests(7)[^1], Digests(8)[^1]);
    }

    [Fact]
    public void Update_OnSinglesInTurnInsteadOfTheNativeVector_GivesTheSameBits()
    {
        using var native = TestEnvs.Make("CartPole-v1", 8);
        using var sync = TestEnvs.Lanes(8, () => TestEnvs.Registry.Make("CartPole-v1"));
        Assert.Equal(Digests(native, 3), Digests(sync, 3));
    }

    [Fact]
    public void Constructor_OthersAreMadeAtTheSameTime_StillDependsOnTheSeedAlone()
    {
        var digests = new string[16];
        Parallel.For(0, digests.Length, i =>
        {
            using var env = TestEnvs.Make("CartPole-v1", 1);
            using var ppo = new Ppo(env, null, i % 2);
            digests[i] = UpdateDigest.OfWeights(ppo.Policy);
        });
        Assert.Equal(2, digests.Distinct().Count());
        Assert.Equal(digests[0], digests[14]);
    }

    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void Learn_CartPole_BalancesInEitherAutoresetMode(AutoresetMode mode)
    {
        using var env = TestEnvs.Make("CartPole-v1", 8, mode);
        using var ppo = new Ppo(env, TestEnvs.PpoCartPole, 1);
        ppo.Learn(50_000);
        using var evaluation = TestEnvs.Registry.Make("CartPole-v1");
        Assert.InRange(ppo.Policy.Evaluate(evaluation, 5, 100).MeanReturn, 400, 500);
    }

    [Fact]
    public void Update_AfterCompletion_SaysHowFarItIs()
    {
        using var env = TestEnvs.Make("CartPole-v1", 8);
        using var ppo = new Ppo(env, TestEnvs.PpoCartPole, 1);
        ppo.Learn(256);
        var exception = Assert.Throws<InvalidOperationException>(() => ppo.Update());
        Assert.Contains("256 of 256", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BadOptions_ReportsAllOfThem()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        var exception = Assert.Throws<ArgumentException>(() => new Ppo(env, new PpoOptions { Gamma = 1.5, Epochs = 0, HiddenSizes = [1_000_000_000] }, 1));
        Assert.Contains("Gamma must be between 0 and 1, got 1.5", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Epochs must be at least 1, got 0", exception.Message, StringComparison.Ordinal);
        Assert.Contains("HiddenSizes must be between 1 and 65536", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_RolloutLargerThanMemory_IsRefused()
    {
        using var env = TestEnvs.Make("CartPole-v1", 8);
        var exception = Assert.Throws<ArgumentException>(() => new Ppo(env, new PpoOptions { RolloutSteps = 2_000_000_000 }, 1));
        Assert.Contains("choose fewer steps or lanes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_AutoresetDisabled_SaysWhichIsNeeded()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1, AutoresetMode.Disabled);
        var exception = Assert.Throws<ArgumentException>(() => new Ppo(env, null, 1));
        Assert.Contains("SameStep or NextStep", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_TextActions_RefusesThemByName()
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(3)], new Spaces.Text(5)));
        var exception = Assert.Throws<NotSupportedException>(() => new Ppo(env, null, 1));
        Assert.Contains("PPO cannot act in the action space Text", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_MinibatchDoesNotDivideTheRollout_LearnsFromTheRestToo()
    {
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 5, MinibatchSize = 4, Epochs = 1 }, 1);
        var report = ppo.Update();
        Assert.True(double.IsFinite(report["train/loss"]));
        Assert.Equal(10, ppo.Timesteps);
    }

    [Fact]
    public void Update_MinibatchOfOneAndOneAction_StaysFinite()
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(3)], new Spaces.Discrete(1)));
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 4, MinibatchSize = 1, Epochs = 2 }, 1);
        Assert.True(double.IsFinite(ppo.Update()["train/loss"]));
    }

    private static List<string> Digests(Seed seed)
    {
        using var env = TestEnvs.Make("CartPole-v1", 8);
        return Digests(env, seed);
    }

    private static List<string> Digests(VectorEnv env, Seed seed)
    {
        using var ppo = new Ppo(env, TestEnvs.PpoCartPole, seed);
        return TestEnvs.Digests(ppo, 2048);
    }
}

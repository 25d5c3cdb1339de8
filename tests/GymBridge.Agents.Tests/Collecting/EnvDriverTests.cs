using GymBridge.Agents.Reproducibility;

namespace GymBridge.Agents.Tests.Collecting;

/// <summary>The ways in which a loaded run gets its environment back.</summary>
public class EnvDriverTests
{
    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void Load_EnvironmentWithoutSnapshot_IsReplayed(AutoresetMode mode) =>
        AssertGoesOn(() => TestEnvs.Lanes(2, () => new ScriptedEnv([new(3), new(7, true), new(4)]), mode), hasSnapshot: false);

    [Theory]
    [InlineData("CartPole-v1", AutoresetMode.SameStep)]
    [InlineData("CartPole-v1", AutoresetMode.NextStep)]
    [InlineData("FrozenLake-v1", AutoresetMode.SameStep)]
    [InlineData("Pendulum-v1", AutoresetMode.NextStep)]
    public void Load_EnvironmentWithSnapshot_IsRestored(string id, AutoresetMode mode) =>
        AssertGoesOn(() => TestEnvs.Make(id, 3, mode), hasSnapshot: true);

    private static void AssertGoesOn(Func<VectorEnv> make, bool hasSnapshot)
    {
        using var folder = new TemporaryFolder();
        var options = new PpoOptions { RolloutSteps = 5, MinibatchSize = 8, Epochs = 1, HiddenSizes = [4] };
        using var env = make();
        Assert.Equal(hasSnapshot, env.CanSaveState);
        using var whole = new Ppo(env, options, 3);
        for (var i = 0; i < 7; i++)
        {
            whole.Update();
        }

        whole.Save(folder.Combine("run.gym"));
        using var again = make();
        using var resumed = Ppo.Load(folder.Combine("run.gym"), again, warn: Assert.Fail);
        for (var i = 0; i < 7; i++)
        {
            whole.Update();
            resumed.Update();
            Assert.Equal(UpdateDigest.Of(whole), UpdateDigest.Of(resumed));
        }
    }

    [Fact]
    public void Update_CancelledWhileItCollects_EndsAtTheNextStepAndCanBeSaved()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(100)], reward: (_, step) => Cancel(step)));
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1) { Cancellation = source.Token };
        Assert.Throws<OperationCanceledException>(() => ppo.Learn(1000));
        Assert.Equal(10, ppo.Timesteps);
        ppo.Save(folder.Combine("run.gym"));
        using var policy = Policy.Load(folder.Combine("run.gym"));

        double Cancel(int step)
        {
            if (step == 10)
            {
                source.Cancel();
            }

            return 1;
        }
    }
}

using GymBridge.Environments;
using GymBridge.Environments.ClassicControl;
using GymBridge.Server.Catalog;

namespace GymBridge.Server.Tests.Catalog;

public sealed class EnvironmentSetTests
{
    private static readonly EnvironmentSet Environments = new([EnvironmentCatalog.CreateRegistry()]);

    [Theory]
    [InlineData(AutoresetMode.NextStep)]
    [InlineData(AutoresetMode.SameStep)]
    public void MakeVec_OneLaneWithAutoreset_IsMadeAsOneOfMany(AutoresetMode mode)
    {
        var options = new MakeOptions { AutoresetMode = mode };
        using var one = Environments.MakeVec("CartPole-v1", 1, options);
        using var many = Environments.MakeVec("CartPole-v1", 3, options);

        Assert.IsType<CartPoleVectorEnv>(many);
        Assert.IsType<CartPoleVectorEnv>(one);
        Assert.Equal(FirstLane(many), FirstLane(one));
    }

    [Fact]
    public void MakeVec_OneLaneWithoutAutoreset_IsTheSingleEnvironmentWithItsWrappers()
    {
        using var one = Environments.MakeVec("CartPole-v1", 1, new MakeOptions { AutoresetMode = AutoresetMode.Disabled });

        Assert.Contains("TimeLimit", Assert.IsType<SyncVectorEnv>(one)[0].ToString(), StringComparison.Ordinal);
    }

    private static List<string> FirstLane(VectorEnv env)
    {
        var (step, actions, seen) = (env.CreateStep(), env.CreateActions(), new List<string>());
        env.Reset(step, 5);
        for (var t = 0; t < 60; t++)
        {
            actions[0].AsSpan<long>().Fill(t / 3 % 2);
            env.Step(actions, step);
            seen.Add($"{Convert.ToHexString(step.Observations[0].Lane(0))} {step.Rewards[0]} {step.Terminated[0]} {step.HasFinal[0]}");
        }

        return seen;
    }
}

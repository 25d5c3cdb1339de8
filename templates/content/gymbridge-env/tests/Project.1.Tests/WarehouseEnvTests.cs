using GymBridge.Checking;

namespace Project._1.Tests;

public class WarehouseEnvTests
{
    [Fact]
    public void Environment_KeepsTheContract()
    {
        using var env = new WarehouseEnv();
        Assert.Empty(EnvChecker.Check(env));
    }

    [Fact]
    public void Step_IntoAWall_StaysAndCosts()
    {
        using var env = new WarehouseEnv();
        var (observation, _) = env.Reset(7);
        for (var step = 0; step < WarehouseEnv.Size; step++)
        {
            var result = env.Step(2);
            observation = result.Observation;
            if (result.Terminated)
            {
                return;
            }

            Assert.Equal(-0.01, result.Reward);
        }

        Assert.Equal(0, observation[0]);
    }

    [Fact]
    public void Walk_ToTheParcel_EndsTheEpisodeWithOne()
    {
        using var env = new WarehouseEnv();
        for (var seed = 0; seed < 20; seed++)
        {
            var (observation, _) = env.Reset(seed);
            while (true)
            {
                var action = observation[0] < observation[2] ? 0 : observation[0] > observation[2] ? 2 : observation[1] < observation[3] ? 1 : 3;
                var result = env.Step(action);
                observation = result.Observation;
                if (result.Terminated)
                {
                    Assert.Equal(1, result.Reward);
                    break;
                }
            }
        }
    }
}

using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;

namespace GymBridge.Agents.Tests.Algorithms;

public class A2cTests
{
    [Fact]
    public void Learn_OnStableBaselines3Rollouts_GivesItsParametersAndLosses()
    {
        using var trace = new Sb3Trace("a2c_cartpole.json");
        using var env = trace.MakeEnv();
        var steps = trace.Options.GetProperty("n_steps").GetInt32();
        using var a2c = new A2c(env, new A2cOptions { RolloutSteps = steps, EntropyCoefficient = 0.01, HiddenSizes = [16, 16] }, 0);
        var network = (ActorCriticNetwork)a2c.Policy.Module;
        trace.Load(network);
        using var buffer = new RolloutBuffer(env.NumEnvs, 4, network.Head);
        buffer.Assume(steps);
        for (var i = 0; i < trace.Iterations.Count; i++)
        {
            trace.Fill(buffer, i);
            var losses = a2c.Learn(buffer, trace.Iterations[i].GetProperty("learning_rate").GetDouble());
            trace.AssertParameters(network, i + 1);
            Assert.Equal(trace.Log(i, "train/policy_loss"), losses.Policy, 1e-4);
            Assert.Equal(trace.Log(i, "train/value_loss"), losses.Value, 1e-3);
            Assert.Equal(trace.Log(i, "train/entropy_loss"), losses.Entropy, 1e-5);
        }
    }

    [Theory]
    [InlineData(A2cOptimizer.RmsProp)]
    [InlineData(A2cOptimizer.RmsPropTfLike)]
    [InlineData(A2cOptimizer.Adam)]
    public void Learn_CartPole_ImprovesWithEveryOptimizer(A2cOptimizer optimizer)
    {
        using var env = TestEnvs.Make("CartPole-v1", 8);
        using var a2c = new A2c(env, new A2cOptions { Optimizer = optimizer }, 1);
        a2c.Learn(60_000);
        Assert.InRange(a2c.Episodes.MeanReturn, 60, 500);
    }
}

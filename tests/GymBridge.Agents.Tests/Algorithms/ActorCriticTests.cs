using GymBridge.Agents.Actions;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

public class ActorCriticTests
{
    [Fact]
    public void Learn_CartPole_Improves()
    {
        using var env = TestEnvs.Make("CartPole-v1", 4);
        using var run = new ActorCritic(env, new ActorCriticOptions { LearningRate = 3e-3 }, 1);
        run.Learn(40_000);
        Assert.InRange(run.Episodes.MeanReturn, 60, 500);
    }

    [Fact]
    public void Module_PolicyAndValue_ShareTheTrunk()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var run = new ActorCritic(env, null, 1);
        Assert.Equal(
            ["features_extractor.0.weight", "features_extractor.0.bias", "policy.0.weight", "policy.0.bias", "value.0.weight", "value.0.bias"],
            run.Policy.Module.state_dict().Keys);
    }

    [Theory]
    [InlineData(false, new[] { 0.276f, -0.062f }, new[] { 0.081f, -0.0095f, 0.019f, 0.2095f })]
    [InlineData(true, new[] { 0.285f, -0.0575f }, new[] { 0.07875f, -0.010625f, 0.02125f, 0.210625f })]
    public void OneStep_HandWorkedStep_MatchesTheOracle(bool terminated, float[] values, float[] policy)
    {
        // One step by hand: phi(s) = [1, .5], phi(s') = [0, 1], w = [.2, -.1], theta = [[.1, 0], [0, .2]], a = 1, r = 1:
        // delta .76, or .85 if the step is terminal.
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(10)]));
        var networks = new CustomNetworks { Policy = nn.Linear(2, 2, hasBias: false), Value = nn.Linear(2, 1, hasBias: false) };
        using var run = new OneStepActorCritic(
            env, new OneStepActorCriticOptions { LearningRate = 0.05, ValueLearningRate = 0.1, Gamma = 0.9 }, 1, networks);
        var network = (ActorCriticNetwork)run.Policy.Module;
        using (no_grad())
        {
            network.get_parameter("value.weight")!.copy_(tensor(new[] { 0.2f, -0.1f }, [1, 2]));
            network.get_parameter("policy.weight")!.copy_(tensor(new[] { 0.1f, 0, 0, 0.2f }, [2, 2]));
        }

        using var buffer = new RolloutBuffer(1, 2, ActionHead.For(new Discrete(2), "Test"));
        buffer.Assume(1);
        new[] { 1, 0.5f, 0, 1 }.CopyTo(buffer.Observations, 0);
        (buffer.Indices[0], buffer.Rewards[0], buffer.Terminated[0]) = (1, 1, terminated);
        Assert.Equal(terminated ? 0.85 : 0.76, run.Learn(buffer)[0], 1e-6);
        AssertClose(values, network.get_parameter("value.weight")!);
        AssertClose(policy, network.get_parameter("policy.weight")!);
    }

    [Fact]
    public void OneStep_Corridor_FindsTheWay()
    {
        using var env = TestEnvs.Lanes(1, () => new CorridorEnv());
        using var run = new OneStepActorCritic(env, new OneStepActorCriticOptions { LearningRate = 0.3 }, 1);
        run.Learn(6000);
        Assert.InRange(run.Episodes.MeanReturn, 0.85, 1);
    }

    private static void AssertClose(float[] expected, Tensor actual)
    {
        var got = actual.detach().flatten().data<float>().ToArray();
        Assert.Equal(expected.Length, got.Length);
        for (var i = 0; i < got.Length; i++)
        {
            Assert.Equal(expected[i], got[i], 1e-6);
        }
    }

    private sealed class CorridorEnv() : Env<long, long>(new Discrete(6), new Discrete(2))
    {
        private long _position;

        protected override ResetResult<long> OnReset(Info? options) => _position = 0;

        protected override StepResult<long> OnStep(long action)
        {
            _position = Math.Clamp(_position + (action == 1 ? 1 : -1), 0, 5);
            return new(_position, _position == 5 ? 1 : -0.01, terminated: _position == 5);
        }
    }
}

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
    [InlineData(false)]
    [InlineData(true)]
    public void OneStep_HandWorkedStep_MatchesTheOracle(bool terminated)
    {
        var (before, after) = (Oracle("phi(s)"), Oracle("phi(s2)"));
        var rate = Oracles.Number("one_step_actor_critic", "alpha_theta");
        var valueRate = Oracles.Number("one_step_actor_critic", "alpha_w");
        var action = (long)Oracles.Number("one_step_actor_critic", "a");
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(10)]));
        var networks = new CustomNetworks { Policy = nn.Linear(2, 2, hasBias: false), Value = nn.Linear(2, 1, hasBias: false) };
        using var run = new OneStepActorCritic(
            env, new OneStepActorCriticOptions { LearningRate = rate, ValueLearningRate = valueRate, Gamma = Oracles.Number("one_step_actor_critic", "gamma") }, 1, networks);
        var network = (ActorCriticNetwork)run.Policy.Module;
        using (no_grad())
        {
            network.get_parameter("value.weight")!.copy_(tensor(Oracle("w"), [1, 2]));
            network.get_parameter("policy.weight")!.copy_(tensor(Oracle("theta"), [2, 2]));
            var chances = network.Distribution(network.Extract(tensor(before, [1, 2]).expand(2, 2))).LogProbability(tensor(new[] { 0L, 1 }, [2, 1])).exp();
            AssertClose(Oracle("pi"), chances);
        }

        using var buffer = new RolloutBuffer(1, 2, ActionHead.For(new Discrete(2), "Test"));
        buffer.Assume(1);
        before.CopyTo(buffer.Observations, 0);
        after.CopyTo(buffer.Observations, before.Length);
        (buffer.Indices[0], buffer.Rewards[0], buffer.Terminated[0]) = (action, Oracles.Number("one_step_actor_critic", "r"), terminated);
        var delta = Oracles.Number("one_step_actor_critic", terminated ? "delta_if_terminal" : "delta");
        Assert.Equal(delta, run.Learn(buffer)[0], 1e-6);

        // Both steps are delta times what they are at the other end of the episode.
        var scale = (float)(delta / Oracles.Number("one_step_actor_critic", "delta"));
        AssertClose(Moved("w", "w_new", scale), network.get_parameter("value.weight")!);
        AssertClose(Moved("theta", "theta_new", scale), network.get_parameter("policy.weight")!);
    }

    private static float[] Oracle(string key) => Array.ConvertAll(Oracles.Numbers("one_step_actor_critic", key), value => (float)value);

    private static float[] Moved(string before, string after, float scale) =>
        [.. Oracle(before).Zip(Oracle(after), (old, moved) => old + (scale * (moved - old)))];

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

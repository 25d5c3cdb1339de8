using GymBridge.Agents.Actions;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;

namespace GymBridge.Agents.Tests.Collecting;

public class RolloutCollectorTests
{
    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void Collect_TruncatedStep_BootstrapsFromItsFinalObservationAndTerminatedFromNothing(AutoresetMode mode)
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(2, true), new(3)]), mode);
        using var parts = new Parts(env);
        parts.Collector.Collect(8);
        var rollout = parts.Collector.Buffer;
        rollout.EvaluateStates(parts.Network);
        rollout.ComputeAdvantages(0.9, 1);

        // The truncated step of episode 0 ends in observation (0, 2), whatever the mode puts behind it.
        Assert.True(rollout.Truncated[1]);
        // libtorch rounds a row of a batch otherwise than the row alone.
        Assert.Equal(parts.ValueOf(0, 2), rollout.NextStateValues[1], 1e-6);
        Assert.Equal(1 + (0.9 * parts.ValueOf(0, 2)), rollout.Returns[1], 1e-6);

        // The terminated step of episode 1 has no future.
        var last = rollout.Terminated.AsSpan(0, 8).IndexOf(true);
        Assert.Equal(1, rollout.Returns[last], 1e-6);
    }

    [Fact]
    public void Collect_NextStep_LeavesTheResetOutOfLossesStatisticsAndTimesteps()
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(2), new(3)]), AutoresetMode.NextStep);
        using var parts = new Parts(env);
        parts.Collector.Collect(8);
        var rollout = parts.Collector.Buffer;
        Assert.Equal([true, true, false, true, true, true, false, true], rollout.IsTransition.AsSpan(0, 8).ToArray());
        Assert.Equal(6, parts.Driver.Timesteps);
        Assert.Equal((2L, 2.5), (parts.Driver.Episodes.Episodes, parts.Driver.Episodes.MeanReturn));
        Assert.Equal([0, 1, 3, 4, 5, 7], rollout.TransitionIndices());
    }

    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void Collect_RolloutEndsWithATerminalStep_DoesNotBootstrapIt(AutoresetMode mode)
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(4)]), mode);
        using var parts = new Parts(env);
        parts.Collector.Collect(4);
        var rollout = parts.Collector.Buffer;
        rollout.EvaluateStates(parts.Network);
        rollout.ComputeAdvantages(0.5, 1);
        Assert.Equal([1.875f, 1.75f, 1.5f, 1f], rollout.Returns.AsSpan(0, 4).ToArray().Select(value => MathF.Round(value, 5)));
    }

    [Fact]
    public void Collect_RolloutEndsWithinAnEpisode_BootstrapsFromTheLastObservation()
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(10)]));
        using var parts = new Parts(env);
        parts.Collector.Collect(3);
        var rollout = parts.Collector.Buffer;
        rollout.EvaluateStates(parts.Network);
        Assert.Equal(parts.ValueOf(0, 3), rollout.NextStateValues[2], 1e-6);
    }

    [Fact]
    public void Collect_LanesInOtherProcesses_DrawTheSameActions()
    {
        // Lane 1 of two draws what it would draw if it were stepped elsewhere: its stream is keyed by seed and lane.
        using var two = TestEnvs.Lanes(2, () => new ScriptedEnv([new(10)]));
        using var three = TestEnvs.Lanes(3, () => new ScriptedEnv([new(10)]));
        using var a = new Parts(two);
        using var b = new Parts(three);
        a.Collector.Collect(20);
        b.Collector.Collect(20);
        for (var t = 0; t < 20; t++)
        {
            Assert.Equal(a.Collector.Buffer.Indices[(t * 2) + 1], b.Collector.Buffer.Indices[(t * 3) + 1]);
        }
    }

    [Fact]
    public void Collect_ObservationIsNaN_NamesLaneElementAndTimestep()
    {
        using var env = TestEnvs.Lanes(2, () => new BadObservationEnv());
        using var parts = new Parts(env);
        var exception = Assert.Throws<NonFiniteException>(() => parts.Collector.Collect(10));
        Assert.Contains("element 1 of lane 0", exception.Message, StringComparison.Ordinal);
        Assert.Contains("at timestep 8", exception.Message, StringComparison.Ordinal);
    }

    private sealed class BadObservationEnv() : Env<float[], long>(new Spaces.Box(-9, 9, [2]), new Spaces.Discrete(2))
    {
        private int _step;

        protected override ResetResult<float[]> OnReset(Info? options)
        {
            _step = 0;
            return new float[2];
        }

        protected override StepResult<float[]> OnStep(long action) => new([0, ++_step == 4 ? float.NaN : 0], 1, false);
    }

    private sealed class Parts : IDisposable
    {
        public Parts(VectorEnv env)
        {
            var encoder = new ObservationEncoder(env.SingleObservationSpace);
            Network = new ActorCriticNetwork(
                new ActorCriticSpec([4], Activation.Tanh), encoder.Features, ActionHead.For(env.SingleActionSpace, "Test"), new CustomNetworks());
            Driver = new EnvDriver(env, 1, encoder);
            Collector = new RolloutCollector(Driver, Network, 1);
        }

        public ActorCriticNetwork Network { get; }

        public EnvDriver Driver { get; }

        public RolloutCollector Collector { get; }

        public float ValueOf(float episode, float step)
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            return Network.Values(TorchSharp.torch.tensor(new[] { episode, step }, [1, 2])).item<float>();
        }

        public void Dispose()
        {
            Collector.Dispose();
            Network.Dispose();
        }
    }
}

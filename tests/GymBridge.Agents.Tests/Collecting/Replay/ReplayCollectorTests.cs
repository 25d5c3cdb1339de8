using GymBridge.Agents.Actions;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Observations;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Collecting.Replay;

public class ReplayCollectorTests
{
    private const double Gamma = 0.5;

    private static readonly Discrete Actions = new(2);

    /// <summary>Rows as (episode, step before, step after, reward, discount, truncated).</summary>
    public static TheoryData<AutoresetMode> Modes => [AutoresetMode.SameStep, AutoresetMode.NextStep];

    [Theory]
    [MemberData(nameof(Modes))]
    public void Step_EpisodesThatEndEitherWay_KeepTheFinalObservationAndOnlyTermationHasNoFuture(AutoresetMode mode)
    {
        var rows = Collect(mode, 1, 9, [new(2), new(3, IsTruncated: true)]);
        Assert.Equal(
            [
                (0, 0, 1, 1, 0.5, false),
                (0, 1, 2, 2, 0, false),
                (1, 0, 1, 1, 0.5, false),
                (1, 1, 2, 2, 0.5, false),
                (1, 2, 3, 3, 0.5, true),
                (2, 0, 1, 1, 0.5, false),
            ],
            rows.Take(6));
    }

    /// <summary>oracles: rewards 1, 0.5, -1 and so on; the sum stops at the first end, and the discount is that of the real number of steps.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public void Step_ThreeStepReturns_StopAtTheFirstEndAndDiscountByTheRealNumberOfSteps(AutoresetMode mode)
    {
        var rows = Collect(mode, 3, 11, [new(4), new(2, IsTruncated: true)]);
        Assert.Equal(
            [
                // 1 + 2/2 + 3/4; the next observation is three steps on.
                (0, 0, 3, 2.75, 0.125, false),
                (0, 1, 4, 4.5, 0, false),
                (0, 2, 4, 5, 0, false),
                (0, 3, 4, 4, 0, false),
                (1, 0, 2, 2, 0.25, true),
                (1, 1, 2, 2, 0.5, true),
            ],
            rows.Take(6));
    }

    [Fact]
    public void Step_SeveralLanes_NeverMixTheirSteps()
    {
        using var env = TestEnvs.Lanes(3, () => new ScriptedEnv([new(5)], reward: (_, step) => step), AutoresetMode.SameStep);
        var (driver, buffer, collector) = Make(env, 2, 100);
        using (buffer)
        using (collector)
        {
            for (var i = 0; i < 7; i++)
            {
                collector.Step((_, actions) => actions.Indices.Clear());
            }

            Assert.Equal(18, buffer.Count);
            Assert.Equal(21, driver.Timesteps);
            var rows = Rows(buffer);
            Assert.All(rows, row => Assert.Equal(row.Reward, row.Before + 1 + (row.After - row.Before == 2 ? Gamma * (row.Before + 2) : 0)));
        }
    }

    [Fact]
    public void Step_FinalObservationIsNaN_IsAnErrorAndNotInTheBuffer()
    {
        using var env = TestEnvs.Lanes(1, () => new NaNAtTheEnd(), AutoresetMode.SameStep);
        var (_, buffer, collector) = Make(env, 1, 10);
        using (buffer)
        using (collector)
        {
            collector.Step((_, actions) => actions.Indices.Clear());
            var exception = Assert.Throws<NonFiniteException>(() => collector.Step((_, actions) => actions.Indices.Clear()));
            Assert.Contains("a final observation with NaN (element 0 of lane 0) at timestep 2", exception.Message, StringComparison.Ordinal);
            Assert.Equal(1, buffer.Count);
        }
    }

    [Fact]
    public void Step_Warm_AllocatesNothing()
    {
        using var env = TestEnvs.Make("CartPole-v1", 4);
        var (_, buffer, collector) = Make(env, 3, 1000);
        ReplayCollector.Actor act = (_, actions) => actions.Indices.Clear();
        using (buffer)
        using (collector)
        {
            for (var i = 0; i < 300; i++)
            {
                collector.Step(act);
            }

            collector.Begin();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 200; i++)
            {
                collector.Step(act);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static List<(int Episode, int Before, int After, double Reward, double Discount, bool Truncated)> Collect(
        AutoresetMode mode, int steps, int count, IReadOnlyList<ScriptedEnv.Episode> episodes)
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv(episodes, reward: (_, step) => step), mode);
        var (_, buffer, collector) = Make(env, steps, 100);
        using (buffer)
        using (collector)
        {
            for (var i = 0; i < count; i++)
            {
                collector.Step((_, actions) => actions.Indices.Clear());
            }

            return Rows(buffer);
        }
    }

    private static (EnvDriver Driver, ReplayBuffer Buffer, ReplayCollector Collector) Make(VectorEnv env, int steps, int capacity)
    {
        var encoder = new ObservationEncoder(env.SingleObservationSpace);
        var head = ActionHead.For(Actions, "Test");
        var driver = new EnvDriver(env, 1, encoder);
        var buffer = new ReplayBuffer(env.SingleObservationSpace, encoder, head, capacity, Gamma);
        var collector = new ReplayCollector(driver, head, buffer, steps);
        collector.Begin();
        return (driver, buffer, collector);
    }

    private static List<(int Episode, int Before, int After, double Reward, double Discount, bool Truncated)> Rows(ReplayBuffer buffer)
    {
        using var batch = buffer.CreateBatch(buffer.Count);
        for (var i = 0; i < buffer.Count; i++)
        {
            batch.Rows[i] = i;
        }

        buffer.Gather(batch);
        var (observations, next) = (Floats(batch.Observations), Floats(batch.NextObservations));
        var (rewards, discounts) = (Floats(batch.Rewards), Floats(batch.Discounts));
        return
        [
            .. Enumerable.Range(0, buffer.Count).Select(i =>
            {
                Assert.Equal(observations[2 * i], next[2 * i]);
                return (
                    (int)observations[2 * i], (int)observations[(2 * i) + 1], (int)next[(2 * i) + 1],
                    (double)rewards[i], (double)discounts[i], batch.Truncated[i]);
            }),
        ];
    }

    private static float[] Floats(Tensor tensor) => tensor.flatten().data<float>().ToArray();

    private sealed class NaNAtTheEnd() : Env<float[], long>(new Box(-1000, 1000, [2]), new Discrete(2))
    {
        private int _step;

        protected override ResetResult<float[]> OnReset(Info? options)
        {
            _step = 0;
            return new float[2];
        }

        protected override StepResult<float[]> OnStep(long action)
        {
            _step++;
            return new([_step == 2 ? float.NaN : 0, 0], 1, _step == 2);
        }
    }
}

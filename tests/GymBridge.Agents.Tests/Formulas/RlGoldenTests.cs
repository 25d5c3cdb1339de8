using System.Text.Json;
using GymBridge.Agents.Formulas;
using GymBridge.Wrappers;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>Advantages and running moments of Stable-Baselines3 2.9.2 (rl.json of the tensor engine's golden files).</summary>
public class RlGoldenTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", "rl.json"))).RootElement;

    [Fact]
    public void Advantages_EveryRollout_AreStableBaselines3s()
    {
        foreach (var rollout in Golden.GetProperty("gae").EnumerateArray())
        {
            var rewards = Numbers(rollout, "rewards");
            var values = Numbers(rollout, "values");
            var truncated = Flags(rollout, "truncated");
            var starts = Flags(rollout, "episode_starts");
            var terminalValues = Numbers(rollout, "terminal_values");
            // It knows ends from the start of the next episode, and puts the value of a truncated end into the reward.
            bool[] ends = [.. starts, .. Flags(rollout, "dones")];
            double[] following = [.. values, .. Numbers(rollout, "last_values")];
            var (count, lanes) = (rewards.Length, ends.Length - starts.Length);
            bool[] terminated = [.. Enumerable.Range(0, count).Select(i => ends[i + lanes] && !truncated[i])];
            float[] next = [.. Enumerable.Range(0, count).Select(i => (float)(truncated[i] ? terminalValues[i] : following[i + lanes]))];
            Assert.All(Enumerable.Range(0, count), i => Assert.True(!truncated[i] || ends[i + lanes]));
            var (advantages, returns) = (new float[count], new float[count]);
            GeneralizedAdvantage.Compute(
                rewards,
                [.. values.Select(value => (float)value)],
                next,
                terminated,
                truncated,
                lanes,
                rollout.GetProperty("gamma").GetDouble(),
                rollout.GetProperty("gae_lambda").GetDouble(),
                advantages,
                returns);
            AssertClose(Numbers(rollout, "advantages"), advantages.Select(value => (double)value), 1e-5);
            AssertClose(Numbers(rollout, "returns"), returns.Select(value => (double)value), 1e-5);
        }

        Assert.Equal(4, Golden.GetProperty("gae").GetArrayLength());
    }

    [Fact]
    public void Moments_EveryUpdate_AreStableBaselines3s()
    {
        var moments = new RunningMoments(3);
        foreach (var update in Golden.GetProperty("normalisation").GetProperty("running_mean_std").GetProperty("updates").EnumerateArray())
        {
            Update(moments, Numbers(update, "batch"));
            AssertClose(Numbers(update, "mean"), moments.Mean.ToArray(), 1e-12);
            AssertClose(Numbers(update, "var"), moments.Variance.ToArray(), 1e-12);
            Assert.Equal(update.GetProperty("count").GetDouble(), moments.Count, 1e-12);
        }
    }

    [Fact]
    public void Moments_OfVecNormalize_NormalizeItsObservationsAndRewards()
    {
        var golden = Golden.GetProperty("normalisation").GetProperty("vec_normalize");
        var (gamma, epsilon) = (golden.GetProperty("gamma").GetDouble(), golden.GetProperty("epsilon").GetDouble());
        var (clip, clipReward) = (golden.GetProperty("clip_obs").GetDouble(), golden.GetProperty("clip_reward").GetDouble());
        var (observed, returned) = (new RunningMoments(2), new RunningMoments(1));
        double[] Normalized(double[] observations) =>
            [.. observations.Select((value, i) => Math.Clamp((value - observed.Mean[i % 2]) / Math.Sqrt(observed.Variance[i % 2] + epsilon), -clip, clip))];

        double[] first = [.. golden.GetProperty("scripts").EnumerateArray().SelectMany(script => Numbers(script, "reset").Take(2))];
        Update(observed, first);
        AssertClose(Numbers(golden, "reset_obs"), Normalized(first), 1e-6);
        var returns = new double[2];
        foreach (var step in golden.GetProperty("steps").EnumerateArray())
        {
            var (observations, rewards) = (Numbers(step, "raw_obs"), Numbers(step, "raw_reward"));
            Update(observed, observations);
            for (var lane = 0; lane < returns.Length; lane++)
            {
                returns[lane] = (returns[lane] * gamma) + rewards[lane];
            }

            Update(returned, returns);
            // It sums a batch of float32 in float32.
            AssertClose(Numbers(step, "obs_mean"), observed.Mean.ToArray(), 1e-6);
            AssertClose(Numbers(step, "obs_var"), observed.Variance.ToArray(), 1e-6);
            AssertClose(Numbers(step, "obs"), Normalized(observations), 1e-6);
            Assert.Equal(step.GetProperty("ret_var").GetDouble(), returned.Variance[0], 1e-6);
            AssertClose(Numbers(step, "reward"), rewards.Select(reward => Math.Clamp(reward / Math.Sqrt(returned.Variance[0] + epsilon), -clipReward, clipReward)), 1e-6);
            var done = Flags(step, "done");
            for (var lane = 0; lane < returns.Length; lane++)
            {
                returns[lane] = done[lane] ? 0 : returns[lane];
            }
        }
    }

    /// <summary>A batch is its arrays one after the other: the moments are those of all of them.</summary>
    private static void Update(RunningMoments moments, double[] batch)
    {
        foreach (var array in batch.Chunk(moments.Mean.Length))
        {
            moments.Update((ReadOnlySpan<double>)array);
        }
    }

    private static void AssertClose(double[] expected, IEnumerable<double> actual, double tolerance)
    {
        var got = actual.ToArray();
        Assert.Equal(expected.Length, got.Length);
        for (var i = 0; i < got.Length; i++)
        {
            Assert.Equal(expected[i], got[i], tolerance * (1 + Math.Abs(expected[i])));
        }
    }

    private static double[] Numbers(JsonElement record, string name) =>
        [.. record.GetProperty(name).GetProperty("data").EnumerateArray().Select(value => value.GetDouble())];

    private static bool[] Flags(JsonElement record, string name) =>
        [.. record.GetProperty(name).GetProperty("data").EnumerateArray().Select(value => value.GetBoolean())];
}

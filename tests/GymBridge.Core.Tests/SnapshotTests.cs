using System.Runtime.InteropServices;
using GymBridge.Environments;
using GymBridge.Errors;
using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests;

public class SnapshotTests
{
    private const int Before = 37;
    private const int After = 60;
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    public static TheoryData<string> Ids => [.. Registry.Specs.Select(spec => spec.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void RestoreState_InAnotherInstance_GoesOnBitForBit(string id)
    {
        using var first = Registry.Make(id).RecordEpisodeStatistics();
        using var second = Registry.Make(id).RecordEpisodeStatistics();
        first.ResetObject(7);
        first.ActionSpace.Seed(5);
        Walk(first, Before);

        Assert.True(first.CanSaveState);
        var state = first.SaveState();
        second.ActionSpace.Rng = first.ActionSpace.Rng.Clone();
        var expected = Walk(first, After);
        second.RestoreState(state);

        Assert.Equal(expected, Walk(second, After));
        Assert.Equal(first.Unwrapped.Rng.State, second.Unwrapped.Rng.State);
        Assert.Equal(first.RngSeed, second.RngSeed);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void RestoreState_AfterMoreSteps_GoesBack(string id)
    {
        using var env = Registry.Make(id);
        env.ResetObject(11);
        env.ActionSpace.Seed(5);
        Walk(env, 5);
        var state = env.SaveState();
        var draws = env.ActionSpace.Rng.Clone();
        var expected = Walk(env, After);
        env.ActionSpace.Rng = draws;
        env.RestoreState(state);
        Assert.Equal(expected, Walk(env, After));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void VectorRestoreState_InAnotherInstance_GoesOnBitForBit(string id)
    {
        foreach (var mode in Enum.GetValues<AutoresetMode>())
        {
            using var first = Registry.MakeVec(id, 9, new MakeOptions { AutoresetMode = mode });
            using var second = Registry.MakeVec(id, 9, new MakeOptions { AutoresetMode = mode });
            var (step, actions) = (first.CreateStep(), first.CreateActions());
            first.Reset(step, 3);
            first.SingleActionSpace.Seed(2);
            var before = mode == AutoresetMode.Disabled ? 1 : Before;
            Walk(first, step, actions, before);
            if (mode == AutoresetMode.Disabled && (step.Terminated.Contains(true) || step.Truncated.Contains(true)))
            {
                continue;
            }

            var state = first.SaveState();
            second.SingleActionSpace.Rng = first.SingleActionSpace.Rng.Clone();
            var expected = Walk(first, step, actions, mode == AutoresetMode.Disabled ? 1 : After);
            second.RestoreState(state);
            Assert.Equal(expected, Walk(second, second.CreateStep(), second.CreateActions(), mode == AutoresetMode.Disabled ? 1 : After));
        }
    }

    [Fact]
    public void RestoreLane_PutsOneLaneWhereAnotherWas()
    {
        using var env = Registry.MakeVec("CartPole-v1", 4);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 3);
        Walk(env, step, actions, 6);
        env.RestoreLane(0, env.SaveLane(2));
        actions[0].AsSpan<long>().Clear();
        env.Step(actions, step);
        Assert.Equal(step.Observations[0].Lane(2).ToArray(), step.Observations[0].Lane(0).ToArray());
        Assert.NotEqual(step.Observations[0].Lane(1).ToArray(), step.Observations[0].Lane(0).ToArray());
    }

    [Fact]
    public void SaveState_HoldsAttributesThatWereSet()
    {
        using var first = Registry.Make("CartPole-v1");
        using var second = Registry.Make("CartPole-v1");
        first.ResetObject(1);
        first.SetWrapperAttr("gravity", 3.5);
        first.SetWrapperAttr("note", "mine");
        second.RestoreState(first.SaveState());
        Assert.Equal(3.5, second.GetWrapperAttr("gravity"));
        Assert.Equal("mine", second.GetWrapperAttr("note"));
    }

    [Fact]
    public void SaveState_OfEnvironmentWithout_NamesIt()
    {
        using var env = new Plain().TimeLimit(5);
        Assert.False(env.CanSaveState);
        var error = Assert.Throws<SnapshotException>(() => env.SaveState());
        Assert.Contains("'Plain' has no snapshot; let it implement ISnapshot", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RestoreState_OfAnotherEnvironment_NamesBoth()
    {
        using var cart = Registry.Make("CartPole-v1");
        using var lake = Registry.Make("FrozenLake-v1");
        cart.ResetObject(1);
        var error = Assert.Throws<SnapshotException>(() => lake.RestoreState(cart.SaveState()));
        Assert.Contains("around CartPoleEnv, and this environment is", error.Message, StringComparison.Ordinal);
        Assert.Throws<SnapshotException>(() => cart.RestoreState([]));
    }

    private static List<string> Walk(Env env, int steps)
    {
        var seen = new List<string>();
        for (var t = 0; t < steps; t++)
        {
            var step = env.StepObject(env.ActionSpace.Sample());
            step.Info.TryGetValue("episode", out var episode);
            seen.Add($"{Show(step.Observation)} {step.Reward:R} {step.Terminated} {step.Truncated} {(episode as Info)?["r"]} {(episode as Info)?["l"]}");
            if (step.Ended)
            {
                seen.Add(Show(env.ResetObject().Observation));
            }
        }

        return seen;
    }

    private static List<string> Walk(VectorEnv env, VectorStep step, Columns actions, int steps)
    {
        var seen = new List<string>();
        for (var t = 0; t < steps; t++)
        {
            for (var lane = 0; lane < env.NumEnvs; lane++)
            {
                actions.Write(lane, env.SingleActionSpace.Sample());
            }

            env.Step(actions, step);
            seen.Add($"{Convert.ToHexString(step.Observations[0].Bytes)} {Convert.ToHexString(MemoryMarshal.AsBytes(step.Rewards.AsSpan()))} "
                + $"{string.Concat(step.Terminated.Select(flag => flag ? 1 : 0))} {string.Concat(step.Truncated.Select(flag => flag ? 1 : 0))}");
        }

        return seen;
    }

    private static string Show(object value) => value switch
    {
        NDArray array => Convert.ToHexString(array.Bytes),
        TupleValue tuple => string.Join(",", tuple.Select(item => Show(item!))),
        _ => value.ToString()!,
    };

    private sealed class Plain() : Env<float[], long>(new Box(0, 1, [1]), new Discrete(2))
    {
        protected override ResetResult<float[]> OnReset(Info? options) => new([0]);

        protected override StepResult<float[]> OnStep(long action) => new([0], 0, false);
    }
}

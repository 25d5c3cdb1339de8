using System.Diagnostics;
using GymBridge.Client.Errors;
using GymBridge.Client.Hosting;
using GymBridge.Client.Tests.TestSupport;
using GymBridge.Environments;
using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Client.Tests;

/// <summary>Lanes that are spread over parts give what they give in one.</summary>
public sealed class ParallelVectorEnvTests
{
    private static readonly EnvId CartPole = EnvId.Parse("gymnasium:CartPole-v1");

    [Theory]
    [InlineData(1, AutoresetMode.NextStep)]
    [InlineData(2, AutoresetMode.SameStep)]
    [InlineData(3, AutoresetMode.NextStep)]
    [InlineData(3, AutoresetMode.Disabled)]
    public void Step_PartsOfLanes_EqualsOneVectorEnvironment(int parts, AutoresetMode mode)
    {
        var registry = EnvironmentCatalog.CreateRegistry();
        var options = new MakeOptions { AutoresetMode = mode };
        using var expected = registry.MakeVec("CartPole-v1", 7, options);
        using var actual = new ParallelVectorEnv(
            [.. Enumerable.Range(0, parts).Select(part => registry.MakeVec("CartPole-v1", (7 / parts) + (part < 7 % parts ? 1 : 0), options))]);
        Assert.Equal(7, actual.NumEnvs);
        Parity.AssertEqual(expected, actual, 2_000, 11);
    }

    [Fact]
    public void Step_ActionsOfAnotherType_ReachEachPartAsTheyAre()
    {
        var registry = EnvironmentCatalog.CreateRegistry();
        SyncVectorEnv Lanes(int count) => new([.. Enumerable.Range(0, count).Select(_ => registry.Make("Pendulum-v1"))]);
        using var expected = Lanes(3);
        using var actual = new ParallelVectorEnv([Lanes(2), Lanes(1)]);
        Assert.Equal(expected.WidestActionDType, actual.WidestActionDType);
        var actions = new Columns(new Box(-2, 2, [1], DType.Float64), 3);
        var (left, right) = (expected.CreateStep(), actual.CreateStep());
        expected.Reset(left, 5);
        actual.Reset(right, 5);
        for (var t = 0; t < 20; t++)
        {
            for (var lane = 0; lane < 3; lane++)
            {
                actions.Write(lane, NDArray.From(0.1 * (lane + t) / 3));
            }

            expected.Step(actions, left);
            actual.Step(actions, right);
            Assert.Equal(left.Rewards, right.Rewards);
            Assert.Equal(left.Observations[0].Bytes, right.Observations[0].Bytes);
        }
    }

    [Fact]
    public void Close_PartsThatThrow_ClosesAllAndThrowsTheFirst()
    {
        var closed = new List<string>();
        var envs = new ParallelVectorEnv([.. new[] { "one", "two", "three" }.Select(name => new SyncVectorEnv([new BadlyClosing(name, closed)]))]);

        Assert.Equal("one", Assert.Throws<IOException>(envs.Close).Message);
        Assert.Equal(["one", "two", "three"], closed);
    }

    [Fact]
    public void Constructor_PartsThatDiffer_AreRefused()
    {
        var registry = EnvironmentCatalog.CreateRegistry();
        var error = Assert.Throws<ArgumentException>(() => new ParallelVectorEnv([registry.MakeVec("CartPole-v1", 2), registry.MakeVec("MountainCar-v0", 2)]));
        Assert.Contains("the same spaces", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ParallelVectorEnv([]));
    }

    [Fact]
    public void Step_OnePartFails_ThrowsItsErrorAndTheOthersHaveStepped()
    {
        var registry = EnvironmentCatalog.CreateRegistry();
        using var env = new ParallelVectorEnv(
        [
            registry.MakeVec("CartPole-v1", 2),
            new SyncVectorEnv([registry.Make("CartPole-v1").TransformReward(_ => throw new InvalidOperationException("broken"))]),
        ]);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1);
        var error = Assert.Throws<InvalidOperationException>(() => env.Step(actions, step));
        Assert.Equal("broken", error.Message);
        env.Reset(step, 1);
    }

    [PythonFact]
    public void MakeVec_TwoHosts_EqualsCSharpAndOneKilledIsNamed()
    {
        using var expected = EnvironmentCatalog.CreateRegistry().MakeVec(CartPole.Local, 5);
        using var actual = EnvironmentCatalog.CreateRegistry()
            .UseModules(new PythonEnvSource(host: new PythonHostOptions { Processes = 2 })).MakeVec(CartPole.ToString(), 5);
        var parts = Assert.IsType<ParallelVectorEnv>(actual).Parts;
        Assert.Equal([3, 2], parts.Select(part => part.NumEnvs));
        Parity.AssertEqual(expected, actual, 500, 3);

        var (step, actions) = (actual.CreateStep(), actual.CreateActions());
        actual.Reset(step, 3);
        var pid = PythonHostPool.ProcessIdOf(CartPole.Module!, 1);
        Assert.NotEqual(PythonHostPool.ProcessIdOf(CartPole.Module!), pid);
        using var process = Process.GetProcessById(pid);
        process.Kill();
        process.WaitForExit();
        var lost = Assert.Throws<SessionLostException>(() => actual.Step(actions, step));
        Assert.Contains($"Python host process {pid} ended with signal 9 (SIGKILL)", lost.Message, StringComparison.Ordinal);

        // The lanes of the other host go on.
        var (own, choices) = (parts[0].CreateStep(), parts[0].CreateActions());
        parts[0].Step(choices, own);
    }

    private sealed class BadlyClosing(string name, List<string> closed) : Env<float[], long>(new Box(-1f, 1f, [1]), new Discrete(2))
    {
        protected override ResetResult<float[]> OnReset(Info? options) => new([0f]);

        protected override StepResult<float[]> OnStep(long action) => new([0f], 0, false);

        protected override void OnClose()
        {
            closed.Add(name);
            throw new IOException(name);
        }
    }
}

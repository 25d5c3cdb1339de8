using GymBridge.Client.Errors;
using GymBridge.Client.Hosting;
using GymBridge.Environments;

namespace GymBridge.Client.Tests.Hosting;

/// <summary>Lanes in several host processes: the first that are ready, and what a worker that waits, dies or cannot be made costs.</summary>
public sealed class ManyProcessesTests
{
    private static readonly EnvId Worker = EnvId.Parse("gymbridge_client_workers:Worker-v0");
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    [PythonFact]
    public void Pool_LaneThatHangsInStep_HoldsNobodyUp()
    {
        using var folder = new TemporaryFolder();
        var gate = folder.Combine("gate");
        using var pool = Source().MakePool(Worker, 3, 1, new MakeOptions { Kwargs = new Info { ["gate"] = gate } });
        var (result, actions, lanes) = (pool.CreateStep(), pool.CreateActions(), new int[1]);
        pool.Reset(5);
        var processes = new long[3];
        for (var k = 0; k < 3; k++)
        {
            pool.Receive(result, lanes, Long);
            processes[lanes[0]] = Convert.ToInt64(result.Infos[0]!["pid"]);
        }

        Assert.Equal(processes[0], processes[2]);
        Assert.NotEqual(processes[0], processes[1]);
        Send(0, 1);
        Send(1, 0);
        Send(2, 0);
        for (var k = 0; k < 6; k++)
        {
            pool.Receive(result, lanes, Long);
            Assert.NotEqual(0, lanes[0]);
            Send(lanes[0], 0);
        }

        File.WriteAllText(gate, string.Empty);
        do
        {
            pool.Receive(result, lanes, Long);
            Send(lanes[0], 0);
        }
        while (lanes[0] != 0);

        Assert.Equal(1, result.Observations[0].AsSpan<double>()[0]);

        void Send(int lane, long action)
        {
            actions.Write(0, action);
            pool.Send(actions, [lane]);
        }
    }

    [PythonFact]
    public void Pool_WorkerKilled_CostsItsLaneAnErrorAlone()
    {
        using var pool = Source().MakePool(Worker, 2, 1);
        var (result, actions, lanes) = (pool.CreateStep(), pool.CreateActions(), new int[1]);
        pool.Reset(5);
        pool.Receive(result, lanes, Long);
        pool.Receive(result, lanes, Long);
        actions.Write(0, 2L);
        pool.Send(actions, [1]);

        var lost = Assert.Throws<SessionLostException>(() => pool.Receive(result, lanes, Long));

        Assert.Contains("signal 9 (SIGKILL)", lost.Message, StringComparison.Ordinal);
        Assert.Equal(1, lost.Data["lane"]);
        actions.Write(0, 0L);
        pool.Send(actions, [0]);
        pool.Receive(result, lanes, Long);
        Assert.Equal(1, result.Observations[0].AsSpan<double>()[0]);
    }

    [PythonTheory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void MakeVec_WorkerKilledWithRestart_CostsItsLanesAResetAlone(AutoresetMode mode)
    {
        var told = new List<GymBridgeException>();
        var registry = EnvironmentCatalog.CreateRegistry().UseModules(Source(told.Add));
        using var env = registry.MakeVec(Worker.ToString(), 4, new MakeOptions { AutoresetMode = mode });
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 5);
        var drawn = Column(step, 1);
        Step(0);
        Assert.Equal([1.0, 1, 1, 1], Column(step, 0));

        Step(2);

        Assert.Contains("signal 9 (SIGKILL)", Assert.Single(told).Message, StringComparison.Ordinal);
        Assert.Equal([false, false, true, true], step.Truncated);
        Assert.Equal([1.0, 1, 0, 0], step.Rewards);
        Step(0);
        Step(0);

        // The lanes of the other process never knew; those that were made anew began as they had begun.
        Assert.Equal(mode == AutoresetMode.SameStep ? [4.0, 4, 2, 2] : [4.0, 4, 1, 1], Column(step, 0));
        Assert.Equal(drawn, Column(step, 1));
        Assert.Single(told);

        void Step(long last)
        {
            actions.Write(3, last);
            env.Step(actions, step);
        }
    }

    [PythonFact]
    public void MakeVec_ModuleThatCannotBeImported_SaysWhatItSaid()
    {
        var registry = EnvironmentCatalog.CreateRegistry().UseModules(Source());
        var error = Assert.ThrowsAny<Exception>(() => registry.MakeVec("gymbridge_client_unimportable:Thing-v0", 4));
        Assert.Contains("the simulator's licence has expired", error.Message, StringComparison.Ordinal);
    }

    private static PythonEnvSource Source(Action<GymBridgeException>? onRestart = null) =>
        new(host: new PythonHostOptions { Processes = 2, OnRestart = onRestart });

    private static double[] Column(VectorStep step, int index) =>
        [.. Enumerable.Range(0, step.Lanes).Select(lane => step.Observations[0].AsSpan<double>()[(2 * lane) + index])];
}

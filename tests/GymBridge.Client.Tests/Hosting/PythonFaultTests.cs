using System.Diagnostics;
using GymBridge.Client.Errors;
using GymBridge.Client.Hosting;
using GymBridge.Client.Tests.TestSupport;
using GymBridge.Errors;
using GymBridge.Protocol.Errors;

namespace GymBridge.Client.Tests.Hosting;

public sealed class PythonFaultTests
{
    private static readonly EnvId Faulty = EnvId.Parse("gymbridge_client_faulty:Faulty-v0");

    [PythonFact]
    public async Task Make_UnknownId_SuggestsWhatIsClose()
    {
        var exception = await Limit.ThrowsAsync<EnvironmentNotFoundException>(
            () => new PythonEnvSource().Make(EnvId.Parse("gymnasium:CartPol-v1"), MakeOptions.Default));

        Assert.Contains("CartPol", exception.Message, StringComparison.Ordinal);
        Assert.Contains("CartPole", exception.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Make_ModuleThatIsNotInstalled_NamesIt()
    {
        var exception = await Limit.ThrowsAsync<EnvironmentNotFoundException>(
            () => new PythonEnvSource().Make(EnvId.Parse("no_such_module:Thing-v0"), MakeOptions.Default));

        Assert.Contains("no_such_module", exception.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Make_ConstructorThatRaises_ThrowsTheSameClass()
    {
        var options = new MakeOptions { Kwargs = new Info { ["start"] = "badly" } };

        var exception = await Limit.ThrowsAsync<ArgumentException>(() => new PythonEnvSource().Make(Faulty, options));

        Assert.Contains("cannot start badly", exception.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Step_ActionOutOfRange_ThrowsAndTheSessionGoesOn()
    {
        using var env = new PythonEnvSource().MakeVec(EnvId.Parse("gymnasium:CartPole-v1"), 4, MakeOptions.Default);
        var (result, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(result, 1);
        actions.Write(2, 5L);

        var exception = await Limit.ThrowsAsync<InvalidActionException>(() => env.Step(actions, result));

        Assert.Contains("5", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, exception.Data[SyncVectorEnv.LaneDataKey]);
        actions.Write(2, 1L);
        env.Reset(result, 1);
        env.Step(actions, result);
        Assert.Equal(1.0, result.Rewards[2]);
    }

    [PythonFact]
    public async Task R18_Step_EnvironmentRaises_ThrowsTheSameClass()
    {
        using var env = new PythonEnvSource().Make(Faulty, MakeOptions.Default);
        env.Reset(1);

        var exception = await Limit.ThrowsAsync<ArgumentException>(() => env.Step(1L));

        Assert.Contains("the value is wrong", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1.0, env.Step(0L).Reward);
    }

    [PythonFact]
    public void R17_Step_InfoOfEveryKind_KeepsItsTypes()
    {
        using var env = new PythonEnvSource().Make(Faulty, MakeOptions.Default);
        var options = new Info { ["level"] = 3L };

        var start = env.Reset(1, options);
        var info = env.Step(0L).Info;

        Assert.Equal(3L, Assert.IsType<Info>(start.Info["options"])["level"]);
        Assert.Equal(1L, info["count"]);
        Assert.Equal(NDArray.From(1.5, 2.5), info["array"]);
        Assert.Equal(0.5f, info["scalar"]);
        Assert.Equal(TupleValue.Of(1L, "a"), Assert.IsType<Info>(info["nested"])["t"]);
    }

    [PythonFact]
    public async Task Step_EnvironmentEndsTheProcess_TellsExitCodeAndLastWords()
    {
        using var env = new PythonEnvSource().Make(Faulty, MakeOptions.Default);
        env.Reset(1);
        env.Step(0L);

        var exception = await Limit.ThrowsAsync<SessionLostException>(() => env.Step(2L));

        Assert.Contains("'gymbridge_client_faulty:Faulty-v0' is lost: during Step", exception.Message, StringComparison.Ordinal);
        Assert.Contains("call 3", exception.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 3", exception.Message, StringComparison.Ordinal);
        Assert.Contains("last words", exception.Message, StringComparison.Ordinal);
        await Limit.ThrowsAsync<SessionLostException>(() => env.Reset(1));
    }

    [PythonFact]
    public async Task Step_HostKilledMidTraining_NamesTheSignalAndANewEnvironmentWorks()
    {
        var source = new PythonEnvSource(host: new PythonHostOptions { Modules = ["gymnasium"] });
        using var env = source.MakeVec(EnvId.Parse("gymbridge_client_faulty:Faulty-v0"), 2, MakeOptions.Default);
        var (result, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(result, 1);
        env.Step(actions, result);
        var pid = PythonHostPool.ProcessIdOf("gymbridge_client_faulty");
        using var killer = new Timer(_ => Process.GetProcessById(pid).Kill(), null, 200, Timeout.Infinite);

        var exception = await Limit.ThrowsAsync<SessionLostException>(() =>
        {
            while (true)
            {
                env.Step(actions, result);
            }
        });

        Assert.Contains($"Python host process {pid} ended with signal 9 (SIGKILL)", exception.Message, StringComparison.Ordinal);
        using var another = source.MakeVec(EnvId.Parse("gymbridge_client_faulty:Faulty-v0"), 2, MakeOptions.Default);
        another.Reset(result, 1);
        another.Step(actions, result);
        Assert.NotEqual(pid, PythonHostPool.ProcessIdOf("gymbridge_client_faulty"));
    }

    [PythonFact]
    public async Task Step_LongerThanTheLimit_ThrowsTimeoutAndTheSessionGoesOn()
    {
        var options = new ClientOptions { CallTimeout = TimeSpan.FromSeconds(3), DeadlineMargin = TimeSpan.Zero };
        using var folder = new TemporaryFolder();
        var gate = folder.Combine("gate");
        using var env = new PythonEnvSource(options).Make(Faulty, new MakeOptions { Kwargs = new Info { ["gate"] = gate } });
        env.Reset(1);
        env.Step(0L);

        await Limit.ThrowsAsync<CallTimeoutException>(() => env.Step(3L));
        await File.WriteAllTextAsync(gate, string.Empty);

        // The step goes on over there; asked for again it is answered, and the count goes on.
        var deadline = Stopwatch.StartNew();
        Info? info = null;
        while (info is null && deadline.Elapsed < Limit.Hang)
        {
            try
            {
                info = env.Step(0L).Info;
            }
            catch (CallTimeoutException)
            {
            }
        }

        Assert.Equal(3L, info!["count"]);
    }

    [PythonFact]
    public void Step_EnvironmentWritesWithoutEnd_IsDrained()
    {
        using var env = new PythonEnvSource().Make(Faulty, MakeOptions.Default);
        env.Reset(1);

        for (var step = 0; step < 5; step++)
        {
            Assert.Equal(1.0, env.Step(4L).Reward);
        }
    }

    [PythonFact]
    public async Task MakeVec_StepOverTheLimit_NamesSizeLimitAndRemedy()
    {
        var source = new PythonEnvSource(new ClientOptions { MaxMessageBytes = 8192 });

        var exception = await Limit.ThrowsAsync<MessageTooLargeException>(
            () => source.MakeVec(EnvId.Parse("gymnasium:CartPole-v1"), 1000, MakeOptions.Default));

        Assert.Contains("over the limit of 8,192", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Use at most", exception.Message, StringComparison.Ordinal);
        Assert.Contains("ClientOptions.MaxMessageBytes", exception.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Render_FrameOverTheLimit_ThrowsAndTheSessionGoesOn()
    {
        var source = new PythonEnvSource(new ClientOptions { MaxMessageBytes = 100_000 });
        using var env = source.Make(Faulty, new MakeOptions { RenderMode = "rgb_array" });
        env.Reset(1);

        var exception = await Limit.ThrowsAsync<MessageTooLargeException>(() => env.Render());

        Assert.Contains("100,000", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1.0, env.Step(0L).Reward);
    }

    [PythonFact]
    public async Task SetAttribute_ValueOverTheLimit_NamesSizeAndLimit()
    {
        var source = new PythonEnvSource(new ClientOptions { MaxMessageBytes = 100_000 });
        using var env = source.Make(Faulty, MakeOptions.Default);
        env.Reset(1);

        var exception = await Limit.ThrowsAsync<MessageTooLargeException>(() => env.Lanes.SetAttribute("note", new byte[200_000]));

        Assert.Contains("over the limit of 100,000", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1.0, env.Step(0L).Reward);
    }

    [PythonFact]
    public async Task Step_BeforeResetAndAfterClose_AreRefusedHere()
    {
        var env = new PythonEnvSource().Make(Faulty, MakeOptions.Default);

        await Limit.ThrowsAsync<ResetNeededException>(() => env.Step(0L));
        env.Dispose();
        env.Dispose();
        await Limit.ThrowsAsync<ClosedEnvironmentException>(() => env.Reset(1));
    }

    [PythonFact]
    public void R30_Render_RgbArray_IsAFrame()
    {
        using var env = new PythonEnvSource().Make(Faulty, new MakeOptions { RenderMode = "rgb_array" });
        env.Reset(1);

        var frame = Assert.IsType<NDArray>(env.Render());

        Assert.Equal([400, 600, 3], frame.Shape.ToArray());
    }
}

using GymBridge.Client;
using GymBridge.Client.Hosting;
using GymBridge.Errors;

namespace GymBridge.PythonNet.Tests;

/// <summary>Python environments in this process are those of a Python host, to the bit.</summary>
public class InProcessTests
{
    private const int Steps = 300;

    private static string Interpreter => PythonSetup.Installation.Environment.Interpreter;

    private static EnvRegistry InProcess() => new EnvRegistry().UsePythonInProcess(interpreter: Interpreter);

    private static EnvRegistry ByHost() => new EnvRegistry().UseModules(
        new PythonEnvSource(new ClientOptions { Transport = Transport.Grpc }, new PythonHostOptions { Interpreter = Interpreter, Processes = 1 }));

    [EmbeddedFact]
    public void Lanes_InEveryAutoresetMode_EqualThoseOfAHost()
    {
        foreach (var (id, mode) in new[]
        {
            ("gymnasium:CartPole-v1", AutoresetMode.NextStep), ("gymnasium:FrozenLake-v1", AutoresetMode.SameStep),
            ("gymnasium:Pendulum-v1", AutoresetMode.NextStep), ("gymnasium:Blackjack-v1", AutoresetMode.SameStep),
        })
        {
            var options = new MakeOptions { AutoresetMode = mode };
            using var here = InProcess().MakeVec(id, 3, options);
            using var there = ByHost().MakeVec(id, 3, options);
            Assert.Equal(Transport.InProcess, Assert.IsType<RemoteVectorEnv>(here).Transport);
            Assert.Null(((RemoteVectorEnv)here).TransportObstacle);
            Assert.Equal(Trajectory(there), Trajectory(here));
        }
    }

    [EmbeddedFact]
    public void SingleEnvironment_HasAttributesAndExceptions_AsOfAHost()
    {
        using var env = InProcess().Make("gymnasium:CartPole-v1");
        env.ResetObject(3UL);
        Assert.Equal(9.8, env.GetWrapperAttr("gravity"));
        env.SetWrapperAttr("gravity", 1.5);
        Assert.Equal(1.5, env.GetWrapperAttr("gravity"));
        var exception = Assert.ThrowsAny<Exception>(() => env.GetWrapperAttr("no_such_thing"));
        Assert.Contains("no_such_thing", exception.Message, StringComparison.Ordinal);
        Assert.Contains("CartPole", Assert.Throws<EnvironmentNotFoundException>(() => InProcess().Make("gymnasium:CartPol-v1")).Message, StringComparison.Ordinal);
    }

    [EmbeddedFact]
    public void Environments_OnSeveralThreads_TakeTurns()
    {
        var results = new string[4];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = results.Length }, number =>
        {
            using var env = InProcess().MakeVec("gymnasium:CartPole-v1", 2);
            results[number] = Trajectory(env);
        });
        Assert.Single(results.Distinct(StringComparer.Ordinal));
    }

    [EmbeddedFact]
    public void SecondInterpreter_IsRefused()
    {
        using var env = InProcess().MakeVec("gymnasium:CartPole-v1", 1);
        var exception = Assert.Throws<PythonEmbeddingException>(() => new EnvRegistry().UsePythonInProcess(interpreter: "/other/python").Make("gymnasium:CartPole-v1"));
        Assert.Contains($"'{Interpreter}' is embedded in this process already", exception.Message, StringComparison.Ordinal);
    }

    [EmbeddedFact]
    public void Step_ThatTakesLongerThanItsLimit_IsEndedAndTheEnvironmentGoesOn()
    {
        using var module = OwnModule.Write();
        using var env = new EnvRegistry().UsePythonInProcess(new ClientOptions { CallTimeout = TimeSpan.FromSeconds(2) }, Interpreter)
            .MakeVec($"{OwnModule.Name}:Hanging-v0", 1);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 1UL);
        for (var round = 0; round < 2; round++)
        {
            actions.Write(0, 1L);
            var exception = Assert.Throws<CallTimeoutException>(() => env.Step(actions, step));
            Assert.Contains("got no answer within 2 s (KeyboardInterrupt was raised in its Python code)", exception.Message, StringComparison.Ordinal);
            actions.Write(0, 0L);
            env.Step(actions, step);
            Assert.Equal(1.0, step.Rewards[0]);
        }
    }

    [EmbeddedFact]
    public void Make_InAModuleThatHangs_IsEndedAfterTheTimeForOpening()
    {
        using var module = OwnModule.Write();
        var client = new ClientOptions { OpenTimeout = TimeSpan.FromSeconds(1) };

        var exception = Assert.Throws<CallTimeoutException>(() =>
            new EnvRegistry().UsePythonInProcess(client, Interpreter).Make($"{OwnModule.Name}:Hanging-v0", new MakeOptions { Kwargs = new Info { ["forever"] = true } }));

        Assert.Contains($"Opening '{OwnModule.Name}:Hanging-v0'", exception.Message, StringComparison.Ordinal);
    }

    private static string Trajectory(VectorEnv env)
    {
        var (step, actions, digest) = (env.CreateStep(), env.CreateActions(), new System.Text.StringBuilder());
        var space = env.SingleActionSpace;
        space.Seed(5UL);
        env.Reset(step, 7UL);
        for (var number = 0; number < Steps; number++)
        {
            for (var lane = 0; lane < env.NumEnvs; lane++)
            {
                actions.Write(lane, space.Sample());
            }

            env.Step(actions, step);
            for (var leaf = 0; leaf < step.Observations.Count; leaf++)
            {
                digest.Append(Convert.ToHexString(step.Observations[leaf].Bytes));
            }

            digest.AppendJoin(';', step.Rewards).AppendJoin(';', step.Terminated).AppendJoin(';', step.Truncated)
                .AppendJoin(';', step.Infos.Select(info => info?.ToString())).AppendJoin(';', step.FinalInfos.Select(info => info?.ToString()));
        }

        return digest.ToString();
    }
}

using System.Diagnostics;
using GymBridge.Client.Hosting;
using GymBridge.Client.Installation;
using GymBridge.Client.Tests.TestSupport;

namespace GymBridge.Client.Tests.Hosting;

public sealed class PythonHostTests
{
    [Fact]
    public async Task Start_InterpreterThatDoesNotExist_NamesItAndTheCommand()
    {
        var exception = await Limit.ThrowsAsync<PythonNotFoundException>(
            () => PythonHost.Start(new PythonHostOptions { Interpreter = "/no/such/python" }));

        Assert.Contains("/no/such/python", exception.Message, StringComparison.Ordinal);
        Assert.Contains("gymbridge python install", exception.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Start_PythonWithoutGymnasium_NamesInterpreterPackagesAndCommand()
    {
        using var folder = new TemporaryFolder();
        var python = await PythonInterpreter.FindAsync();
        using (var venv = Process.Start(python.Path, ["-m", "venv", "--without-pip", folder.Combine("bare")]))
        {
            await venv.WaitForExitAsync();
        }

        var bare = new VirtualEnvironment(folder.Combine("bare")).Interpreter;

        var exception = await Limit.ThrowsAsync<PythonNotFoundException>(() => PythonHost.Start(new PythonHostOptions { Interpreter = bare }));

        Assert.Contains($"Python '{bare}' lacks gymbridge, gymnasium", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{bare} -m pip install", exception.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Start_ProgramThatSaysNothing_EndsAfterTheTimeout()
    {
        using var folder = new TemporaryFolder();
        var silent = folder.Script("silent", "echo starting >&2; exec sleep 100");
        var options = new PythonHostOptions { Interpreter = silent, StartTimeout = TimeSpan.FromSeconds(1) };

        var exception = await Limit.ThrowsAsync<PythonHostException>(() => PythonHost.Start(options));

        Assert.Contains("did not listen within 1 s", exception.Message, StringComparison.Ordinal);
        Assert.Contains("starting", exception.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Start_ProgramThatDies_TellsExitCodeAndLastLines()
    {
        using var folder = new TemporaryFolder();
        var dying = folder.Script("dying", "case \"$*\" in *find_spec*) exit 0;; esac; echo 'out of luck' >&2; exit 7");

        var exception = await Limit.ThrowsAsync<PythonHostException>(() => PythonHost.Start(new PythonHostOptions { Interpreter = dying }));

        Assert.Contains("exit code 7", exception.Message, StringComparison.Ordinal);
        Assert.Contains("out of luck", exception.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Start_ProgramThatReportsAnError_PassesItOn()
    {
        using var folder = new TemporaryFolder();
        var failing = folder.Script(
            "failing", "case \"$*\" in *find_spec*) exit 0;; esac; echo '{\"event\":\"error\",\"message\":\"the socket is taken\"}'; exit 1");

        var exception = await Limit.ThrowsAsync<PythonHostException>(() => PythonHost.Start(new PythonHostOptions { Interpreter = failing }));

        Assert.Contains("cannot start: the socket is taken", exception.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Start_ProgramThatWritesSomethingElse_ShowsIt()
    {
        using var folder = new TemporaryFolder();
        var chatty = folder.Script("chatty", "echo 'Welcome to Python!'; exec sleep 100");

        var exception = await Limit.ThrowsAsync<PythonHostException>(() => PythonHost.Start(new PythonHostOptions { Interpreter = chatty }));

        Assert.Contains("wrote 'Welcome to Python!' where one JSON line was expected", exception.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public void Start_OnTcp_ServesEnvironments()
    {
        using var host = PythonHost.Start(new PythonHostOptions { UseTcp = true });

        Assert.False(host.Address.IsUnix);
        using var env = new RemoteServer(host.Address.ToString()).Make("CartPole-v1");
        env.Reset(1);
        Assert.Equal(1.0, env.Step(0L).Reward);
    }

    [PythonFact]
    public void Dispose_LastEnvironment_StopsTheSharedHost()
    {
        const string Module = "gymnasium.envs.toy_text";
        var source = new PythonEnvSource();
        var first = source.MakeVec(EnvId.Parse($"{Module}:FrozenLake-v1"), 1, MakeOptions.Default);
        var second = source.MakeVec(EnvId.Parse($"{Module}:FrozenLake-v1"), 1, MakeOptions.Default);
        var pid = PythonHostPool.ProcessIdOf(Module);
        using var process = Process.GetProcessById(pid);

        first.Dispose();
        second.Reset(second.CreateStep(), 1);
        second.Dispose();

        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)), "The host still runs after its last environment was closed.");
    }
}

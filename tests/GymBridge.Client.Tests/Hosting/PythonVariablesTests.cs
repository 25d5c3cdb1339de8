using GymBridge.Client.Hosting;
using GymBridge.Client.Installation;
using GymBridge.Client.Tests.TestSupport;

namespace GymBridge.Client.Tests.Hosting;

[Collection(ChangesEnvironmentVariables.Name)]
public sealed class PythonVariablesTests
{
    [Fact]
    public async Task Make_WithoutVirtualEnvironment_NamesTheCommand()
    {
        using var folder = new TemporaryFolder();
        using var venv = new Variable(VirtualEnvironment.Variable, folder.Combine("none"));
        using var host = new Variable("GYMBRIDGE_HOST_PYTHON", null);

        var exception = await Limit.ThrowsAsync<PythonNotFoundException>(
            () => new PythonEnvSource().Make(EnvId.Parse("gymnasium:CartPole-v1"), MakeOptions.Default));

        Assert.Contains(folder.Combine("none"), exception.Message, StringComparison.Ordinal);
        Assert.Contains("run: gymbridge python install", exception.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Install_NoPythonOnThePath_TellsHowToGetOne()
    {
        using var folder = new TemporaryFolder();
        using var path = new Variable("PATH", folder.FullName);
        using var python = new Variable(PythonInterpreter.Variable, null);
        var options = new PythonInstallOptions { Environment = new VirtualEnvironment(folder.Combine("venv")) };

        var exception = await Assert.ThrowsAsync<PythonNotFoundException>(() => PythonInstaller.InstallAsync(options));

        Assert.Contains("No Python 3.10 or newer was found", exception.Message, StringComparison.Ordinal);
        Assert.Contains("install", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Everything written in C# works without it.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_VariableNamesNoPython_NamesTheVariable()
    {
        using var folder = new TemporaryFolder();
        using var python = new Variable(PythonInterpreter.Variable, folder.Combine("gone"));
        var options = new PythonInstallOptions { Environment = new VirtualEnvironment(folder.Combine("venv")) };

        var exception = await Assert.ThrowsAsync<PythonNotFoundException>(() => PythonInstaller.InstallAsync(options));

        Assert.Contains("gone' ($GYMBRIDGE_PYTHON) cannot be used", exception.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public void Start_ExplicitInterpreter_IsUsed()
    {
        var interpreter = PythonSetup.Installation.Environment.Interpreter;
        using var folder = new TemporaryFolder();
        using var venv = new Variable(VirtualEnvironment.Variable, folder.Combine("none"));
        using var variable = new Variable("GYMBRIDGE_HOST_PYTHON", interpreter);

        using var host = PythonHost.Start();

        Assert.Equal(interpreter, host.Interpreter);
    }

    [PythonFact]
    public void Start_FolderForTemporaryFilesIsNone_NamesIt()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // It has no sockets in folders.
        }

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Combine("file"), string.Empty);
        foreach (var place in new[] { folder.Combine("none"), folder.Combine("file") })
        {
            using var variable = new Variable("TMPDIR", place);

            var exception = Assert.Throws<PythonHostException>(() => PythonHost.Start());

            Assert.Contains($"can be made in '{place}/'", exception.Message, StringComparison.Ordinal);
            Assert.Contains("Set TMPDIR", exception.Message, StringComparison.Ordinal);
        }
    }

    private sealed class Variable : IDisposable
    {
        private readonly string _name;
        private readonly string? _before;

        public Variable(string name, string? value)
        {
            _name = name;
            _before = Environment.GetEnvironmentVariable(name);
            Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose() => Environment.SetEnvironmentVariable(_name, _before);
    }
}

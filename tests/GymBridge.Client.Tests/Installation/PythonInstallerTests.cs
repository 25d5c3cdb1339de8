using GymBridge.Client.Installation;
using GymBridge.Client.Tests.TestSupport;

namespace GymBridge.Client.Tests.Installation;

public sealed class PythonInstallerTests
{
    [Fact]
    public async Task Install_PythonThatDoesNotExist_NamesItAndTheRemedy()
    {
        using var folder = new TemporaryFolder();
        var options = new PythonInstallOptions { Environment = new VirtualEnvironment(folder.Combine("venv")), Python = folder.Combine("no-python") };

        var exception = await Assert.ThrowsAsync<PythonNotFoundException>(() => PythonInstaller.InstallAsync(options));

        Assert.Contains("no-python' (the Python that was asked for) cannot be used: it does not exist or cannot be run", exception.Message, StringComparison.Ordinal);
        Assert.Contains("install it with", exception.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Install_PythonThatIsTooOld_NamesBothVersions()
    {
        using var folder = new TemporaryFolder();
        var old = folder.Script("old-python", "echo '[\"/old/python\", 3, 8, 18]'");
        var options = new PythonInstallOptions { Environment = new VirtualEnvironment(folder.Combine("venv")), Python = old };

        var exception = await Assert.ThrowsAsync<PythonNotFoundException>(() => PythonInstaller.InstallAsync(options));

        Assert.Contains("it is Python 3.8.18, and 3.10 or newer is needed", exception.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Install_ProgramThatIsNoPython_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var options = new PythonInstallOptions
        {
            Environment = new VirtualEnvironment(folder.Combine("venv")),
            Python = folder.Script("other", "echo hello"),
        };

        var exception = await Assert.ThrowsAsync<PythonNotFoundException>(() => PythonInstaller.InstallAsync(options));

        Assert.Contains("it does not answer as a Python does", exception.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Install_FolderWithOtherFiles_LeavesThemAlone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("thesis.txt"), "precious");
        var options = new PythonInstallOptions { Environment = new VirtualEnvironment(folder.FullName) };

        var exception = await Assert.ThrowsAsync<PythonInstallException>(() => PythonInstaller.InstallAsync(options));

        Assert.Contains("holds other files and is no virtual environment", exception.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.Combine("thesis.txt")));
    }

    [Fact]
    public async Task Install_FolderWithoutAPackage_NamesTheProjectFile()
    {
        using var folder = new TemporaryFolder();
        var options = new PythonInstallOptions { Environment = new VirtualEnvironment(folder.Combine("venv")), PackageFolder = folder.FullName };

        var exception = await Assert.ThrowsAsync<PythonInstallException>(() => PythonInstaller.InstallAsync(options));

        Assert.Contains($"'{folder.Combine("pyproject.toml")}' does not exist", exception.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Install_EmptyWheelsFolder_ShowsWhatPipWrote()
    {
        using var folder = new TemporaryFolder();
        var wheels = Directory.CreateDirectory(folder.Combine("wheels"));
        var options = new PythonInstallOptions
        {
            Environment = new VirtualEnvironment(folder.Combine("venv")),
            WheelsFolder = wheels.FullName,
            Extras = ["no-such-extra"],
        };
        if (PythonSetup.Installation.Source == PythonPackageSource.Index)
        {
            return; // The index is reachable: it would be used instead of the folder.
        }

        var exception = await Assert.ThrowsAsync<PythonInstallException>(() => PythonInstaller.InstallAsync(options));

        Assert.Contains("cannot be reached, and pip failed with the wheels in", exception.Message, StringComparison.Ordinal);
        Assert.Contains("gymbridge python install --package python", exception.Message, StringComparison.Ordinal);
        Assert.Contains("No matching distribution found", exception.Output, StringComparison.Ordinal);
        Assert.Null(await Record.ExceptionAsync(() => Task.Run(() => Directory.Delete(folder.Combine("venv"), recursive: true))));
    }

    [PythonFact]
    public void Install_SecondTime_DoesNothingAndSaysSo()
    {
        var first = PythonSetup.Installation;

        var second = PythonInstaller.Install(CheckoutPython.Options("test"));

        Assert.True(second.WasUpToDate);
        Assert.Equal(first.PackageVersion, second.PackageVersion);
        Assert.Equal(first.Source, second.Source);
        Assert.Contains("is up to date in", second.ToString(), StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Install_TwoAtOnce_InstallOnce()
    {
        using var folder = new TemporaryFolder();
        var messages = new List<string>();
        var options = CheckoutPython.Options() with
        {
            Environment = new VirtualEnvironment(folder.Combine("venv")),
            Progress = message =>
            {
                lock (messages)
                {
                    messages.Add(message);
                }
            },
        };

        var results = await Task.WhenAll(PythonInstaller.InstallAsync(options), PythonInstaller.InstallAsync(options));

        Assert.Single(results, result => !result.WasUpToDate);
        Assert.Single(messages, message => message.StartsWith("Making the virtual environment", StringComparison.Ordinal));
        Assert.True(options.Environment.Exists);
    }
}

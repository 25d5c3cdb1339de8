using System.Runtime.InteropServices;
using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests;

/// <summary>The wheel with the server inside, installed into a fresh virtual environment.</summary>
[Collection(PackagesGroup.Name)]
public class WheelTests(PackagesFixture packages)
{
    private const string Program = """
        import gymnasium, gymbridge, pathlib
        from gymnasium.utils.env_checker import check_env

        env = gymnasium.make("gymbridge:GymBridge/CartPole-v1")
        here = gymnasium.make("CartPole-v1")
        assert (env.reset(seed=42)[0] == here.reset(seed=42)[0]).all()
        for action in (0, 1, 1, 0):
            assert (env.step(action)[0] == here.step(action)[0]).all()
        check_env(env.unwrapped, skip_render_check=True)
        from gymbridge import _launcher
        server = pathlib.Path(_launcher.shared_server().command[1])
        assert server.parent == pathlib.Path(gymbridge.__file__).parent / "_server", server
        print("version", gymbridge.__version__)
        """;

    [PythonFact]
    public async Task Wheel_InAFreshVirtualEnvironment_RunsTheServerInside()
    {
        Assert.Equal([$"gymbridge-{ProductVersion.Python}-py3-none-any.whl"], packages.Files(".whl"));
        var output = await packages.Machine.RunAsync(packages.Machine.EmptyFolder("wheel"), await packages.WheelPython, "-c", Program);
        Assert.Contains($"version {ProductVersion.Python}", output, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Wheel_WithoutTheRuntime_SaysWhatToInstall()
    {
        // A .NET installation in which no runtime is: the program that looks for one, and what it looks with.
        var installed = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var folder = packages.Machine.EmptyFolder("no-runtime");
        var program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        foreach (var file in Directory.EnumerateFiles(Path.Combine(installed, "host"), "*", SearchOption.AllDirectories).Append(Path.Combine(installed, program)))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(installed, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var (exitCode, _, error) = await packages.Machine.TryAsync(
            folder, new Dictionary<string, string?> { ["DOTNET_ROOT"] = folder }, await packages.WheelPython, "-c", "import gymnasium; gymnasium.make('gymbridge:GymBridge/CartPole-v1')");
        Assert.Equal(1, exitCode);
        Assert.Contains("ServerStartError", error, StringComparison.Ordinal);
        Assert.Contains("Install the ASP.NET Core 10 runtime", error, StringComparison.Ordinal);
        Assert.Contains("You must install or update .NET", error, StringComparison.Ordinal);
    }
}

using GymBridge.Torch.Installation;

namespace GymBridge.Torch.Tests.Installation;

/// <summary>What can go wrong before anything is fetched; the fetching itself is part of the test run (tests/RunAll).</summary>
public class LibtorchInstallerTests
{
    [Fact]
    public async Task Install_UnknownDevice_IsRefused()
    {
        var error = await Assert.ThrowsAsync<TorchEngineException>(() => LibtorchInstaller.InstallAsync(new LibtorchInstallOptions { Device = "tpu" }));
        Assert.Contains("'tpu' is no device", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libLibTorchSharp.so: /lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by x.so)", "GLIBCXX_3.4.32")]
    [InlineData("libc10.so: cannot open shared object file: No such file or directory", null)]
    public void MissingVersion_TheLoadersWords_GiveTheVersion(string message, string? version) => Assert.Equal(version, OldRuntime.MissingVersion(message));
}

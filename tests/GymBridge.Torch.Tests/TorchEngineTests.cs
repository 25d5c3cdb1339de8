using System.Diagnostics;
using System.Reflection;

namespace GymBridge.Torch.Tests;

public class TorchEngineTests
{
    [Fact]
    public void ManagedEngine_ItsAssembly_HasUpstreamsNameAndVersionAndSaysWhoseItIs()
    {
        var (ours, theirs) = (AssemblyName.GetAssemblyName(Upstream.Engine), AssemblyName.GetAssemblyName(Upstream.Assembly));
        Assert.Equal(theirs.Name, ours.Name);
        Assert.Equal(theirs.Version, ours.Version);
        Assert.Equal(Upstream.Version + ".0", ours.Version!.ToString());
        Assert.Empty(ours.GetPublicKeyToken()!);
        var file = FileVersionInfo.GetVersionInfo(Upstream.Engine);
        Assert.Equal("0.0.0.1", file.FileVersion);
        Assert.Contains("GymBridge", file.ProductName, StringComparison.Ordinal);
        Assert.Contains("not TorchSharp", file.FileDescription, StringComparison.Ordinal);
    }

    [Fact]
    public void Installed_Managed_IsKnownWithoutLoadingIt()
    {
        var engine = TorchEngine.Installed(EngineKind.Managed)!;
        Assert.Equal("managed", engine.Name);
        Assert.Equal(Upstream.Version, engine.TorchSharp);
        Assert.Equal($"managed {engine.Version} (TorchSharp {Upstream.Version})", engine.ToString());
    }

    [Fact]
    public void Current_InThisProcess_IsTheChosenEngine() => Assert.Equal(TorchEngine.Chosen, EngineIdentity.Current.Kind);

    [Fact]
    public void Choose_AnotherEngineThanTheLoadedOne_IsRefused()
    {
        var other = EngineIdentity.Current.Kind == EngineKind.Managed ? EngineKind.Libtorch : EngineKind.Managed;
        var error = Assert.Throws<TorchEngineException>(() => TorchEngine.Choose(other));
        Assert.Contains("is loaded already", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("managed", true)]
    [InlineData("libtorch", true)]
    [InlineData("Managed", false)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void TryParse_AName_TakesTheTwoThereAre(string name, bool isEngine) => Assert.Equal(isEngine, TorchEngine.TryParse(name, out _));
}

using GymBridge.Torch.Binding;
using static TorchSharp.torch;

namespace GymBridge.Torch.Tests.Binding;

public class EngineBindingTests
{
    private static readonly string ThisAssembly = typeof(EngineBindingTests).Assembly.Location;

    [Fact]
    public void Check_AnAssemblyThatUsesWhatTheEngineLacks_NamesTypeMemberAndSignature()
    {
        var problems = EngineBinding.Check(ThisAssembly, Upstream.Engine);
        Assert.Contains(problems, problem => problem.Member.StartsWith("TorchSharp.torch/fft::rfft static TorchSharp.torch/Tensor(", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem is { Member: "TorchSharp.torch/fft", Reason: "there is no such type" });
    }

    [Fact]
    public void Check_TheSameAssemblyAgainstUpstream_FindsNothing() => Assert.Empty(EngineBinding.Check(ThisAssembly, Upstream.Assembly));

    [Fact]
    public void ThrowIfIncomplete_AUsersAssembly_SaysWhatIsMissingAndTheWayOut()
    {
        if (EngineIdentity.Current.Kind == EngineKind.Libtorch)
        {
            EngineBinding.ThrowIfIncomplete(typeof(EngineBindingTests).Assembly);
            return;
        }

        var error = Assert.Throws<TorchEngineException>(() => EngineBinding.ThrowIfIncomplete(typeof(EngineBindingTests).Assembly));
        Assert.Contains("GymBridge.Torch.Tests.dll", error.Message, StringComparison.Ordinal);
        Assert.Contains("fft::rfft", error.Message, StringComparison.Ordinal);
        Assert.Contains("--engine libtorch", error.Message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_AFileThatIsNoAssembly_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("text.dll");
        File.WriteAllText(file, "no assembly");
        Assert.Throws<BadImageFormatException>(() => EngineBinding.Check(file, Upstream.Engine));
    }

    // Never run: it stands for a user's code that goes beyond the managed engine.
    private static Tensor Spectrum(Tensor signal) => fft.rfft(signal);
}

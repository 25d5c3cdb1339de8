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

    /// <summary>The binary contract bites: without one member that the agents use, that member is named.</summary>
    [Theory]
    [InlineData("no_grad")]
    [InlineData("clip_grad_norm_")]
    public void Check_TheAgentsAgainstAnEngineWithAMemberTakenAway_NamesIt(string member)
    {
        using var folder = new TemporaryFolder();
        var engine = File.ReadAllBytes(Upstream.Engine);
        byte[] name = [0, .. System.Text.Encoding.ASCII.GetBytes(member), 0];
        var places = 0;
        for (var at = engine.AsSpan().IndexOf(name); at >= 0; at = engine.AsSpan().IndexOf(name))
        {
            engine[at + 1] = (byte)'X'; // in the names of the metadata
            places++;
        }

        Assert.True(places > 0, $"'{member}' stands nowhere in the engine.");
        File.WriteAllBytes(folder.Combine("TorchSharp.dll"), engine);
        var problems = EngineBinding.Check(Path.Combine(AppContext.BaseDirectory, "bound", "GymBridge.Agents.dll"), folder.Combine("TorchSharp.dll"));
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.Contains($"::{member} ", problem.Member, StringComparison.Ordinal));
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

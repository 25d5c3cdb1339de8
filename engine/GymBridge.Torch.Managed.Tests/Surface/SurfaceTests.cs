using System.Reflection;

namespace GymBridge.Torch.Managed.Tests.Surface;

/// <summary>
/// The managed engine promises nothing that TorchSharp 0.107.0 does not have, and leaves out no overload of what it has. The baseline was
/// written by this assembly from the real one: dotnet exec GymBridge.Torch.Managed.Tests.dll signatures TorchSharp.dll.
/// </summary>
public class SurfaceTests
{
    private static readonly Lazy<HashSet<string>> Baseline = new(() => [.. Read("torchsharp-0.107.0.txt")]);

    private static readonly Lazy<string[]> Ours = new(() => [.. SignatureDump.Of(typeof(TorchSharp.torch).Assembly)]);

    [Fact]
    public void PublicMember_EveryOne_ExistsUpstreamWithTheSameSignature()
    {
        Assert.DoesNotContain(Ours.Value, line => !Baseline.Value.Contains(line));
    }

    [Fact]
    public void OverloadGroup_EveryOneThatIsThere_IsComplete()
    {
        var ours = Ours.Value.ToHashSet();
        var groups = Ours.Value.Select(Group).ToHashSet();
        var waived = Read("waivers.txt").Where(l => !l.StartsWith('#')).ToHashSet();
        var missing = Baseline.Value.Where(line => groups.Contains(Group(line)) && !ours.Contains(line)).ToHashSet();
        Assert.Empty(missing.Except(waived));
        Assert.Empty(waived.Except(missing));
    }

    [Fact]
    public void Surface_TheReinforcementLearningSubset_IsThere()
    {
        Assert.True(Ours.Value.Length > 2500, $"{Ours.Value.Length} members");
    }

    private static string Group(string line) => line[..line.IndexOf('|', line.IndexOf('|', StringComparison.Ordinal) + 1)];

    private static IEnumerable<string> Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}

using System.Reflection;

namespace GymBridge.Torch.Managed.Tests.Surface;

/// <summary>
/// The managed engine promises nothing that TorchSharp 0.107.0 does not have, and leaves out no overload of what it has. The baseline has
/// upstream's members of the types that the engine has, written by this assembly from the real one: dotnet exec
/// GymBridge.Torch.Managed.Tests.dll signatures TorchSharp.dll.
/// </summary>
public class SurfaceTests
{
    private static readonly Lazy<HashSet<string>> Baseline = new(() => [.. Read("torchsharp-0.107.0.txt")]);

    private static readonly HashSet<string> Waived = [.. Read("waivers.txt").Where(line => !line.StartsWith('#'))];

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
        var missing = Baseline.Value.Where(line => groups.Contains(Group(line)) && !ours.Contains(line)).ToHashSet();
        Assert.Empty(missing.Except(Waived));
        Assert.Empty(Waived.Except(missing));
    }

    /// <summary>Frozen at what agents, examples and complete overload groups need: a new member needs a caller, and its line in frozen.txt,
    /// which <c>GYMBRIDGE_ACCEPT_API=1</c> writes.</summary>
    [Fact]
    public void Surface_IsFrozen()
    {
        var path = RepositoryRoot.Combine("engine/GymBridge.Torch.Managed.Tests/Surface/frozen.txt");
        if (Environment.GetEnvironmentVariable("GYMBRIDGE_ACCEPT_API") == "1")
        {
            File.WriteAllLines(path, Ours.Value);
            return;
        }

        var frozen = File.ReadAllLines(path);
        List<string> changes = [.. frozen.Except(Ours.Value).Select(line => "- " + line), .. Ours.Value.Except(frozen).Select(line => "+ " + line)];
        Assert.True(
            changes.Count == 0,
            $"The engine's surface is frozen: new breadth only with a caller. With one, run with GYMBRIDGE_ACCEPT_API=1 and commit {path}.\n{string.Join('\n', changes)}");
    }

    private static string Group(string line) => line[..line.IndexOf('|', line.IndexOf('|', StringComparison.Ordinal) + 1)];

    private static IEnumerable<string> Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}

using GymBridge.Torch.Binding;

namespace GymBridge.Torch.Tests.Binding;

/// <summary>What is compiled against TorchSharp runs on the managed engine, as far as the runtime's binder is concerned.</summary>
public class BinaryContractTests
{
    // Not bindable by anybody outside, or told in the comment.
    private static readonly HashSet<string> WaivedFacts = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Binding", "waivers.txt")).Where(line => line.Length > 0 && line[0] != '#')];

    private static readonly string[] Bound =
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "bound"), "*.dll").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    public static TheoryData<string> BoundAssemblies => [.. Bound];

    [Theory]
    [MemberData(nameof(BoundAssemblies))]
    public void Reference_EveryOneOfAnAssembly_BindsToTheManagedEngine(string assembly)
    {
        var problems = EngineBinding.Check(Path.Combine(AppContext.BaseDirectory, "bound", assembly), Upstream.Engine);
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public void BoundAssemblies_AreThere() => Assert.Equal(
        ["GymBridge.Agents.Tests.dll", "GymBridge.Agents.dll", "GymBridge.Benchmarks.dll", "gymbridge.dll"], Bound);

    [Fact]
    public void Command_BeforeItChoosesTheEngine_NamesNoTypeOfTorchSharp()
    {
        using var command = new AssemblySurface(Path.Combine(AppContext.BaseDirectory, "bound", "gymbridge.dll"));
        Assert.Empty(command.ReferencesTo("TorchSharp"));
    }

    [Fact]
    public void Engine_WhateverItOffers_BindsToUpstreamToo()
    {
        using var engine = new AssemblySurface(Upstream.Engine);
        using var upstream = new AssemblySurface(Upstream.Assembly);
        var unknown = engine.Visible().Where(member => upstream.ProblemWith(member) is not null).Select(member => $"{member.Type}::{member.Member}").Except(WaivedFacts).ToList();
        Assert.True(unknown.Count == 0, string.Join('\n', unknown));
    }

    [Fact]
    public void Engine_WhatItHasOfUpstream_HasUpstreamsBasesInterfacesConstraintsAndConstants()
    {
        using var engine = new AssemblySurface(Upstream.Engine);
        using var upstream = new AssemblySurface(Upstream.Assembly);
        var both = engine.Visible().Intersect(upstream.Visible()).ToHashSet();
        var ours = FactsOf(engine, both);
        var theirs = FactsOf(upstream, both);
        var differences = ours.Except(theirs).Select(fact => "engine: " + fact).Concat(theirs.Except(ours).Select(fact => "upstream: " + fact)).ToHashSet();
        Assert.True(differences.IsSubsetOf(WaivedFacts), string.Join('\n', differences.Except(WaivedFacts).Order(StringComparer.Ordinal)));
        var stale = WaivedFacts.Where(waiver => waiver.StartsWith("engine: ", StringComparison.Ordinal) || waiver.StartsWith("upstream: ", StringComparison.Ordinal)).Except(differences).ToList();
        Assert.True(stale.Count == 0, "no longer needed:\n" + string.Join('\n', stale));
    }

    private static HashSet<string> FactsOf(AssemblySurface surface, HashSet<MemberReference> subjects) =>
        [.. surface.Facts().Where(fact => subjects.Contains(fact.Subject)).Select(fact => $"{fact.Subject.Type}{(fact.Subject.Member is { } member ? "::" + member : string.Empty)} | {fact.Fact}")];
}

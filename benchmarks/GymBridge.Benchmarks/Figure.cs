using System.Text.Json.Nodes;

namespace GymBridge.Benchmarks;

/// <summary>One measured figure.</summary>
/// <param name="Id">Id in benchmarks/README.md.</param>
/// <param name="What">What was measured.</param>
/// <param name="Ours">Our figure.</param>
/// <param name="Peer">The peer's figure; null where the peer is not at hand.</param>
/// <param name="Unit">Unit of both.</param>
/// <param name="Bar">The ratio to reach; null where there is none.</param>
/// <param name="PeerName">What the peer is.</param>
/// <param name="IsTime">Whether smaller is better.</param>
internal sealed record Figure(string Id, string What, double Ours, double? Peer, string Unit, double? Bar, string? PeerName, bool IsTime)
{
    /// <summary>How many times better we are: above 1 is better.</summary>
    public double? Ratio => IsTime ? Peer / Ours : Ours / Peer;

    public string ToJson() => new JsonObject
    {
        ["id"] = Id,
        ["what"] = What,
        ["ours"] = Ours,
        ["peer"] = Peer,
        ["unit"] = Unit,
        ["ratio"] = Ratio,
        ["bar"] = Bar,
        ["peer_name"] = PeerName,
    }.ToJsonString();
}

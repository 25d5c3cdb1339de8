using GymBridge.Protocol.V1;

namespace GymBridge.Server.Sessions;

/// <summary>What was agreed on when a session was opened.</summary>
/// <param name="Id">128 bits, the client's proof.</param>
/// <param name="Contract">What the client was told.</param>
/// <param name="Lanes">Number of lanes.</param>
/// <param name="Autoreset">What happens to a lane whose episode has ended.</param>
/// <param name="Credits">Calls in flight and replies kept.</param>
/// <param name="Lease">Longest time without a call.</param>
/// <param name="Grace">How long it is kept after its connection broke.</param>
/// <param name="Principal">Who opened it, and alone may use it; empty where nobody is asked.</param>
internal sealed record SessionPlan(
    UInt128 Id, Contract Contract, int Lanes, AutoresetMode Autoreset, int Credits, TimeSpan Lease, TimeSpan Grace, string Principal = "")
{
    /// <summary>A short name for logs, which must not hold the id itself.</summary>
    public string Name { get; } = $"{Contract.EnvId}#{(ushort)(Id ^ (Id >> 64)):x4}";
}

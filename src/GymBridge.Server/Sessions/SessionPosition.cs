namespace GymBridge.Server.Sessions;

/// <summary>Where a session is, for a client that opens or resumes it.</summary>
/// <param name="Epoch">1 after the opening, one more after each resume.</param>
/// <param name="LastSeq">The last call executed; 0 for none.</param>
/// <param name="FirstKeptSeq">The oldest call whose reply is kept; 0 for none.</param>
/// <param name="RunningSeq">The call that runs; 0 for none.</param>
/// <param name="Ended">One flag a lane whose episode has ended; empty for none, or while a call runs.</param>
internal sealed record SessionPosition(uint Epoch, ulong LastSeq, ulong FirstKeptSeq, ulong RunningSeq, bool[] Ended);

using System.Security.Cryptography;
using GymBridge.Protocol;
using GymBridge.Protocol.Errors;

namespace GymBridge.Server.Sessions;

/// <summary>Resume tokens, kept as their hashes: each is good for one resume. Thread-safe.</summary>
internal sealed class ResumeTokens
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, (Session Session, bool IsUsed)> _sessions = [];
    private readonly Dictionary<Session, List<UInt128>> _issued = [];

    /// <summary>A token of 256 bits for a session.</summary>
    public byte[] Issue(Session session)
    {
        var token = RandomNumberGenerator.GetBytes(ProtocolConstants.ResumeTokenBytes);
        var key = KeyOf(token);
        lock (_gate)
        {
            _sessions[key] = (session, false);
            if (!_issued.TryGetValue(session, out var keys))
            {
                _issued[session] = keys = [];
            }

            keys.Add(key);
        }

        return token;
    }

    /// <summary>The session of a token, which is used up by this; null for a token that never was, or is somebody else's.</summary>
    /// <exception cref="CallRefusedException">The token was used before.</exception>
    public Session? Redeem(ReadOnlySpan<byte> token, string principal)
    {
        // The digest is looked up, so that the time it takes tells nothing about a token.
        var key = KeyOf(token);
        lock (_gate)
        {
            if (!_sessions.TryGetValue(key, out var entry) || entry.Session.Plan.Principal != principal)
            {
                return null;
            }

            if (entry.IsUsed)
            {
                throw new CallRefusedException(
                    ErrorReasons.Superseded,
                    $"The resume token was used before: the session is in epoch {entry.Session.Epoch}, and every resume brings a new token.",
                    ("epoch", $"{entry.Session.Epoch}"));
            }

            _sessions[key] = (entry.Session, true);
            return entry.Session;
        }
    }

    /// <summary>Forgets the tokens of a session that has ended.</summary>
    public void Forget(Session session)
    {
        lock (_gate)
        {
            if (_issued.Remove(session, out var keys))
            {
                keys.ForEach(key => _sessions.Remove(key));
            }
        }
    }

    private static UInt128 KeyOf(ReadOnlySpan<byte> token) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(token));
}

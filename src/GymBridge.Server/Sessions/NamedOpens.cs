using System.Buffers.Binary;
using Google.Protobuf;
using GymBridge.Protocol;
using GymBridge.Protocol.Errors;

namespace GymBridge.Server.Sessions;

/// <summary>The Opens that their clients have named by a nonce, so that a client that gave up waiting, and so has no id of a session, can end
/// what came of it: docs/protocol.md, section 4. Thread-safe.</summary>
internal sealed class NamedOpens
{
    /// <summary>Nonces remembered that were withdrawn before their Open came.</summary>
    public const int MaxWithdrawn = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<Name, Open> _opens = [];
    private readonly HashSet<Name> _withdrawn = [];
    private readonly Queue<Name> _withdrawnInOrder = new();

    /// <summary>Notes that an Open has come.</summary>
    /// <returns>What is to be told when it is done; null for one without a name.</returns>
    /// <exception cref="CallRefusedException">The nonce is none, is used already, or was withdrawn.</exception>
    public Open? Begin(ByteString nonce, string principal)
    {
        if (nonce.IsEmpty)
        {
            return null;
        }

        var open = new Open(this, NameOf(nonce, principal, "nonce"));
        lock (_gate)
        {
            if (_withdrawn.Contains(open.Name))
            {
                throw Withdrawn();
            }

            return _opens.TryAdd(open.Name, open)
                ? open
                : throw new CallRefusedException(ErrorReasons.BadRequest, "The nonce of this Open is that of another one; draw one for each.", ("field", "nonce"));
        }
    }

    /// <summary>Notes that nobody wants what an Open has made, or will.</summary>
    /// <returns>The session that it has made, if it has.</returns>
    /// <exception cref="CallRefusedException">The nonce is none.</exception>
    public Session? Withdraw(ByteString nonce, string principal)
    {
        var name = NameOf(nonce, principal, "open_nonce");
        lock (_gate)
        {
            if (_opens.TryGetValue(name, out var open))
            {
                open.IsWithdrawn = true;
                return open.Session;
            }

            if (_withdrawn.Add(name))
            {
                _withdrawnInOrder.Enqueue(name);
                if (_withdrawnInOrder.Count > MaxWithdrawn)
                {
                    _withdrawn.Remove(_withdrawnInOrder.Dequeue());
                }
            }

            return null;
        }
    }

    /// <summary>Forgets the name of a session that has ended.</summary>
    public void Forget(Session session)
    {
        lock (_gate)
        {
            if (session.OpenedAs is { } open)
            {
                _opens.Remove(open.Name);
            }
        }
    }

    private static Name NameOf(ByteString nonce, string principal, string field) => nonce.Length == ProtocolConstants.OpenNonceBytes
        ? new Name(principal, BinaryPrimitives.ReadUInt128BigEndian(nonce.Span))
        : throw new CallRefusedException(
            ErrorReasons.BadRequest, $"The nonce of an Open has {ProtocolConstants.OpenNonceBytes} bytes, got {nonce.Length}.", ("field", field));

    private static CallRefusedException Withdrawn() =>
        new(ErrorReasons.OpenWithdrawn, "The client has withdrawn this Open; what it made is closed.");

    /// <summary>A nonce counts for the one who drew it.</summary>
    internal readonly record struct Name(string Principal, UInt128 Nonce);

    /// <summary>An Open with a name, from its coming until its session ends.</summary>
    internal sealed class Open(NamedOpens owner, Name name)
    {
        public Name Name => name;

        public Session? Session { get; private set; }

        public bool IsWithdrawn { get; set; }

        /// <summary>Its session is there.</summary>
        /// <exception cref="CallRefusedException">Nobody wants it: the caller closes it, and the Open has failed.</exception>
        public void Succeed(Session session)
        {
            lock (owner._gate)
            {
                if (IsWithdrawn)
                {
                    throw Withdrawn();
                }

                (Session, session.OpenedAs) = (session, this);
            }
        }

        /// <summary>Nothing comes of it.</summary>
        public void Fail()
        {
            lock (owner._gate)
            {
                owner._opens.Remove(name);
            }
        }
    }
}

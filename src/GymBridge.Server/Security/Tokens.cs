using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace GymBridge.Server.Security;

/// <summary>The tokens that a server lets in. Thread-safe.</summary>
internal abstract class Tokens
{
    /// <summary>Characters of the shortest token: 128 bits in base64.</summary>
    public const int LeastLength = 22;

    private const int RandomBytes = 32;

    /// <summary>A new token of 256 random bits, 43 characters that need no escapes anywhere.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Who a token is; null for nobody.</summary>
    public abstract Principal? Find(ReadOnlySpan<char> token);

    /// <summary>Compares with every token that is valid, in a time that does not tell where they differ.</summary>
    protected static Principal? Find(ReadOnlySpan<char> token, IReadOnlyList<Entry> entries)
    {
        Principal? found = null;
        for (var i = 0; i < entries.Count; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(token), MemoryMarshal.AsBytes(entries[i].Token.AsSpan())))
            {
                found = entries[i].Principal;
            }
        }

        return found;
    }

    protected sealed record Entry(string Token, Principal Principal);
}

/// <summary>The one token that a server has drawn for itself.</summary>
internal sealed class RandomToken : Tokens
{
    private readonly Entry[] _entries;

    public RandomToken()
    {
        Text = NewToken();
        _entries = [new Entry(Text, new Principal(Principal.Anyone))];
    }

    public string Text { get; }

    public override Principal? Find(ReadOnlySpan<char> token) => Find(token, _entries);
}

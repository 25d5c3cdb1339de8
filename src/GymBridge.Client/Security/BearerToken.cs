using GymBridge.Protocol;

namespace GymBridge.Client.Security;

/// <summary>The token that the calls to one address show. It may change while the connection lives: a server is started again, or its
/// token is rotated.</summary>
internal sealed class BearerToken(ServerAddress address, ClientOptions options)
{
    private volatile string? _token = ClientCredentials.TokenFor(address, options);

    /// <summary>The metadata <c>authorization</c>; null for none.</summary>
    public string? Authorization => _token is { } token ? $"Bearer {token}" : null;

    /// <summary>Looks for the token once more, after a server has refused it.</summary>
    /// <returns>Whether it is another one now.</returns>
    /// <exception cref="GymBridgeException">It would travel in clear to another machine, or its file cannot be read.</exception>
    public bool ReadAgain()
    {
        var former = _token;
        _token = ClientCredentials.TokenFor(address, options);
        return _token is not null && _token != former;
    }
}

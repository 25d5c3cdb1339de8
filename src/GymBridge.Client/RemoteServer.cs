using GymBridge.Client.Errors;
using GymBridge.Client.Wire;
using GymBridge.Errors;
using GymBridge.Protocol;

namespace GymBridge.Client;

/// <summary>The environments of a server that already runs.</summary>
/// <remarks>Each environment has a connection of its own, so that one slow environment does not hold up another. Thread-safe.</remarks>
public sealed class RemoteServer : IEnvironmentSource
{
    private readonly ClientOptions _options;

    /// <summary>A server at an address; nothing is connected yet.</summary>
    /// <param name="address"><c>host:port</c> or <c>unix:/path</c>.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="FormatException">The text is no address.</exception>
    public RemoteServer(string address, ClientOptions? options = null)
    {
        Address = ServerAddress.Parse(address);
        _options = (options ?? ClientOptions.Default).Validated();
    }

    /// <summary>The address of the server.</summary>
    public ServerAddress Address { get; }

    /// <summary>Asks the server what it offers.</summary>
    /// <exception cref="ServerConnectionException">Nothing answers there.</exception>
    /// <exception cref="GenerationMismatchException">It speaks another generation of the protocol.</exception>
    public ServerListing List()
    {
        using var connection = new Connection(Address, _options);
        return Listing.Read(connection);
    }

    /// <summary>Opens a session with a single environment on the server.</summary>
    /// <param name="id">The id on the server.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="EnvironmentNotFoundException">The server does not have it; the message suggests what is close.</exception>
    /// <exception cref="ServerConnectionException">Nothing answers there.</exception>
    /// <exception cref="GenerationMismatchException">It speaks another generation of the protocol.</exception>
    public RemoteEnv Make(string id, MakeOptions? options = null) =>
        EnvironmentOpener.OpenSingle(new Connection(Address, _options), id, options ?? MakeOptions.Default);

    /// <summary>Makes lanes of an environment.</summary>
    /// <param name="id">The id on the server.</param>
    /// <param name="numEnvs">Number of lanes.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="EnvironmentNotFoundException">The server does not have it; the message suggests what is close.</exception>
    /// <exception cref="ServerConnectionException">Nothing answers there.</exception>
    /// <exception cref="GenerationMismatchException">It speaks another generation of the protocol.</exception>
    public RemoteVectorEnv MakeVec(string id, int numEnvs, MakeOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numEnvs, 1);
        return EnvironmentOpener.OpenVector(new Connection(Address, _options), id, numEnvs, options ?? MakeOptions.Default);
    }

    Env IEnvironmentSource.Make(EnvId id, MakeOptions options) => Make(id.ToString(), options);

    VectorEnv IEnvironmentSource.MakeVec(EnvId id, int numEnvs, MakeOptions options) => MakeVec(id.ToString(), numEnvs, options);
}

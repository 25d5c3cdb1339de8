using System.Collections.Immutable;
using Grpc.Core;
using GymBridge.Client.Security;
using GymBridge.Client.Transports.Rpc;
using GymBridge.Protocol;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Compliance;

/// <summary>Whether a host did what a case of the wire contract asks.</summary>
public enum ComplianceOutcome
{
    /// <summary>It held.</summary>
    Passed,

    /// <summary>It did not hold.</summary>
    Failed,

    /// <summary>It could not be tried on this server.</summary>
    Skipped,
}

/// <summary>What became of one case.</summary>
/// <param name="Name">The name in docs/protocol.md: <c>sequence/retry</c>.</param>
/// <param name="Outcome">Whether it held.</param>
/// <param name="Reason">What was expected and found, or why it was skipped; empty where it held.</param>
public sealed record ComplianceResult(string Name, ComplianceOutcome Outcome, string Reason);

/// <summary>Tries whether a server keeps the wire contract <c>gymbridge.v1</c>, whatever it is written in: the cases of
/// docs/protocol.md, by their names.</summary>
/// <remarks>It opens sessions of CartPole and closes them again; nothing else on the server is touched.</remarks>
public static class ComplianceSuite
{
    private static readonly ImmutableArray<ComplianceCase> Cases =
        [.. OpenCases.All, .. CallCases.All, .. SequenceCases.All, .. SessionCases.All, .. GeneratorCases.All, .. EpisodeCases.All];

    /// <summary>The names of the cases, in the order in which they run.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Cases.Select(each => each.Name)];

    /// <summary>Runs all cases against a server.</summary>
    /// <param name="address">Where it listens: <c>host:port</c> or <c>unix:/path</c>.</param>
    /// <param name="environment">An environment with CartPole's spaces; null takes <c>CartPole-v1</c>, else
    /// <c>gymnasium:CartPole-v1</c>, whichever the server has.</param>
    /// <param name="options">What is shown to the server; null for the defaults.</param>
    /// <exception cref="FormatException">The text is no address.</exception>
    /// <exception cref="GymBridgeException">Nothing answers there.</exception>
    public static IReadOnlyList<ComplianceResult> Run(string address, string? environment = null, ClientOptions? options = null)
    {
        var (target, credentials) = (ServerAddress.Parse(address), options ?? ClientOptions.Default);
        using var channel = ChannelFactory.Create(target, credentials);
        var client = new EnvService.EnvServiceClient(ChannelFactory.CreateInvoker(channel, new BearerToken(target, credentials)));
        var peer = new CompliancePeer(client, environment ?? FindEnvironment(client, address));
        return [.. Cases.Select(each => Run(each, peer))];
    }

    private static string FindEnvironment(EnvService.EnvServiceClient client, string address)
    {
        foreach (var id in (string[])["CartPole-v1", "gymnasium:CartPole-v1"])
        {
            try
            {
                client.Describe(new DescribeRequest { Generation = ProtocolConstants.Generation, EnvId = id }, deadline: CompliancePeer.Deadline());
                return id;
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.PermissionDenied)
            {
                // The other name may exist.
            }
            catch (RpcException exception)
            {
                throw new GymBridgeException($"The server at {address} does not describe '{id}': {exception.Status.Detail}", exception);
            }
        }

        throw new GymBridgeException($"The server at {address} has neither 'CartPole-v1' nor 'gymnasium:CartPole-v1'; name an environment with its spaces.");
    }

    private static ComplianceResult Run(ComplianceCase each, CompliancePeer peer)
    {
        try
        {
            each.Body(peer);
            return new ComplianceResult(each.Name, ComplianceOutcome.Passed, string.Empty);
        }
        catch (ComplianceSkip skip)
        {
            return new ComplianceResult(each.Name, ComplianceOutcome.Skipped, skip.Message);
        }
        catch (Exception exception)
            when (exception is ComplianceFailure or RpcException or GymBridgeException or InvalidOperationException or ArgumentException)
        {
            return new ComplianceResult(each.Name, ComplianceOutcome.Failed, exception is RpcException rpc ? $"{rpc.StatusCode}: {rpc.Status.Detail}" : exception.Message);
        }
        finally
        {
            peer.CloseAll();
        }
    }
}

/// <summary>One case.</summary>
/// <param name="Name">The name in docs/protocol.md.</param>
/// <param name="Body">Throws where the case does not hold.</param>
internal sealed record ComplianceCase(string Name, Action<CompliancePeer> Body);

/// <summary>What was expected and found.</summary>
internal sealed class ComplianceFailure(string message) : Exception(message);

/// <summary>Why a case cannot be tried.</summary>
internal sealed class ComplianceSkip(string message) : Exception(message);

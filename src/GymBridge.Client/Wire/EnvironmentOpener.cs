using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Wire;

/// <summary>Opens environments on a connection.</summary>
internal static class EnvironmentOpener
{
    /// <summary>The capability without which a session steps all its lanes together.</summary>
    public const string StepSomeLanes = "step_some_lanes";

    // Capabilities of hosts of Python: lanes as a vector environment of Python's own.
    private const string VectorEntryPoint = "vector_entry_point";
    private const string AsyncLanes = "async_lanes";

    /// <summary>One lane as a single environment.</summary>
    public static RemoteEnv OpenSingle(Connection connection, string id, MakeOptions options) =>
        new(OpenVector(connection, id, 1, options with { AutoresetMode = AutoresetMode.Disabled, Vectorization = null }));

    /// <summary>Lanes; the connection belongs to the environment from now on, and is closed when this fails.</summary>
    public static RemoteVectorEnv OpenVector(Connection connection, string id, int lanes, MakeOptions options)
    {
        var session = RemoteSession.Open(connection, Request(connection, id, lanes, options));
        try
        {
            var contract = RemoteContract.Decode(session.Contract, id);
            contract.CheckStepSize(lanes, options.AutoresetMode, session.MessageLimit);
            contract.Tell(connection.Options.OnWarning);
            connection.Options.OnInformation?.Invoke(WayOf(session, id));
            return new RemoteVectorEnv(session, contract, lanes, options);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static OpenRequest Request(Connection connection, string id, int lanes, MakeOptions options)
    {
        try
        {
            var request = new OpenRequest
            {
                EnvId = id,
                Kwargs = ValueCodec.Encode(options.Kwargs, "kwargs"),
                Lanes = (uint)lanes,
                Autoreset = (Protocol.V1.AutoresetMode)options.AutoresetMode,
                RenderMode = options.RenderMode ?? string.Empty,
                Raw = options.Raw,
            };
            if (options.StepsSomeLanes)
            {
                request.Want.Add(StepSomeLanes);
            }

            if (options.Vectorization is VectorizationMode.VectorEntryPoint or VectorizationMode.Async)
            {
                request.Want.Add(options.Vectorization == VectorizationMode.Async ? AsyncLanes : VectorEntryPoint);
            }

            if (options.MaxEpisodeSteps is { } steps)
            {
                request.MaxEpisodeSteps = (uint)Math.Max(steps, 0); // 0: no limit
            }

            return request;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string WayOf(RemoteSession session, string id) => session.Transport switch
    {
        Transport.InProcess => $"'{id}' runs in this process.",
        Transport.SharedMemory => $"'{id}' {session.Place} steps through shared memory (bell: {session.Bell}).",
        _ => $"'{id}' {session.Place} steps over gRPC: {session.TransportObstacle}.",
    };
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Server.Hosting;
using GymBridge.Server.Sessions;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Server.Service;

/// <summary>Checks what a client asks for when it opens a session, and makes the environment.</summary>
internal sealed class SessionOpener(EnvironmentSet environments, SessionTable sessions, GymBridgeOptions options)
{
    private const int ReplyOverheadBytes = 4096;

    public Wire.Contract Describe(Wire.DescribeRequest request)
    {
        CheckGeneration(request.Generation);
        var makeOptions = new MakeOptions { AutoresetMode = AutoresetMode.Disabled, Kwargs = KwargsOf(request.Kwargs) };
        using var env = Make(request.EnvId, 1, makeOptions);
        return ContractOf(request.EnvId, env);
    }

    public Wire.Session Open(Wire.OpenRequest request)
    {
        CheckGeneration(request.Generation);
        CheckWants(request.Want);
        if (request.ResumeToken.Length != 0)
        {
            var resumed = sessions.Resume(request.ResumeToken);
            CheckHash(request, resumed.Plan.Contract);
            return MessageOf(resumed);
        }

        var lanes = LanesOf(request);
        var autoreset = AutoresetOf(request, lanes);
        var makeOptions = new MakeOptions
        {
            RenderMode = request.RenderMode.Length == 0 ? null : request.RenderMode,
            MaxEpisodeSteps = MaxEpisodeStepsOf(request),
            Raw = request.Raw,
            Kwargs = KwargsOf(request.Kwargs),
            AutoresetMode = autoreset,
        };
        return MessageOf(sessions.Open(lanes, () => Make(request, lanes, makeOptions)));
    }

    private static void CheckGeneration(uint generation)
    {
        if (generation != ProtocolConstants.Generation)
        {
            throw RpcErrors.FailedPrecondition(
                $"The client speaks generation {generation} of the wire contract, this host generation {ProtocolConstants.Generation}; use versions of GymBridge that match.");
        }
    }

    private static void CheckWants(IEnumerable<string> wants)
    {
        var missing = wants.Except(ContractFactory.Capabilities).ToList();
        if (missing.Count > 0)
        {
            throw RpcErrors.Unimplemented(
                $"This host lacks {string.Join(", ", missing.Select(name => $"'{name}'"))}; it has {string.Join(", ", ContractFactory.Capabilities)}.");
        }
    }

    private static void CheckHash(Wire.OpenRequest request, Wire.Contract contract)
    {
        if (request.ExpectSpecHash.Length != 0 && !request.ExpectSpecHash.Equals(contract.SpecHash))
        {
            throw RpcErrors.FailedPrecondition(
                $"The client expects an environment with spec hash {Hex(request.ExpectSpecHash)}, '{contract.EnvId}' here has {Hex(contract.SpecHash)}: its spaces or Python types differ.");
        }
    }

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span[..Math.Min(bytes.Length, 32)]);

    private static AutoresetMode AutoresetOf(Wire.OpenRequest request, int lanes) => request.Autoreset switch
    {
        Wire.AutoresetMode.Unspecified => lanes == 1 ? AutoresetMode.Disabled : AutoresetMode.NextStep,
        Wire.AutoresetMode.NextStep or Wire.AutoresetMode.SameStep or Wire.AutoresetMode.Disabled => (AutoresetMode)request.Autoreset,
        _ => throw RpcErrors.Unimplemented($"Autoreset mode {(int)request.Autoreset} is not known here; 1 (next step), 2 (same step) and 3 (disabled) are."),
    };

    private static int? MaxEpisodeStepsOf(Wire.OpenRequest request)
    {
        if (!request.HasMaxEpisodeSteps)
        {
            return null;
        }

        return request.MaxEpisodeSteps switch
        {
            0 => -1,
            <= int.MaxValue => (int)request.MaxEpisodeSteps,
            _ => throw RpcErrors.InvalidArgument($"max_episode_steps is at most {int.MaxValue}, got {request.MaxEpisodeSteps}."),
        };
    }

    private static Info KwargsOf(Wire.Value? message)
    {
        try
        {
            return ValueCodec.DecodeInfo(message, "kwargs") ?? Info.Empty;
        }
        catch (ProtocolException exception)
        {
            throw RpcErrors.InvalidArgument(exception.Message);
        }
    }

    private static Wire.Session MessageOf(Session session)
    {
        var id = new byte[ProtocolConstants.SessionIdBytes];
        BinaryPrimitives.WriteUInt128BigEndian(id, session.Plan.Id);
        return new Wire.Session
        {
            SessionId = UnsafeByteOperations.UnsafeWrap(id),
            ResumeToken = ByteString.CopyFrom(session.Plan.ResumeToken),
            Contract = session.Plan.Contract,
            Credits = (uint)session.Plan.Credits,
            LeaseMs = (uint)session.Plan.Lease.TotalMilliseconds,
            Autoreset = (Wire.AutoresetMode)session.Plan.Autoreset,
            Lanes = (uint)session.Plan.Lanes,
            LastSeq = session.LastSeq,
        };
    }

    private int LanesOf(Wire.OpenRequest request)
    {
        var lanes = Math.Max(request.Lanes, 1);
        return lanes <= options.MaxLanes
            ? (int)lanes
            : throw RpcErrors.ResourceExhausted($"lanes: {lanes} asked for, the limit of this host is {options.MaxLanes} a session.");
    }

    private TimeSpan LeaseOf(Wire.OpenRequest request)
    {
        if (request.LeaseMs == 0)
        {
            return options.Lease;
        }

        var asked = TimeSpan.FromMilliseconds(request.LeaseMs);
        var shortest = TimeSpan.FromSeconds(1);
        return asked < shortest ? shortest : asked > options.MaxLease ? options.MaxLease : asked;
    }

    private (SessionPlan Plan, EnvironmentCaller EnvironmentCaller) Make(Wire.OpenRequest request, int lanes, MakeOptions makeOptions)
    {
        var env = Make(request.EnvId, lanes, makeOptions);
        try
        {
            var contract = ContractOf(request.EnvId, env);
            CheckHash(request, contract);
            var id = BinaryPrimitives.ReadUInt128BigEndian(RandomNumberGenerator.GetBytes(ProtocolConstants.SessionIdBytes));
            var token = RandomNumberGenerator.GetBytes(ProtocolConstants.ResumeTokenBytes);
            var plan = new SessionPlan(
                id, token, contract, lanes, makeOptions.AutoresetMode, CreditsOf(env), LeaseOf(request));
            return (plan, new EnvironmentCaller(env, options.DetailedErrors));
        }
        catch
        {
            env.Dispose();
            throw;
        }
    }

    private Wire.Contract ContractOf(string id, VectorEnv env)
    {
        try
        {
            return ContractFactory.Create(id, env, options);
        }
        catch (NotSupportedException exception)
        {
            throw RpcErrors.Unimplemented($"Environment '{id}' cannot be served: {exception.Message}");
        }
    }

    private VectorEnv Make(string id, int lanes, MakeOptions makeOptions)
    {
        try
        {
            return environments.MakeVec(id, lanes, makeOptions);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw RpcErrors.ForMaking(exception, options.DetailedErrors);
        }
    }

    // Replies are kept for a retry, so the credits shrink where that would keep more than one full message.
    private int CreditsOf(VectorEnv env)
    {
        var observation = env.SingleObservationSpace.Leaves.Sum(leaf => (long)leaf.Bytes);
        var action = env.SingleActionSpace.Leaves.Sum(leaf => (long)leaf.Bytes);
        var reply = (env.NumEnvs * ((2 * observation) + 12)) + ReplyOverheadBytes;
        var message = Math.Max(reply, (env.NumEnvs * action) + ReplyOverheadBytes);
        return message <= options.MaxMessageBytes
            ? (int)Math.Clamp(options.MaxMessageBytes / message, 1, options.Credits)
            : throw RpcErrors.ResourceExhausted(string.Create(
                CultureInfo.InvariantCulture,
                $"max_message_bytes: a message of {env.NumEnvs} lanes takes {message} bytes, the limit of this host is {options.MaxMessageBytes}; use fewer lanes."));
    }
}

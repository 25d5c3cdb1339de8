using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using GymBridge.Errors;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Server.Catalog;
using GymBridge.Server.Security;
using GymBridge.Shared;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Server.Sessions;

/// <summary>Checks what a client asks for when it opens a session, and makes the environment.</summary>
internal sealed class SessionOpener(EnvironmentSet environments, SessionTable sessions, GymBridgeOptions options, AccessPolicy policy)
{
    // A trace has paths of this machine: it goes to our own user, or where somebody asked for it. So do kwargs that are paths.
    private bool SendsTraces => options.DetailedErrors ?? policy.IsSameUser;

    /// <summary>What an environment would be.</summary>
    public Wire.Contract Describe(Wire.DescribeRequest request)
    {
        CheckRequest(request.Generation, request.EnvId, request.CalculateSize());
        var makeOptions = new MakeOptions
        {
            AutoresetMode = AutoresetMode.Disabled,
            Kwargs = KwargsOf(request.Kwargs),
            RenderMode = request.RenderMode.Length == 0 ? null : request.RenderMode,
        };
        using var env = Make(request.EnvId, 1, makeOptions);
        return ContractOf(request.EnvId, env);
    }

    /// <summary>Opens a session, or resumes one.</summary>
    /// <returns>The session, and what its client is told.</returns>
    public (Session Session, Wire.Session Message) Open(Wire.OpenRequest request, string principal)
    {
        CheckRequest(request.Generation, request.EnvId, request.CalculateSize());
        CheckWants(request.Want);
        if (request.ResumeToken.Length != 0)
        {
            var resumed = sessions.Resume(request.ResumeToken, principal);
            CheckHash(request, resumed.Session.Plan.Contract);
            return (resumed.Session, MessageOf(resumed.Session, resumed.ResumeToken));
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
            StepsSomeLanes = request.Want.Contains("step_some_lanes"),
        };
        var (session, token) = sessions.Open(lanes, () => Make(request, lanes, makeOptions, principal), request.Nonce, principal);
        return (session, MessageOf(session, token));
    }

    /// <summary>Refuses an opening at once where its limits are passed, before a thread is taken for it.</summary>
    public void CheckRequest(uint generation, string envId, int bytes)
    {
        if (generation != ProtocolConstants.Generation)
        {
            throw new CallRefusedException(
                ErrorReasons.GenerationMismatch,
                $"The client speaks generation {generation} of the wire contract, this host generation {ProtocolConstants.Generation}; use versions of GymBridge that match.",
                ("client", $"{generation}"), ("host", $"{ProtocolConstants.Generation}"));
        }

        if (bytes > options.MaxControlBytes)
        {
            throw new CallRefusedException(
                ErrorReasons.MessageTooLarge,
                $"max_control_bytes: the request takes {bytes} bytes, the limit of this host for requests other than calls is {options.MaxControlBytes}.",
                ("bytes", $"{bytes}"), ("limit", $"{options.MaxControlBytes}"));
        }

        var idBytes = System.Text.Encoding.UTF8.GetByteCount(envId);
        if (idBytes > ProtocolConstants.MaxEnvIdBytes)
        {
            throw new CallRefusedException(
                ErrorReasons.BadRequest, $"The id of an environment has at most {ProtocolConstants.MaxEnvIdBytes} bytes, got {idBytes}.", ("field", "env_id"));
        }

        if (sessions.Threads.IsFull)
        {
            throw new CallRefusedException(
                ErrorReasons.CapReached,
                $"environment threads: all {options.MaxEnvironmentThreads} are inside environments ({sessions.Threads.Abandoned} of them abandoned), which is the limit of this host.",
                ("cap", "max_environment_threads"), ("limit", $"{options.MaxEnvironmentThreads}"));
        }
    }

    private static void CheckWants(IEnumerable<string> wants)
    {
        var missing = wants.Except(ContractFactory.Capabilities).ToList();
        if (missing.Count > 0)
        {
            throw new CallRefusedException(
                ErrorReasons.CapabilityMissing,
                $"This host lacks {string.Join(", ", missing.Select(name => $"'{name}'"))}; it has {string.Join(", ", ContractFactory.Capabilities)}.",
                ("missing", string.Join(',', missing)), ("offered", string.Join(',', ContractFactory.Capabilities)));
        }
    }

    private static void CheckHash(Wire.OpenRequest request, Wire.Contract contract)
    {
        if (request.ExpectSpecHash.Length != 0 && !request.ExpectSpecHash.Equals(contract.SpecHash))
        {
            throw new CallRefusedException(
                ErrorReasons.SpecMismatch,
                $"The client expects an environment with spec hash {Hex(request.ExpectSpecHash)}, '{contract.EnvId}' here has {Hex(contract.SpecHash)}: its spaces or Python types differ.",
                ("expected", Hex(request.ExpectSpecHash)), ("got", Hex(contract.SpecHash)));
        }
    }

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span[..Math.Min(bytes.Length, 32)]);

    private static AutoresetMode AutoresetOf(Wire.OpenRequest request, int lanes) => request.Autoreset switch
    {
        Wire.AutoresetMode.Unspecified => lanes == 1 ? AutoresetMode.Disabled : AutoresetMode.NextStep,
        Wire.AutoresetMode.NextStep or Wire.AutoresetMode.SameStep or Wire.AutoresetMode.Disabled => (AutoresetMode)request.Autoreset,
        _ => throw new CallRefusedException(
            ErrorReasons.AutoresetNotOffered,
            $"Autoreset mode {(int)request.Autoreset} is not known here; 1 (next step), 2 (same step) and 3 (disabled) are.",
            ("asked", $"{(int)request.Autoreset}"), ("offered", "1,2,3")),
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
            _ => throw new CallRefusedException(
                ErrorReasons.BadRequest, $"max_episode_steps is at most {int.MaxValue}, got {request.MaxEpisodeSteps}.", ("field", "max_episode_steps")),
        };
    }

    private Info KwargsOf(Wire.Value? message)
    {
        if (!SendsTraces && message is not null)
        {
            PathRule.Check(message, "kwargs");
        }

        try
        {
            return ValueCodec.DecodeInfo(message, "kwargs", new SpaceBudget(options.MaxExpandedBytes)) ?? Info.Empty;
        }
        catch (ProtocolException exception)
        {
            throw new CallRefusedException(exception);
        }
    }

    private Wire.Session MessageOf(Session session, byte[] resumeToken)
    {
        var id = new byte[ProtocolConstants.SessionIdBytes];
        BinaryPrimitives.WriteUInt128BigEndian(id, session.Plan.Id);
        var position = session.Position;
        return new Wire.Session
        {
            SessionId = UnsafeByteOperations.UnsafeWrap(id),
            ResumeToken = UnsafeByteOperations.UnsafeWrap(resumeToken),
            Contract = session.Plan.Contract,
            Credits = (uint)session.Plan.Credits,
            LeaseMs = (uint)session.Plan.Lease.TotalMilliseconds,
            GraceMs = (uint)session.Plan.Grace.TotalMilliseconds,
            Autoreset = (Wire.AutoresetMode)session.Plan.Autoreset,
            Lanes = (uint)session.Plan.Lanes,
            LastSeq = position.LastSeq,
            Epoch = position.Epoch,
            FirstKeptSeq = position.FirstKeptSeq,
            RunningSeq = position.RunningSeq,
            Ended = FlagsCodec.Encode(position.Ended),
            BootId = sessions.BootId,
        };
    }

    private int LanesOf(Wire.OpenRequest request)
    {
        var lanes = Math.Max(request.Lanes, 1);
        return lanes <= options.MaxLanes
            ? (int)lanes
            : throw new CallRefusedException(
                ErrorReasons.CapReached,
                $"lanes: {lanes} asked for, the limit of this host is {options.MaxLanes} a session.",
                ("cap", "max_lanes"), ("limit", $"{options.MaxLanes}"), ("asked", $"{lanes}"));
    }

    private TimeSpan LeaseOf(Wire.OpenRequest request)
    {
        var asked = request.LeaseMs == 0 ? options.Lease : TimeSpan.FromMilliseconds(request.LeaseMs);
        return asked < options.MinLease ? options.MinLease : asked > options.MaxLease ? options.MaxLease : asked;
    }

    private TimeSpan GraceOf(Wire.OpenRequest request, TimeSpan lease)
    {
        var asked = request.GraceMs == 0 ? options.Grace : TimeSpan.FromMilliseconds(request.GraceMs);
        return asked < lease ? asked : lease;
    }

    private (SessionPlan Plan, EnvironmentCaller Environment) Make(Wire.OpenRequest request, int lanes, MakeOptions makeOptions, string principal)
    {
        var env = Make(request.EnvId, lanes, makeOptions);
        try
        {
            var contract = ContractOf(request.EnvId, env);
            CheckHash(request, contract);
            var id = BinaryPrimitives.ReadUInt128BigEndian(RandomNumberGenerator.GetBytes(ProtocolConstants.SessionIdBytes));
            var lease = LeaseOf(request);
            var plan = new SessionPlan(id, contract, lanes, makeOptions.AutoresetMode, CreditsOf(env), lease, GraceOf(request, lease), principal);
            return (plan, new EnvironmentCaller(env, options, SendsTraces));
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
            throw new CallRefusedException(
                ErrorReasons.CapabilityMissing, $"Environment '{id}' cannot be served: {exception.Message}", ("missing", "space"), ("offered", string.Empty));
        }
    }

    private VectorEnv Make(string id, int lanes, MakeOptions makeOptions)
    {
        try
        {
            return environments.MakeVec(id, lanes, makeOptions);
        }
        catch (Exception exception) when (exception is not CallRefusedException)
        {
            throw RefusalOfMaking(id, exception);
        }
    }

    private CallRefusedException RefusalOfMaking(string id, Exception exception)
    {
        var fault = FaultCodec.Encode(exception, isRecoverable: false, SendsTraces);
        return exception switch
        {
            EnvironmentNotFoundException => new(
                ErrorReasons.EnvironmentNotFound, fault.Message, ("env_id", id), ("python_class", fault.PythonClass))
            { Fault = fault },
            ArgumentException or OverflowException => new(ErrorReasons.BadArgument, fault.Message) { Fault = fault },
            NotSupportedException => new(ErrorReasons.CapabilityMissing, fault.Message, ("missing", string.Empty), ("offered", string.Empty)) { Fault = fault },
            _ => new(ErrorReasons.EnvironmentFailed, $"{fault.PythonClass} ({fault.DotnetClass}): {fault.Message}") { Fault = fault },
        };
    }

    // Replies are kept for a retry, so the credits shrink where that would keep more than one full message.
    private int CreditsOf(VectorEnv env)
    {
        var message = Math.Max(StepSize.OfReply(env), StepSize.OfActions(env)) + StepSize.Overhead;
        return message <= options.MaxMessageBytes
            ? (int)Math.Clamp(options.MaxMessageBytes / message, 1, options.Credits)
            : throw new CallRefusedException(
                ErrorReasons.MessageTooLarge,
                $"max_message_bytes: a message of {Plural.Of(env.NumEnvs, "lane")} takes {message} bytes, the limit of this host is {options.MaxMessageBytes}; use fewer lanes.",
                ("bytes", $"{message}"), ("limit", $"{options.MaxMessageBytes}"));
    }
}

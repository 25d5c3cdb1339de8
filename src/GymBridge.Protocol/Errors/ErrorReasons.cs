using System.Collections.Frozen;
using Grpc.Core;

namespace GymBridge.Protocol.Errors;

/// <summary>Why a call was refused, as <c>ErrorInfo.reason</c> names it, with the status code that goes with it; docs/protocol.md,
/// section 11, has the metadata of each.</summary>
/// <param name="Name">The name on the wire.</param>
/// <param name="Code">The gRPC status.</param>
internal sealed record ErrorReason(string Name, StatusCode Code)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>All reasons of the wire contract.</summary>
internal static class ErrorReasons
{
    private static readonly Dictionary<string, ErrorReason> Names = new(StringComparer.Ordinal);

    /// <summary>A field makes no sense.</summary>
    public static ErrorReason BadRequest { get; } = Of("BAD_REQUEST", StatusCode.InvalidArgument);

    /// <summary>A slab has another length than its leaf.</summary>
    public static ErrorReason BadSlab { get; } = Of("BAD_SLAB", StatusCode.InvalidArgument);

    /// <summary>A value does not keep the form of values.</summary>
    public static ErrorReason BadValue { get; } = Of("BAD_VALUE", StatusCode.InvalidArgument);

    /// <summary>The environment does not take such keyword arguments.</summary>
    public static ErrorReason BadArgument { get; } = Of("BAD_ARGUMENT", StatusCode.InvalidArgument);

    /// <summary>A lane or a lane mask does not fit.</summary>
    public static ErrorReason LanesInvalid { get; } = Of("LANES_INVALID", StatusCode.InvalidArgument);

    /// <summary>A number was used before, with another content.</summary>
    public static ErrorReason SequenceConflict { get; } = Of("SEQUENCE_CONFLICT", StatusCode.InvalidArgument);

    /// <summary>Calls are missing before this one.</summary>
    public static ErrorReason SequenceGap { get; } = Of("SEQUENCE_GAP", StatusCode.FailedPrecondition);

    /// <summary>The reply of so old a call is no longer kept.</summary>
    public static ErrorReason SequenceExpired { get; } = Of("SEQUENCE_EXPIRED", StatusCode.OutOfRange);

    /// <summary>The peers speak different generations of the contract.</summary>
    public static ErrorReason GenerationMismatch { get; } = Of("GENERATION_MISMATCH", StatusCode.FailedPrecondition);

    /// <summary>The environment has other spaces than the client expects.</summary>
    public static ErrorReason SpecMismatch { get; } = Of("SPEC_MISMATCH", StatusCode.FailedPrecondition);

    /// <summary>The environment does not offer this autoreset mode.</summary>
    public static ErrorReason AutoresetNotOffered { get; } = Of("AUTORESET_NOT_OFFERED", StatusCode.InvalidArgument);

    /// <summary>The environment does not offer this render mode.</summary>
    public static ErrorReason RenderModeNotOffered { get; } = Of("RENDER_MODE_NOT_OFFERED", StatusCode.InvalidArgument);

    /// <summary>There is no environment of that name.</summary>
    public static ErrorReason EnvironmentNotFound { get; } = Of("ENVIRONMENT_NOT_FOUND", StatusCode.NotFound);

    /// <summary>There is no such session, for this caller.</summary>
    public static ErrorReason SessionNotFound { get; } = Of("SESSION_NOT_FOUND", StatusCode.NotFound);

    /// <summary>The session has ended.</summary>
    public static ErrorReason SessionClosed { get; } = Of("SESSION_CLOSED", StatusCode.NotFound);

    /// <summary>The session was resumed elsewhere.</summary>
    public static ErrorReason Superseded { get; } = Of("SUPERSEDED", StatusCode.Aborted);

    /// <summary>The host lacks a capability.</summary>
    public static ErrorReason CapabilityMissing { get; } = Of("CAPABILITY_MISSING", StatusCode.Unimplemented);

    /// <summary>The host does not know that kind of call.</summary>
    public static ErrorReason UnknownCall { get; } = Of("UNKNOWN_CALL", StatusCode.Unimplemented);

    /// <summary>A cap of the host is reached.</summary>
    public static ErrorReason CapReached { get; } = Of("CAP_REACHED", StatusCode.ResourceExhausted);

    /// <summary>A message is too large.</summary>
    public static ErrorReason MessageTooLarge { get; } = Of("MESSAGE_TOO_LARGE", StatusCode.ResourceExhausted);

    /// <summary>An environment call takes too long.</summary>
    public static ErrorReason CallTimeout { get; } = Of("CALL_TIMEOUT", StatusCode.DeadlineExceeded);

    /// <summary>A constructor takes too long.</summary>
    public static ErrorReason OpenTimeout { get; } = Of("OPEN_TIMEOUT", StatusCode.DeadlineExceeded);

    /// <summary>The client has said that it does not wait for this Open any more.</summary>
    public static ErrorReason OpenWithdrawn { get; } = Of("OPEN_WITHDRAWN", StatusCode.Cancelled);

    /// <summary>The attribute is not for others.</summary>
    public static ErrorReason AttributeDenied { get; } = Of("ATTRIBUTE_DENIED", StatusCode.PermissionDenied);

    /// <summary>The module may not be imported.</summary>
    public static ErrorReason ModuleDenied { get; } = Of("MODULE_DENIED", StatusCode.PermissionDenied);

    /// <summary>There was no right token.</summary>
    public static ErrorReason Unauthenticated { get; } = Of("UNAUTHENTICATED", StatusCode.Unauthenticated);

    /// <summary>The host is stopping.</summary>
    public static ErrorReason Stopping { get; } = Of("STOPPING", StatusCode.Unavailable);

    /// <summary>The environment could not be made.</summary>
    public static ErrorReason EnvironmentFailed { get; } = Of("ENVIRONMENT_FAILED", StatusCode.Unknown);

    /// <summary>A fault of the host's own.</summary>
    public static ErrorReason Internal { get; } = Of("INTERNAL", StatusCode.Internal);

    private static readonly FrozenDictionary<string, ErrorReason> ByName = Names.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The reason of a name; null for one that is not known here.</summary>
    public static ErrorReason? Find(string name) => ByName.GetValueOrDefault(name);

    private static ErrorReason Of(string name, StatusCode code)
    {
        var reason = new ErrorReason(name, code);
        Names.Add(name, reason);
        return reason;
    }
}

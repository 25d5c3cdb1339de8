using System.Diagnostics;
using System.Text;
using GymBridge.Protocol.Errors;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Between an exception of an environment and the fault that carries it.</summary>
internal static class FaultCodec
{
    private const string CutMark = "... (cut)";

    /// <summary>The fault for an exception.</summary>
    /// <param name="exception">What the environment threw.</param>
    /// <param name="isRecoverable">Whether a reset recovers the session.</param>
    /// <param name="withTrace">Whether the stack trace travels.</param>
    public static Wire.Fault Encode(Exception exception, bool isRecoverable, bool withTrace)
    {
        var fault = new Wire.Fault
        {
            PythonClass = ExceptionMap.ToPythonClass(exception),
            DotnetClass = exception.GetType().FullName ?? string.Empty,
            Message = Cut(MessageOf(exception)),
            Trace = withTrace ? Cut(exception.StackTrace ?? string.Empty) : string.Empty,
            Recoverable = isRecoverable,
            Location = withTrace ? LocationOf(exception) : string.Empty,
        };
        if (exception.Data[SyncVectorEnv.LaneDataKey] is int lane and >= 0)
        {
            fault.Lanes.Add((uint)lane);
        }

        return fault;
    }

    /// <summary>The exception for a fault; not yet thrown.</summary>
    public static Exception Decode(Wire.Fault fault) => ExceptionMap.ToException(
        fault.PythonClass,
        fault.DotnetClass,
        fault.Message,
        fault.Trace,
        [.. fault.Lanes.Select(lane => (int)Math.Min(lane, int.MaxValue))],
        fault.Recoverable,
        fault.PythonBases);

    // The innermost frame that is not ours: where the environment's own code is.
    private static string LocationOf(Exception exception)
    {
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            var assembly = frame.GetMethod()?.DeclaringType?.Assembly.GetName().Name ?? string.Empty;
            if (frame.GetFileName() is { } file && (assembly is "GymBridge.Environments" || !assembly.StartsWith("GymBridge.", StringComparison.Ordinal)))
            {
                return $"{file}:{frame.GetFileLineNumber()}";
            }
        }

        return string.Empty;
    }

    // A class that the other side has no counterpart of is named in the text, which is all that a user sees of it.
    private static string MessageOf(Exception exception)
    {
        var (type, text) = (exception.GetType(), TextOf(exception));
        return ExceptionMap.IsKnown(type) || IsOurs(type) ? text
            : text.Length == 0 ? type.FullName!
            : $"{type.FullName}: {text}";
    }

    private static bool IsOurs(Type type) => type.Assembly.GetName().Name is "GymBridge.Core" or "GymBridge.Protocol" or "GymBridge.Client";

    // .NET appends "(Parameter 'x')" to the message of an ArgumentException; the other side has no such parameter.
    private static string TextOf(Exception exception) => exception switch
    {
        RemoteException remote => remote.RemoteMessage,
        ArgumentException { ParamName: { } name } argument => WithoutParameter(argument.Message, name),
        _ => exception.Message,
    };

    private static string WithoutParameter(string message, string name)
    {
        var end = message.LastIndexOf($" (Parameter '{name}')", StringComparison.Ordinal);
        return end > 0 ? message[..end] : message;
    }

    private static string Cut(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length <= ProtocolConstants.MaxFaultMessageBytes)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var end = ProtocolConstants.MaxFaultMessageBytes - CutMark.Length;
        while ((bytes[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return Encoding.UTF8.GetString(bytes, 0, end) + CutMark;
    }
}

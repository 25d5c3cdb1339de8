using System.Net.Sockets;
using System.Reflection;
using Grpc.Core;
using GymBridge.Errors;
using GymBridge.Protocol.Errors;
using GymBridge.Server;
using GymBridge.Torch;

namespace GymBridge.Cli.Errors;

/// <summary>What a person is told about an exception: one sentence, and for an environment's exception its class and the line
/// of the user's own file. Never a stack trace of ours, unless it is asked for.</summary>
internal static class ErrorReport
{
    private const int Failure = 1;
    private const int Usage = 2;

    /// <summary>Writes the error.</summary>
    /// <returns>The exit code: 2 for wrong usage, else 1.</returns>
    public static int Write(TextWriter error, Exception exception, bool withTrace)
    {
        var cause = CauseOf(exception);
        error.WriteLine($"error: {Describe(cause)}");
        if (withTrace)
        {
            if (RemoteTraceOf(cause) is { Length: > 0 } remote)
            {
                error.WriteLine(remote.TrimEnd());
            }

            error.WriteLine(exception);
        }

        return cause is UsageException or ServerConfigurationException || IsOfTheCommandLine(cause) ? Usage : Failure;
    }

    /// <summary>The text for an exception: its message where that says all, with class and line where it is an environment's.</summary>
    public static string Describe(Exception exception)
    {
        var cause = CauseOf(exception);
        if (cause.Data[ExceptionMap.PythonClassDataKey] is string pythonClass)
        {
            return WithFrame(WithClass(pythonClass, cause), UserFrame.Remote(RemoteTraceOf(cause) ?? string.Empty));
        }

        if (UserFrame.Local(cause) is { } frame)
        {
            return WithFrame(WithClass(cause.GetType().Name, cause), frame);
        }

        return cause switch
        {
            OutOfMemoryException or OverflowException =>
                $"A size is too large for this machine ({MessageOf(cause)}); ask for less: fewer lanes, shorter rollouts, smaller networks or messages.",
            DllNotFoundException => $"A native library cannot be loaded: {MessageOf(cause)} 'gymbridge doctor' shows what is installed.",
            MissingMemberException or TypeLoadException when cause.Message.Contains(TorchEngine.AssemblyName, StringComparison.Ordinal) =>
                $"The tensor engine '{TorchEngine.NameOf(TorchEngine.Chosen)}' lacks what this needs ({MessageOf(cause)}). Run with --engine libtorch; 'gymbridge torch check ASSEMBLY' lists all that an assembly needs.",
            MissingMemberException or TypeLoadException =>
                $"Libraries of different versions lie side by side ({MessageOf(cause)}); install or build gymbridge again.",
            UnexpectedArgumentException => WithClass("TypeError", cause), // what Python calls it
            _ when IsExpected(cause) || IsOfTheCommandLine(cause) => MessageOf(cause),
            _ => $"Bug in GymBridge: {cause.GetType().Name}: {MessageOf(cause)} Please report it with the output of the same command and --traceback.",
        };
    }

    private static Exception CauseOf(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var inner] } => CauseOf(inner),
        TargetInvocationException { InnerException: { } inner } => CauseOf(inner),
        TypeInitializationException { InnerException: { } inner } => CauseOf(inner),
        _ => exception,
    };

    // Errors whose message says all that a user needs.
    private static bool IsExpected(Exception exception) => exception
        is UsageException
        or GymBridgeException
        or ArgumentException
        or FormatException
        or IOException
        or SocketException
        or InvalidDataException
        or UnauthorizedAccessException
        or NotSupportedException
        or TimeoutException
        or RpcException;

    // System.CommandLine tells a value that is missing only when the value is asked for.
    private static bool IsOfTheCommandLine(Exception exception) => exception is InvalidOperationException { Source: "System.CommandLine" };

    private static string? RemoteTraceOf(Exception exception) => exception.Data[ExceptionMap.RemoteTraceDataKey] as string;

    // RemoteEnvironmentException starts its message with the class already.
    private static string WithClass(string name, Exception exception)
    {
        var message = MessageOf(exception);
        return message.Length == 0 ? name : message.StartsWith(name + ": ", StringComparison.Ordinal) ? message : $"{name}: {message}";
    }

    private static string WithFrame(string text, string? frame) => frame is null ? text : text + Environment.NewLine + frame;

    // The name of a parameter of ours tells a user of the command nothing.
    private static string MessageOf(Exception exception)
    {
        var message = exception switch
        {
            RpcException rpc => $"{rpc.StatusCode}: {rpc.Status.Detail}",
            _ => SystemErrors.Describe(exception) ?? exception.Message,
        };
        if (exception is CallTimeoutException)
        {
            message = message.Replace("ClientOptions has the limits.", "--call-timeout and --open-timeout set the limits.", StringComparison.Ordinal);
        }

        if (exception is ArgumentException { ParamName: { } name }
            && message.IndexOf($" (Parameter '{name}')", StringComparison.Ordinal) is > 0 and var end)
        {
            message = message[..end];
        }

        return message;
    }
}

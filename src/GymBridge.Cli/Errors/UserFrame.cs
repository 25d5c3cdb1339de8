using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace GymBridge.Cli.Errors;

/// <summary>Finds the line of the user's own code in a stack trace: neither ours, nor Gymnasium's, nor the runtime's.</summary>
internal static partial class UserFrame
{
    // The package where it is installed and in a checkout: users have folders named gymbridge as well, and so has the virtual environment.
    private static readonly string[] OurPython =
        ["/site-packages/gymbridge/", "\\site-packages\\gymbridge\\", "/python/src/gymbridge/", "\\python\\src\\gymbridge\\"];

    private static readonly string[] OthersPython =
        ["/site-packages/", "\\site-packages\\", "/dist-packages/", "<string>"];

    private static readonly string[] Interpreters = ["/lib/python3", "\\Lib\\", "<frozen"];

    private static readonly string[] OthersDotnet =
    [
        "GymBridge", "System", "Microsoft", "TorchSharp", "Grpc", "Google", "Spectre", "gymbridge",
        "SkiaSharp", "ScottPlot", "HarfBuzzSharp", "SixLabors", "YamlDotNet", "MathNet", "OpenTelemetry", "Python",
    ];

    /// <summary>The frame in a trace that came over the wire, as its language prints frames; null if it names none.</summary>
    public static string? Remote(string trace) => Python(trace) ?? Dotnet(trace);

    /// <summary>The frame of an exception that was thrown in this process; null if only our code was on the stack.</summary>
    public static string? Local(Exception exception)
    {
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod() is { } method && IsUsers(method))
            {
                var place = frame.GetFileName() is { } file
                    ? string.Create(CultureInfo.InvariantCulture, $" in {file}:line {frame.GetFileLineNumber()}")
                    : string.Empty;
                return $"  at {method.DeclaringType?.FullName}.{method.Name}{place}";
            }
        }

        return null;
    }

    // The innermost frame of the user's own; without one, the innermost that is not ours, such as a library's environment.
    private static string? Python(string trace)
    {
        Match? best = null;
        var isUsers = false;
        foreach (Match frame in PythonFrames().Matches(trace))
        {
            var file = frame.Groups["file"].Value;
            var isOthers = ContainsAny(file, OthersPython);
            if (ContainsAny(file, OurPython))
            {
                best = isUsers ? best : null; // What a library called of ours tells nothing of the library.
                continue;
            }

            if (!isOthers && ContainsAny(file, Interpreters))
            {
                continue;
            }

            if (!isOthers || !isUsers)
            {
                best = frame;
                isUsers |= !isOthers;
            }
        }

        return best?.Value.TrimEnd('\n', '\r');
    }

    private static string? Dotnet(string trace)
    {
        foreach (Match frame in DotnetFrames().Matches(trace))
        {
            if (!StartsWithAny(frame.Groups["method"].Value, OthersDotnet))
            {
                return "  " + frame.Value.Trim();
            }
        }

        return null;
    }

    /// <summary>Whether an assembly is the user's own: neither ours, nor of a library of ours, nor the runtime's.</summary>
    public static bool IsUsers(string assembly) => !StartsWithAny(assembly, OthersDotnet);

    private static bool IsUsers(MethodBase method) => method.DeclaringType?.Assembly.GetName().Name is { } name && IsUsers(name);

    private static bool ContainsAny(string text, string[] parts) => Array.Exists(parts, part => text.Contains(part, StringComparison.Ordinal));

    private static bool StartsWithAny(string text, string[] prefixes) => Array.Exists(
        prefixes, prefix => text == prefix || text.StartsWith(prefix + ".", StringComparison.Ordinal));

    // '  File "x.py", line 3, in step', and the source line below it.
    [GeneratedRegex("""^  File "(?<file>[^"\r\n]+)", line \d+, in [^\r\n]+(\r?\n    [^\r\n]+)?""", RegexOptions.Multiline)]
    private static partial Regex PythonFrames();

    [GeneratedRegex(@"^\s+at (?<method>\S+)[^\r\n]*:line \d+", RegexOptions.Multiline)]
    private static partial Regex DotnetFrames();
}

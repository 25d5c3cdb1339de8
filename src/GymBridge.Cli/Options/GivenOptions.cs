using System.CommandLine;

namespace GymBridge.Cli.Options;

/// <summary>Tells options that were given from those that have their default.</summary>
internal static class GivenOptions
{
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}

using System.CommandLine;
using System.CommandLine.Parsing;
using GymBridge.Protocol;

namespace GymBridge.Cli.Options;

/// <summary>The address of a server on the command line.</summary>
internal static class AddressOption
{
    public static Option<ServerAddress?> Create(string description) => new("--address")
    {
        Description = description,
        HelpName = "ADDRESS",
        CustomParser = result => Parse(result, "--address: "),
    };

    /// <summary>An address that stands without a flag, and may be left out.</summary>
    public static Argument<ServerAddress?> CreateArgument(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => result.Tokens.Count == 0 ? null : Parse(result, string.Empty),
    };

    private static ServerAddress? Parse(ArgumentResult result, string prefix)
    {
        try
        {
            return ServerAddress.Parse(result.Tokens.Count == 0 ? string.Empty : result.Tokens[^1].Value);
        }
        catch (FormatException exception)
        {
            result.AddError(prefix + exception.Message);
            return null;
        }
    }
}

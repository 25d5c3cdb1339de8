using System.CommandLine;
using GymBridge.Protocol;

namespace GymBridge.Cli.Options;

/// <summary>The address of a server on the command line.</summary>
internal static class AddressOption
{
    public static Option<ServerAddress?> Create(string description) => new("--address")
    {
        Description = description,
        HelpName = "ADDRESS",
        CustomParser = result =>
        {
            try
            {
                return ServerAddress.Parse(result.Tokens.Count == 0 ? string.Empty : result.Tokens[^1].Value);
            }
            catch (FormatException exception)
            {
                result.AddError($"--address: {exception.Message}");
                return null;
            }
        },
    };
}

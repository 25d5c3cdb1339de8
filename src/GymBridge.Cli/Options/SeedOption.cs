using System.CommandLine;
using System.CommandLine.Parsing;
using GymBridge.Seeding;

namespace GymBridge.Cli.Options;

/// <summary>A seed on the command line: any non-negative integer, of any size.</summary>
internal static class SeedOption
{
    public static Option<Seed> Create(string name, Seed defaultValue, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = Parse,
    };

    /// <summary>A seed that may be left out.</summary>
    public static Option<Seed?> CreateOptional(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(result),
    };

    private static Seed Parse(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Seed.TryParse(text, out var seed))
        {
            return seed;
        }

        result.AddError($"'{text}' is no seed: pass a non-negative integer, of any size.");
        return default;
    }
}

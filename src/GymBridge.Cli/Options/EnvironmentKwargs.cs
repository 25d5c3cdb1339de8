using System.CommandLine;
using System.Globalization;

namespace GymBridge.Cli.Options;

/// <summary>Keyword arguments of an environment on the command line: <c>--env-kwargs name=value</c>.</summary>
internal static class EnvironmentKwargs
{
    public static Option<string[]> Create() => new("--env-kwargs")
    {
        Description = "Keyword arguments of the environment as name=value, for example sutton_barto_reward=true.",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Reads the pairs: true, false, none, integers, floats, and text for everything else.</summary>
    /// <exception cref="ArgumentException">A pair has no equals sign.</exception>
    public static Info Read(IEnumerable<string>? pairs)
    {
        var kwargs = new Info();
        foreach (var pair in pairs ?? [])
        {
            var parts = pair.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0)
            {
                throw new ArgumentException($"'{pair}' is no keyword argument; write name=value.");
            }

            kwargs[parts[0]] = Value(parts[1]);
        }

        return kwargs;
    }

    private static object? Value(string text) => text switch
    {
        "true" or "True" => true,
        "false" or "False" => false,
        "none" or "None" => null,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => integer,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };
}

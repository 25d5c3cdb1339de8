using System.CommandLine;
using GymBridge.Cli.Errors;

namespace GymBridge.Cli.Options;

/// <summary>Keyword arguments of an environment on the command line: <c>--env-kwargs name=value</c>.</summary>
internal static class EnvironmentKwargs
{
    public static Option<string[]> Create() => new("--env-kwargs")
    {
        Description = "Keyword arguments of the environment as name=value, for example sutton_barto_reward=true or 'map=[\"SF\",\"FG\"]'.",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Reads the pairs; values are written as in Python or JSON, and words without quotes are text.</summary>
    /// <exception cref="UsageException">A pair has no equals sign, or a list or dict is not complete.</exception>
    public static Info Read(IEnumerable<string>? pairs)
    {
        var kwargs = new Info();
        foreach (var pair in pairs ?? [])
        {
            var parts = pair.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0)
            {
                throw new UsageException($"'{pair}' is no keyword argument; write name=value.");
            }

            try
            {
                kwargs[parts[0]] = PythonLiteral.Parse(parts[1]);
            }
            catch (FormatException exception)
            {
                throw new UsageException($"--env-kwargs {parts[0]}: {exception.Message}", exception);
            }
        }

        return kwargs;
    }
}

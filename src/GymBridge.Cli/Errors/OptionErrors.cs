using System.Text.RegularExpressions;
using GymBridge.Agents;
using GymBridge.Seeding;
using GymBridge.Training.Presets;

namespace GymBridge.Cli.Errors;

/// <summary>Puts what libraries say about wrong options into the words of the command line: wrong usage, with flags instead of properties.</summary>
internal static class OptionErrors
{
    private const string ParameterFlag = "--param";

    /// <summary>Reads what was given on the command line; a value that makes no sense is wrong usage.</summary>
    /// <exception cref="UsageException">It makes no sense.</exception>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(ErrorReport.Describe(exception), exception);
        }
    }

    /// <summary>Checks all options of the algorithm.</summary>
    /// <exception cref="UsageException">Some are out of range; each is named as it was given.</exception>
    public static void Check(TrainingSettings settings) => InFlags(settings, () =>
    {
        settings.Options.Validate();
        return true;
    });

    /// <summary>Starts a run with the settings.</summary>
    /// <exception cref="UsageException">They do not fit each other, the environment or this machine.</exception>
    public static Algorithm Create(TrainingSettings settings, VectorEnv env, Seed seed) =>
        InFlags(settings, () => settings.Algorithm.Create(env, settings.Options, seed));

    private static T InFlags<T>(TrainingSettings settings, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(NameFlags(ErrorReport.Describe(exception), settings), exception);
        }
        catch (IOException exception)
        {
            throw new IOException(NameFlags(exception.Message, settings), exception);
        }
    }

    // BatchSize as the user knows it: the flag, the variable, or the key of the file that set it.
    private static string NameFlags(string message, TrainingSettings settings)
    {
        var options = settings.Algorithm.Hyperparameters.ToDictionary(item => item.Name, StringComparer.Ordinal);
        return Regex.Replace(message, $@"\b({string.Join('|', options.Keys)})\b", match =>
        {
            var option = options[match.Value];
            return settings.Sources[option.Key] switch
            {
                TrainingSettings.Unset => option.Flags[0],
                ParameterFlag => $"-p {option.Name}",
                var source when source.StartsWith("--", StringComparison.Ordinal) || source.StartsWith("GYMBRIDGE_", StringComparison.Ordinal) => source,
                var source => $"{option.Key} ({source})",
            };
        });
    }
}

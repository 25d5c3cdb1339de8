using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Agents;

namespace GymBridge.Cli.Options;

/// <summary>Hyperparameters as flags, with CleanRL's spelling and rl-zoo's as alias, applied to an algorithm's options.</summary>
internal sealed class AlgorithmFlags
{
    private readonly List<Flag> _flags =
    [
        new("NumEnvs", Number("--num-envs", "Lanes of the vector environment.", "--n-envs")),
        new("RolloutSteps", Number("--num-steps", "Steps of each lane in a rollout.", "--n-steps")),
        new("StepsPerUpdate", Number("--steps-per-update", "REINFORCE: steps of whole episodes in an update.")),
        new("MinibatchSize", Number("--minibatch-size", "Transitions of a minibatch.", "--batch-size")),
        new("Epochs", Number("--update-epochs", "Passes over a rollout.", "--n-epochs")),
        new("LearningRate", Number("--learning-rate", "Step size of the optimizer.", "--lr")),
        new("Gamma", Number("--gamma", "Discount per step.")),
        new("GaeLambda", Number("--gae-lambda", "Weight of longer advantage estimates.")),
        new("ClipRange", Number("--clip-coef", "Bound on how far the probability ratio counts.", "--clip-range")),
        new("EntropyCoefficient", Number("--ent-coef", "Weight of the entropy bonus.")),
        new("ValueCoefficient", Number("--vf-coef", "Weight of the value loss.")),
        new("MaxGradNorm", Number("--max-grad-norm", "Bound on the global norm of the gradient.")),
        new("TargetKl", Number("--target-kl", "Ends an update once the KL divergence exceeds 1.5 times this.")),
    ];

    private readonly Option<bool?> _annealLearningRate = new("--anneal-lr")
    {
        Description = "Lower the learning rate linearly to 0 (--anneal-lr false to keep it).",
        HelpName = "BOOL",
    };

    private readonly Option<string[]> _parameters = new("--param", "-p")
    {
        Description = "Any other option of the algorithm as Name=Value, for example -p HiddenSizes=[32,32].",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command command)
    {
        foreach (var flag in _flags)
        {
            command.Add(flag.Option);
        }

        command.Add(_annealLearningRate);
        command.Add(_parameters);
    }

    /// <summary>The algorithm's options for an environment, with the flags given on the command line.</summary>
    /// <exception cref="ArgumentException">The algorithm has no such option, or a value does not fit.</exception>
    public object Apply(ParseResult parsed, Algorithm algorithm, EnvId environment)
    {
        var options = (JsonObject)JsonSerializer.SerializeToNode(algorithm.DefaultOptions(environment), algorithm.OptionsType)!;
        foreach (var flag in _flags)
        {
            if (parsed.GetValue(flag.Option) is { } text)
            {
                Set(algorithm, options, flag.Property, text, flag.Option.Name);
            }
        }

        if (parsed.GetValue(_annealLearningRate) is { } anneal)
        {
            Set(algorithm, options, "AnnealLearningRate", anneal ? "true" : "false", _annealLearningRate.Name);
        }

        foreach (var parameter in parsed.GetValue(_parameters) ?? [])
        {
            var parts = parameter.Split('=', 2);
            if (parts.Length != 2)
            {
                throw new ArgumentException($"'{parameter}' is no parameter; write Name=Value, for example -p Gamma=0.98.");
            }

            Set(algorithm, options, parts[0], parts[1], "--param");
        }

        return FromJson(algorithm, options);
    }

    /// <summary>Reads an algorithm's options from a run folder's JSON.</summary>
    /// <exception cref="ArgumentException">The JSON does not fit the options.</exception>
    public static object FromJson(Algorithm algorithm, JsonNode options)
    {
        try
        {
            return options.Deserialize(algorithm.OptionsType)!;
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"Options of {algorithm.Name} cannot be read: {exception.Message}", exception);
        }
    }

    private static void Set(Algorithm algorithm, JsonObject options, string property, string text, string flag)
    {
        var name = options.Select(item => item.Key).FirstOrDefault(key => key.Equals(property, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"Algorithm '{algorithm.Name}' has no option '{(flag == "--param" ? property : flag)}'; it has {string.Join(", ", options.Select(item => item.Key))}.");
        try
        {
            options[name] = JsonNode.Parse(text);
            FromJson(algorithm, options);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new ArgumentException($"'{text}' is no value for '{flag}' ({name}); pass a number, true or false, or a list such as [64,64].", exception);
        }
    }

    private static Option<string?> Number(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"'{text}' is no number for '{name}'.");
            }

            return text;
        },
    };

    private sealed record Flag(string Property, Option<string?> Option);
}

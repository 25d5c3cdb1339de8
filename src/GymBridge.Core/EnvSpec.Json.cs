using System.Numerics;
using GymBridge.Registration;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge;

/// <content>Between a specification and JSON. Source: <c>gymnasium/envs/registration.py</c> 1.4.0, EnvSpec.</content>
public sealed partial record EnvSpec
{
    // Python's 900 and 900.0 are equal, and written differently.
    private bool IsRewardThresholdInteger { get; init; }

    private object? RewardThresholdAsWritten =>
        IsRewardThresholdInteger && RewardThreshold is { } number && double.IsInteger(number) ? new BigInteger(number) : RewardThreshold;

    /// <summary>Reads what <see cref="ToJson"/> and <c>gymnasium.EnvSpec.to_json()</c> write.</summary>
    /// <param name="json">A JSON object; members that this version does not know are left out.</param>
    /// <exception cref="ArgumentException">The text is no such object; the message names the member.</exception>
    public static EnvSpec FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var members = new JsonMembers("an EnvSpec", JsonMembers.Parse(json));
        var threshold = members.Optional<object>("reward_threshold");
        return new EnvSpec
        {
            Id = members.Required<string>("id"),
            EntryPoint = members.Optional<string>("entry_point"),
            RewardThreshold = threshold switch
            {
                null => null,
                double number => number,
                long number => number,
                _ => throw members.Wrong("reward_threshold", threshold, "a number"),
            },
            IsRewardThresholdInteger = threshold is long,
            Nondeterministic = members.Flag("nondeterministic", false),
            MaxEpisodeSteps = members.Optional<object>("max_episode_steps") switch
            {
                null => null,
                long and >= int.MinValue and <= int.MaxValue and var steps => (int)(long)steps,
                var other => throw members.Wrong("max_episode_steps", other, "a 32-bit integer"),
            },
            OrderEnforce = members.Flag("order_enforce", true),
            DisableEnvChecker = members.Flag("disable_env_checker", false),
            Kwargs = members.Optional<Info>("kwargs") ?? Info.Empty,
            AdditionalWrappers = [.. (members.Optional<List<object?>>("additional_wrappers") ?? []).Select(ReadWrapper)],
            VectorEntryPoint = members.Optional<string>("vector_entry_point"),
        };
    }

    /// <summary>The same text as <c>gymnasium.EnvSpec.to_json()</c>: without the members that follow from the id.</summary>
    /// <returns>A JSON object; tuples become arrays, and numbers keep their Python type (475.0 stays a float).</returns>
    /// <exception cref="ArgumentException">A keyword argument, named by the message, has no JSON form: an array, a NumPy
    /// scalar other than float64, bytes, a space.</exception>
    public string ToJson() => "{" + string.Join(", ", Members().Select(member => $"{PythonJson.Write(member.Name)}: {WriteMember(member.Name, member.Value)}")) + "}";

    /// <summary>The specification on lines, as <c>gymnasium.EnvSpec.pprint(disable_print=True)</c> gives it.</summary>
    /// <param name="includeEntryPoints">Whether entry points are written.</param>
    /// <param name="printAll">Whether members with their default value are written.</param>
    public string PPrint(bool includeEntryPoints = false, bool printAll = false)
    {
        var lines = new List<string> { $"id={Id}" };
        Add("entry_point", EntryPoint, printAll || includeEntryPoints);
        Add("reward_threshold", RewardThresholdAsWritten, printAll || RewardThreshold is not null);
        Add("nondeterministic", Nondeterministic, printAll || Nondeterministic);
        Add("max_episode_steps", MaxEpisodeSteps, printAll || MaxEpisodeSteps is not null);
        Add("order_enforce", OrderEnforce, printAll || !OrderEnforce);
        Add("disable_env_checker", DisableEnvChecker, printAll || DisableEnvChecker);
        if (printAll || !AdditionalWrappers.IsEmpty)
        {
            var wrappers = AdditionalWrappers.Select(wrapper =>
                $"\n\tname={wrapper.Name}, {(includeEntryPoints ? $"entry_point={wrapper.EntryPoint}, " : string.Empty)}kwargs={PythonText.Repr((object?)wrapper.Kwargs)}");
            lines.Add($"additional_wrappers=[{string.Join(',', wrappers)}{(AdditionalWrappers.IsEmpty ? string.Empty : "\n")}]");
        }

        return string.Join('\n', lines);

        void Add(string name, object? value, bool isWritten)
        {
            if (isWritten)
            {
                lines.Add($"{name}={(value is string text ? text : PythonText.Repr(value))}");
            }
        }
    }

    private static WrapperSpec ReadWrapper(object? json)
    {
        var members = new JsonMembers("a WrapperSpec", json as Info ?? throw new ArgumentException($"A WrapperSpec is a JSON object, got {PythonText.Repr(json)}.", nameof(json)));
        return new WrapperSpec(members.Required<string>("name"), members.Required<string>("entry_point"), members.Optional<Info>("kwargs"));
    }

    private IEnumerable<(string Name, object? Value)> Members()
    {
        yield return ("id", Id);
        yield return ("entry_point", EntryPoint);
        yield return ("reward_threshold", RewardThresholdAsWritten);
        yield return ("nondeterministic", Nondeterministic);
        yield return ("max_episode_steps", MaxEpisodeSteps);
        yield return ("order_enforce", OrderEnforce);
        yield return ("disable_env_checker", DisableEnvChecker);
        yield return ("kwargs", Kwargs);
        yield return ("additional_wrappers", AdditionalWrappers
            .Select(wrapper => new Info { ["name"] = wrapper.Name, ["entry_point"] = wrapper.EntryPoint, ["kwargs"] = wrapper.Kwargs }).ToList());
        yield return ("vector_entry_point", VectorEntryPoint);
    }

    private string WriteMember(string name, object? value)
    {
        try
        {
            return PythonJson.Write(value);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"The specification of '{Id}' has no JSON form: {name} holds a value that JSON cannot. {error.Message}", error);
        }
    }
}

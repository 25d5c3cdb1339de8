using GymBridge.Errors;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;

namespace GymBridge.Server.Sessions;

/// <summary>The attributes of an environment that may be reached from outside: those that it declares, and num_envs.</summary>
/// <remarks>Nothing is looked up by reflection, so a name reaches what an <see cref="AttributeTable"/> lists and nothing else.</remarks>
internal sealed class RemoteAttributes(VectorEnv env)
{
    private const int MaxNameLength = 256;
    private const int MaxAdded = 256;
    private const string NumEnvs = "num_envs";

    private readonly HashSet<string> _added = [];

    /// <summary>Refuses a name that no attribute for others has.</summary>
    public static void Check(string name)
    {
        if (name.Length is 0 or > MaxNameLength || name[0] == '_' || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
        {
            var shown = name[..Math.Min(name.Length, MaxNameLength)];
            throw new CallRefusedException(
                ErrorReasons.AttributeDenied, $"'{shown}' cannot be reached: a name without leading underscore is needed.", ("name", shown));
        }
    }

    /// <summary>The value of an attribute; null where it is a method.</summary>
    public Value? Get(string name, int lane) => Read(name, lane) is var value && value is EnvMethod ? null : ValueCodec.Encode(value, name);

    /// <summary>The value of an attribute in every lane, as a tuple; null where it is a method.</summary>
    public Value? GetAll(string name)
    {
        var values = Enumerable.Range(0, env.NumEnvs).Select(lane => Read(name, lane)).ToArray();
        return values.Any(value => value is EnvMethod) ? null : ValueCodec.Encode(new TupleValue([.. values]), name);
    }

    /// <summary>Sets an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="isForced">Whether a missing one is added.</param>
    /// <exception cref="AttributeException">It does not exist and is not to be added, or it can only be read.</exception>
    public void Set(string name, object? value, int lane, bool isForced)
    {
        if (name == NumEnvs)
        {
            throw new AttributeException($"Attribute '{NumEnvs}' cannot be set.");
        }

        if (!isForced)
        {
            _ = env.GetAttribute(name, lane);
        }
        else if (_added.Add(name) && _added.Count > MaxAdded)
        {
            // A client cannot make this host keep any number of things.
            _added.Remove(name);
            throw new AttributeException($"Attribute '{name}' cannot be set: {MaxAdded} names were set in this session, which is the limit.");
        }

        env.SetAttribute(name, value, lane);
    }

    /// <summary>The result of a method, or the value of an attribute that is none.</summary>
    public object? Call(string name, IReadOnlyList<object?> arguments, Info? keywordArguments, int lane) =>
        env.CallMethod(name, arguments, keywordArguments, lane);

    private object? Read(string name, int lane) => name == NumEnvs ? env.NumEnvs : env.GetAttribute(name, lane);
}

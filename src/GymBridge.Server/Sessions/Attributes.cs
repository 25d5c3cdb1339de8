using GymBridge.Errors;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;
using GymBridge.Server.Service;

namespace GymBridge.Server.Sessions;

/// <summary>The attributes of an environment that may be reached from outside: those that it declares, and num_envs.</summary>
/// <remarks>Nothing is looked up by reflection, so a name reaches what an <see cref="AttributeTable"/> lists and nothing else.</remarks>
internal sealed class Attributes(VectorEnv env)
{
    private const int MaxNameLength = 256;
    private const string NumEnvs = "num_envs";

    /// <summary>Refuses a name that no attribute for others has.</summary>
    public static void Check(string name)
    {
        if (name.Length is 0 or > MaxNameLength || name[0] == '_' || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
        {
            throw RpcErrors.PermissionDenied($"'{name[..Math.Min(name.Length, MaxNameLength)]}' cannot be reached: a name without leading underscore is needed.");
        }
    }

    /// <summary>The value of an attribute; null where it is a method.</summary>
    public Value? Get(string name, int lane)
    {
        var value = name == NumEnvs ? env.NumEnvs : env.GetAttribute(name, lane);
        return value is EnvMethod ? null : ValueCodec.Encode(value, name);
    }

    /// <summary>Sets an attribute that exists: a client cannot make this host keep new ones.</summary>
    public void Set(string name, object? value, int lane)
    {
        _ = name == NumEnvs
            ? throw new AttributeException($"Attribute '{NumEnvs}' cannot be set.")
            : env.GetAttribute(name, lane);
        env.SetAttribute(name, value, lane);
    }

    /// <summary>The result of a method, or the value of an attribute that is none.</summary>
    public Value Call(string name, IReadOnlyList<object?> arguments, Info? keywordArguments, int lane) =>
        ValueCodec.Encode(env.CallMethod(name, arguments, keywordArguments, lane), name);
}

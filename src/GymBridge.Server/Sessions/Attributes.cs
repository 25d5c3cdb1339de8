using Grpc.Core;
using GymBridge.Protocol;
using GymBridge.Protocol.V1;
using GymBridge.Server.Service;

namespace GymBridge.Server.Sessions;

/// <summary>The attributes of an environment that may be read from outside. Nothing else can be reached by name.</summary>
internal sealed class Attributes(VectorEnv env)
{
    private static readonly string[] Names = ["metadata", "np_random_seed", "num_envs", "render_mode", "spec"];

    public static void Check(string name)
    {
        if (!Names.Contains(name))
        {
            throw Refusal.PermissionDenied($"Attribute '{name}' cannot be read; the attributes that can are {string.Join(", ", Names)}.");
        }
    }

    public Value Get(string name, int lane) => name switch
    {
        "metadata" => EncodeMetadata(env.Metadata),
        "np_random_seed" => ValueCodec.Encode(env.GetRng(lane).Seed, name),
        "num_envs" => ValueCodec.Encode(env.NumEnvs, name),
        "render_mode" => ValueCodec.Encode(env.RenderMode, name),
        _ => ValueCodec.Encode(env.Spec is null ? null : env.Spec.ToJson(), name),
    };

    public static RpcException RefuseSet(string name) =>
        Refusal.PermissionDenied($"Attribute '{name}' cannot be set; this host lets no attribute be set.");

    public static RpcException RefuseCall(string name) =>
        Refusal.PermissionDenied($"Method '{name}' cannot be called; this host lets no method be called by name.");

    /// <summary>Gymnasium's metadata dict; frames per second that are whole stay an int, as environments write them.</summary>
    public static Value EncodeMetadata(EnvMetadata metadata)
    {
        var dict = new Info { ["render_modes"] = new List<object?>(metadata.RenderModes) };
        if (metadata.RenderFps is { } fps)
        {
            object value = fps;
            if (fps == Math.Floor(fps) && Math.Abs(fps) < int.MaxValue)
            {
                value = (long)fps;
            }

            dict["render_fps"] = value;
        }

        return ValueCodec.Encode(dict, "metadata");
    }
}

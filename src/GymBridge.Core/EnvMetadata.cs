using System.Collections.Immutable;

namespace GymBridge;

/// <summary>Facts about an environment class, as Gymnasium's <c>metadata</c>.</summary>
/// <param name="RenderModes">Modes that it can be made with.</param>
/// <param name="RenderFps">Frames per second of simulated time; null if it never renders.</param>
public sealed record EnvMetadata(ImmutableArray<string> RenderModes, double? RenderFps = null)
{
    /// <summary>That of an environment that cannot be rendered.</summary>
    public static EnvMetadata Default { get; } = new([]);

    /// <summary>Gymnasium's metadata dict; frames per second that are whole stay an int, as environments write them.</summary>
    public Info ToInfo()
    {
        var info = new Info { ["render_modes"] = new List<object?>(RenderModes) };
        if (RenderFps is { } fps)
        {
            info["render_fps"] = double.IsInteger(fps) && Math.Abs(fps) < int.MaxValue ? (object)(long)fps : fps;
        }

        return info;
    }
}

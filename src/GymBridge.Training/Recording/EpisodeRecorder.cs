using GymBridge.Seeding;

namespace GymBridge.Training.Recording;

/// <summary>Plays one episode and films it frame by frame.</summary>
public static class EpisodeRecorder
{
    private const string ImageMode = "rgb_array";

    /// <summary>Plays an episode and writes a frame of the start and of every step.</summary>
    /// <param name="env">Made with render mode <c>rgb_array</c>; it is reset first.</param>
    /// <param name="video">Where frames go; complete afterwards.</param>
    /// <param name="act">The action for an observation.</param>
    /// <param name="seed">Seed of the reset; null lets the environment's generator run on.</param>
    /// <param name="maxFrames">Most frames.</param>
    /// <param name="cancellationToken">Ends the recording between two steps.</param>
    /// <returns>Number of frames, the return so far, and whether the episode came to its end.</returns>
    /// <exception cref="NotSupportedException">The environment does not render images.</exception>
    public static (int Frames, double Return, bool IsComplete) Record(
        Env env, IFrameWriter video, Func<object, object> act, Seed? seed = null, int maxFrames = 1000, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(video);
        ArgumentNullException.ThrowIfNull(act);
        var observation = env.ResetObject(seed).Observation;
        var (frames, total, ended) = (0, 0.0, false);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            video.Add(Frame(env));
            if (++frames >= maxFrames || ended)
            {
                break;
            }

            var step = env.StepObject(act(observation));
            observation = step.Observation;
            total += step.Reward;
            ended = step.Terminated || step.Truncated;
        }

        video.Complete();
        return (frames, total, ended);
    }

    private static NDArray Frame(Env env) => env.Render() switch
    {
        NDArray frame => frame,
        _ when env.RenderMode != ImageMode => throw new NotSupportedException(
            $"{env} gives no image: it was made with render mode '{env.RenderMode}' and knows [{string.Join(", ", env.Metadata.RenderModes)}]. A recording needs '{ImageMode}'."),
        var other => throw new NotSupportedException(
            $"{env} gives no image: in render mode '{ImageMode}' its render returned {other?.GetType().Name ?? "nothing"}, where a recording needs a uint8 array of shape (height, width, 3)."),
    };
}

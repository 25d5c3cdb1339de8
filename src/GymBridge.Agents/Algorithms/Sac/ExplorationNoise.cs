using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Randomness;

namespace GymBridge.Agents;

/// <summary>Noise of each lane that is added to actions in [-1, 1].</summary>
/// <remarks>Ornstein-Uhlenbeck: x += theta (0 - x) dt + sigma sqrt(dt) N(0, 1), theta 0.15, dt 0.01, from 0 in each episode. Source:
/// stable_baselines3/common/noise.py, NormalActionNoise and OrnsteinUhlenbeckActionNoise.</remarks>
internal sealed class ExplorationNoise(ActionNoise kind, double deviation, LaneStreams streams, int width)
{
    private const double Theta = 0.15;
    private const double TimeStep = 0.01;

    private readonly double[] _state = new double[streams.Lanes * width];

    /// <summary>Adds noise to the actions of a lane and clips them to [-1, 1]: what is stored is what was done.</summary>
    public void AddTo(Span<float> actions, int lane)
    {
        if (kind == ActionNoise.None)
        {
            return;
        }

        for (var i = 0; i < width; i++)
        {
            var normal = streams[lane].StandardNormal();
            ref var state = ref _state[(lane * width) + i];
            state = kind == ActionNoise.Normal ? deviation * normal : state - (Theta * state * TimeStep) + (deviation * Math.Sqrt(TimeStep) * normal);
            actions[i] = (float)Math.Clamp(actions[i] + state, -1, 1);
        }
    }

    /// <summary>Starts a lane anew.</summary>
    public void Reset(int lane) => Array.Clear(_state, lane * width, width);

    public void Exchange(StateArchive archive) => archive.Array("action_noise", _state);
}

using GymBridge.Environments.Rendering;
using GymBridge.Errors;
using GymBridge.Shared;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.Teaching;

/// <summary>Drive a point on a plane to a goal: the smallest task of navigation with continuous actions.</summary>
/// <remarks>
/// <para>Actions, Box(2,) float32 in [-1, 1]: a step of a tenth of it in x and y; what lies outside is cut off.</para>
/// <para>Observation, Box(2,) float32: x and y, each in [-1, 1]; walls stop the point.</para>
/// <para>Start: uniform in the square. Reward: minus the distance to the goal (0.5, 0.5) after the step. Never terminates.</para>
/// <para>Computed in float64. Not part of Gymnasium; stands in for the navigation of robots where MuJoCo is not at hand. v0: 50 steps.</para>
/// </remarks>
public sealed class PointNavEnv : Env<float[], float[]>, ISnapshot
{
    private const double StepLength = 0.1;
    private const double Goal = 0.5;

    private double _x;
    private double _y;
    private bool _hasState;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="renderMode">rgb_array, or null for none.</param>
    public PointNavEnv(string? renderMode = null)
        : base(new Box(-1, 1, [2]), new Box(-1, 1, [2])) => RenderMode = renderMode;

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["rgb_array"], 10);

    /// <inheritdoc/>
    public override string? RenderMode { get; }

    /// <summary>A uint8 frame of 400 x 400 x 3.</summary>
    /// <returns>Null without a render mode or before the first reset.</returns>
    public override object? Render()
    {
        if (RenderMode is null || !_hasState)
        {
            return null;
        }

        const int Size = 400;
        var canvas = new Canvas(Size, Size, 0xF4F4F4);
        canvas.FillCircle(Pixel(Goal), Pixel(Goal), 12, 0xD4AF37);
        canvas.FillCircle(Pixel(_x), Pixel(_y), 9, 0xC83C3C);
        return canvas.ToArray();

        static double Pixel(double position) => (position + 1) / 2 * Size;
    }

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Info? options)
    {
        Span<double> state = stackalloc double[2];
        Rng.Uniform(-1, 1, state);
        (_x, _y, _hasState) = (state[0], state[1], true);
        return Observe();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action has not two elements, or one is no number.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<float[]> OnStep(float[] action)
    {
        if (action.Length != 2 || float.IsNaN(action[0]) || float.IsNaN(action[1]))
        {
            throw InvalidActionException.For(action.Length == 2 ? "with NaN" : $"of {Plural.Of(action.Length, "element")}", ActionSpace, Spec?.Id ?? "PointNav");
        }

        if (!_hasState)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        _x = Move(_x, action[0]);
        _y = Move(_y, action[1]);
        var (dx, dy) = (_x - Goal, _y - Goal);
        return new(Observe(), -Math.Sqrt((dx * dx) + (dy * dy)), false);
    }

    Info ISnapshot.Save() => new() { ["state"] = _hasState ? NDArray.From(_x, _y) : null };

    void ISnapshot.Restore(Info state)
    {
        _hasState = state.TryGetValue("state", out var saved) && saved is not null;
        if (_hasState)
        {
            var numbers = SnapshotFields.Numbers(state, "state", 2, nameof(PointNavEnv));
            (_x, _y) = (numbers[0], numbers[1]);
        }
    }

    private static double Move(double position, float action) => Math.Clamp(position + (StepLength * Math.Clamp((double)action, -1, 1)), -1, 1);

    private float[] Observe() => [(float)_x, (float)_y];
}

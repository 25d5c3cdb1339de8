using GymBridge.Errors;
using GymBridge.Spaces;

namespace GymBridge.Environments.Teaching;

/// <summary><see cref="GridWorldEnv"/> with an observation for networks: one-hot, or row and column.</summary>
/// <remarks>
/// <para>Observation, float32: one-hot Box(16,), a 1 at row x 4 + column; or Box(2,), row and column, 0 to 3.</para>
/// <para>Everything else, the generator included, is <see cref="GridWorldEnv"/>'s. Not part of Gymnasium. v0: 100 steps.</para>
/// </remarks>
public sealed class GridWorldFeaturesEnv : Env<float[], long>, ISnapshot
{
    private const int Size = 4;

    private readonly GridWorldEnv _grid;
    private readonly bool _isOneHot;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="isOneHot">Whether the observation is one-hot; else it is row and column.</param>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    public GridWorldFeaturesEnv(bool isOneHot = true, string? renderMode = null)
        : base(isOneHot ? new Box(0, 1, [Size * Size]) : new Box(0, Size - 1, [2]), new Discrete(4))
    {
        _grid = new GridWorldEnv(renderMode);
        _isOneHot = isOneHot;
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => _grid.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => _grid.RenderMode;

    /// <inheritdoc/>
    public override object? Render() => _grid.Render();

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Info? options)
    {
        _grid.Rng = Rng;
        var (state, info) = _grid.Reset(options: options);
        return new(Observe(state), info);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action is not in the space.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<float[]> OnStep(long action)
    {
        if ((ulong)action >= 4)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "GridWorld");
        }

        // The generator may have been replaced since the last call.
        _grid.Rng = Rng;
        var step = _grid.Step(action);
        return new(Observe(step.Observation), step.Reward, step.Terminated, step.Truncated, step.Info);
    }

    /// <inheritdoc/>
    protected override void OnClose() => _grid.Close();

    Info ISnapshot.Save() => ((ISnapshot)_grid).Save();

    void ISnapshot.Restore(Info state) =>
        ((ISnapshot)_grid).Restore(state);

    private float[] Observe(long state)
    {
        if (!_isOneHot)
        {
            return [state / Size, state % Size];
        }

        var observation = new float[Size * Size];
        observation[state] = 1;
        return observation;
    }
}

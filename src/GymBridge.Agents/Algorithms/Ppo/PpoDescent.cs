using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>The gradient steps of one update after another, how far the present one has come, and the means of what its steps were made of.
/// An update that is cancelled between two of them goes on there.</summary>
internal sealed class PpoDescent(ProximalPolicyOptions options, Adam optimizer, IReadOnlyList<Parameter> parameters, string title)
{
    private PpoLosses _sum;
    private int _count;
    private int _epoch;
    private int _next;
    private long[]? _order;
    private bool _isPaused;

    /// <summary>Whether the update was cancelled after its rollout was collected.</summary>
    public bool IsPaused => _isPaused;

    /// <summary>Whether no step was made yet: the weights are those that collected the rollout.</summary>
    public bool IsAtStart => _count == 0;

    /// <summary>Begins an update, or goes on with the one that was cancelled.</summary>
    /// <returns>Whether it goes on: the rollout is there.</returns>
    public bool GoesOn()
    {
        var goesOn = _isPaused;
        _isPaused = false;
        if (!goesOn)
        {
            Reset();
        }

        return goesOn;
    }

    /// <summary>Ends the update here, where it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It is cancelled.</exception>
    public void PauseIfCancelled(EnvDriver driver) => driver.PauseIfCancelled(ref _isPaused);

    /// <summary>The rows of the next minibatch.</summary>
    /// <param name="order">Gives the rows of an epoch, in its order; called once for each.</param>
    /// <returns>Null after the last epoch.</returns>
    public ReadOnlyMemory<long>? Next(Func<long[]> order)
    {
        while (_epoch < options.Epochs)
        {
            _order ??= order();
            if (_next < _order.Length)
            {
                return _order.AsMemory(_next, Math.Min(options.MinibatchSize, _order.Length - _next));
            }

            (_epoch, _next, _order) = (_epoch + 1, 0, null);
        }

        return null;
    }

    /// <summary>Goes past a minibatch.</summary>
    public void Skip() => _next += options.MinibatchSize;

    /// <summary>One step down the gradient of a loss.</summary>
    /// <param name="loss">Of the minibatch that <see cref="Next"/> gave.</param>
    /// <param name="parts">What it is made of.</param>
    /// <param name="timesteps">Environment steps so far, for messages.</param>
    /// <returns>False where the policy has gone as far as it may: nothing was done, and the update ends.</returns>
    /// <exception cref="NonFiniteException">The loss or its gradient is not finite.</exception>
    public bool TryStep(Tensor loss, PpoLosses parts, long timesteps)
    {
        NonFiniteException.ThrowIfNotFinite(parts.Loss, title, timesteps);

        // As Stable-Baselines3: before the step that would go too far.
        if (options.TargetKl is { } target && parts.ApproximateKl > 1.5 * target)
        {
            return false;
        }

        var norm = optimizer.Descend(loss, parameters, options.MaxGradNorm, title, timesteps);
        _sum = _sum.Plus(parts with { GradNorm = norm });
        _count++;
        Skip();
        return true;
    }

    /// <summary>Ends the update.</summary>
    /// <returns>Means over the minibatches that were learned from.</returns>
    public PpoLosses End()
    {
        var losses = _sum.Mean(_count);
        Reset();
        return losses;
    }

    /// <summary>Saves or loads how far the update has come, where it was cancelled.</summary>
    /// <exception cref="InvalidDataException">What is stored does not fit.</exception>
    public void Exchange(StateArchive archive) => archive.Within("descent/", () =>
    {
        _isPaused = archive.Number("is_paused", _isPaused ? 1 : 0, older: 0) == 1;
        if (!_isPaused)
        {
            return;
        }

        _count = (int)archive.Number("count", _count);
        _epoch = (int)archive.Number("epoch", _epoch);
        _next = (int)archive.Number("next", _next);
        var rows = archive.Number("rows", _order?.Length ?? -1);
        if (archive.IsLoading)
        {
            _order = rows is >= 0 and < int.MaxValue ? new long[rows] : null;
        }

        if (_order is not null)
        {
            archive.Array("order", _order);
        }

        PpoLosses[] sum = [_sum];
        archive.Array("sum", sum);
        _sum = sum[0];
    });

    private void Reset() => (_sum, _count, _epoch, _next, _order) = (default, 0, 0, 0, null);
}

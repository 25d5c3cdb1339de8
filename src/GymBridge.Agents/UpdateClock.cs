using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Measures where the time of an algorithm's updates goes; set it as <see cref="Algorithm.Clock"/>.</summary>
/// <param name="time">The clock.</param>
/// <remarks>What is no phase of its own is left over of <see cref="Total"/>: losses, minibatches, advantages. Work in other threads, as
/// that of A3C, is not measured. Nothing that is computed depends on it.</remarks>
public sealed class UpdateClock(TimeProvider time)
{
    [ThreadStatic]
    private static UpdateClock? _current;

    private readonly TimeSpan[] _phases = new TimeSpan[Enum.GetValues<UpdatePhase>().Length];

    /// <summary>Time that all updates took, in which the phases are.</summary>
    public TimeSpan Total { get; private set; }

    /// <summary>Time that a phase took, of all updates.</summary>
    public TimeSpan this[UpdatePhase phase] => _phases[(int)phase];

    /// <summary>Makes an update, measured where there is a clock.</summary>
    internal static T Run<T>(UpdateClock? clock, Func<T> update)
    {
        if (clock is null)
        {
            return update();
        }

        _current = clock;
        var start = clock.Now;
        try
        {
            return update();
        }
        finally
        {
            clock.Total += clock.Since(start);
            _current = null;
        }
    }

    /// <summary>Measures a phase until the result is disposed.</summary>
    internal static Measurement Measure(UpdatePhase phase) => new(_current, phase);

    /// <summary>The gradients of a loss.</summary>
    /// <exception cref="InvalidOperationException">It depends on no weight that wants one.</exception>
    internal static void Backward(Tensor loss)
    {
        if (!loss.requires_grad)
        {
            throw new InvalidOperationException("The loss depends on no weight that requires a gradient, so nothing can be learned. Leave requires_grad of some parameters of the networks true.");
        }

        using var measurement = Measure(UpdatePhase.Backward);
        loss.backward();
    }

    /// <summary>A step of an optimizer.</summary>
    internal static void Step(optim.Optimizer optimizer)
    {
        using var measurement = Measure(UpdatePhase.Optimizer);
        optimizer.step();
    }

    private long Now => time.GetTimestamp();

    private TimeSpan Since(long start) => time.GetElapsedTime(start);

    /// <summary>A phase that is going on.</summary>
    internal readonly ref struct Measurement
    {
        private readonly UpdateClock? _clock;
        private readonly UpdatePhase _phase;
        private readonly long _start;

        internal Measurement(UpdateClock? clock, UpdatePhase phase) => (_clock, _phase, _start) = (clock, phase, clock?.Now ?? 0);

        /// <summary>Ends the phase, and adds its time.</summary>
        public void Dispose()
        {
            if (_clock is not null)
            {
                _clock._phases[(int)_phase] += _clock.Since(_start);
            }
        }
    }
}

using System.Diagnostics;

namespace GymBridge.Benchmarks;

/// <summary>Timing of repeated work.</summary>
internal static class Measure
{
    private const int Trials = 5;

    /// <summary>Steps a second of one lane of CartPole, whose action alternates.</summary>
    /// <param name="env">The environment; it is reset.</param>
    /// <param name="steps">Steps of one piece of work.</param>
    public static double CartPoleRate(VectorEnv env, int steps) => Rate(steps, CartPoleSteps(env, steps));

    /// <summary>Steps of CartPole's lanes, whose action alternates, as a piece of work; the environment is reset before the first.</summary>
    public static Action CartPoleSteps(VectorEnv env, int steps)
    {
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 42);
        return () =>
        {
            var action = actions[0].AsSpan<long>();
            for (var i = 0; i < steps; i++)
            {
                action[0] = i & 1;
                env.Step(actions, step);
            }
        };
    }

    /// <summary>Operations a second: the best of five trials of at least <paramref name="seconds"/> each, after one that warms up.</summary>
    /// <param name="operations">Operations of one call of <paramref name="work"/>.</param>
    /// <param name="work">The work.</param>
    /// <param name="seconds">Length of a trial.</param>
    public static double Rate(long operations, Action work, double seconds = 0.4)
    {
        var best = 0.0;
        for (var trial = 0; trial <= Trials; trial++)
        {
            var count = 0L;
            var watch = Stopwatch.StartNew();
            do
            {
                work();
                count += operations;
            }
            while (watch.Elapsed.TotalSeconds < seconds);

            if (trial > 0)
            {
                best = Math.Max(best, count / watch.Elapsed.TotalSeconds);
            }
        }

        return best;
    }

    /// <summary>Microseconds of one operation of each piece of work, in its best trial; trial by trial in turns, so that what else the machine does
    /// meets all alike, and so many that what .NET compiles anew in the first does not count.</summary>
    /// <param name="trials">How many of each.</param>
    /// <param name="operations">Operations of one call of the work.</param>
    /// <param name="work">The pieces of work.</param>
    public static double[] InTurns(int trials, int operations, params Action[] work)
    {
        var best = new double[work.Length];
        Array.Fill(best, double.PositiveInfinity);
        for (var trial = 0; trial < trials; trial++)
        {
            for (var i = 0; i < work.Length; i++)
            {
                best[i] = Math.Min(best[i], MicrosecondsOf(work[i]) / operations);
            }
        }

        return best;
    }

    /// <summary>Microseconds of a piece of work.</summary>
    public static double MicrosecondsOf(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds;
    }
}

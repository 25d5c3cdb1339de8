using System.Diagnostics;
using GymBridge.Client;

namespace GymBridge.Cli.Diagnosis;

/// <summary>Where the time of the steps of a loop went; the parts add up to the whole.</summary>
/// <param name="Steps">Steps that were measured.</param>
/// <param name="Total">The whole loop.</param>
/// <param name="Parts">
/// <c>policy</c> choosing random actions; <c>encode</c> and <c>decode</c> at the client; <c>wire</c> the way to the host and back, kernel, gRPC and
/// thread changes included; <c>host</c> the host's own work: decoding, sequence, encoding; <c>environment</c> its step.
/// </param>
internal sealed record StepBudget(int Steps, TimeSpan Total, IReadOnlyList<(string Name, TimeSpan Time)> Parts)
{
    private const int WarmUpSteps = 200;

    public static StepBudget Measure(RemoteVectorEnv env, int steps, CancellationToken cancellation)
    {
        var step = env.CreateStep();
        var actions = env.CreateActions();
        env.Reset(step, 1);
        Loop(WarmUpSteps);
        var codec = env.MeasureCodec();
        var (policy, calls, host, environment) = Loop(steps);
        var wire = calls - host - codec.Encoding - codec.Decoding;
        return new StepBudget(
            steps,
            policy + calls,
            [
                ("policy", policy), ("encode", codec.Encoding), ("wire", wire), ("host", host - environment), ("environment", environment), ("decode", codec.Decoding),
            ]);

        (TimeSpan Policy, TimeSpan Calls, TimeSpan Host, TimeSpan Environment) Loop(int count)
        {
            var (policy, calls, host, environment) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
            for (var i = 0; i < count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var start = Stopwatch.GetTimestamp();
                for (var lane = 0; lane < env.NumEnvs; lane++)
                {
                    actions.Write(lane, env.SingleActionSpace.Sample());
                }

                var chosen = Stopwatch.GetTimestamp();
                env.Step(actions, step);
                calls += Stopwatch.GetElapsedTime(chosen);
                policy += Stopwatch.GetElapsedTime(start, chosen);
                host += env.HostTime;
                environment += env.EnvironmentTime;
            }

            return (policy, calls, host, environment);
        }
    }

    public double MicrosecondsOf(TimeSpan time) => time.TotalMicroseconds / Steps;
}

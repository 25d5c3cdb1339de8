using System.Diagnostics;
using System.Runtime.InteropServices;
using GymBridge.Protocol.V1;

namespace GymBridge.Server.Diagnostics;

/// <summary>Measures the calls of one session. Not thread-safe: the session calls it where it executes.</summary>
/// <remarks>Costs a few comparisons a call while nobody listens, and allocates nothing then.</remarks>
internal sealed class SessionMeter(ServerMetrics metrics, string envId, int lanes)
{
    private const double SecondsPerMicrosecond = 1e-6;

    private readonly KeyValuePair<string, object?> _env = new(ServerMetrics.EnvIdTag, envId);
    private readonly double[] _returns = new double[lanes];

    // A lane counts from its first reset on: of an episode that had begun when somebody started to listen, the sum is not known.
    private readonly bool[] _isWhole = new bool[lanes];

    public void Opened() => metrics.Sessions.Add(1, _env);

    public void Closed() => metrics.Sessions.Add(-1, _env);

    /// <summary>The span of a call; null while nobody listens.</summary>
    public Activity? Start(Call call)
    {
        if (!ServerMetrics.Activities.HasListeners())
        {
            return null;
        }

        var activity = ServerMetrics.Activities.StartActivity(NameOf(call.KindCase));
        activity?.SetTag(ServerMetrics.EnvIdTag, envId).SetTag("gymbridge.seq", (long)call.Seq).SetTag("gymbridge.lanes", lanes);
        return activity;
    }

    /// <summary>A call was executed.</summary>
    public void Executed(Call call, Reply reply, Activity? activity)
    {
        activity?.SetTag("gymbridge.env.us", (long)reply.EnvUs);
        if (reply.Fault is { } fault)
        {
            activity?.SetStatus(ActivityStatusCode.Error, fault.Message).SetTag(ServerMetrics.ErrorTag, fault.PythonClass);
        }

        if (!metrics.MeasuresSteps)
        {
            return;
        }

        if (call.KindCase == Call.KindOneofCase.Step)
        {
            Stepped(reply);
        }
        else if (call.KindCase == Call.KindOneofCase.Reset && reply.Fault is null)
        {
            Began(call.Reset.LaneMask.Span);
        }
    }

    private static string NameOf(Call.KindOneofCase kind) => kind switch
    {
        Call.KindOneofCase.Step => "gymbridge.step",
        Call.KindOneofCase.Reset => "gymbridge.reset",
        Call.KindOneofCase.Ping => "gymbridge.ping",
        Call.KindOneofCase.Render => "gymbridge.render",
        _ => "gymbridge.call",
    };

    private void Stepped(Reply reply)
    {
        var seconds = reply.EnvUs * SecondsPerMicrosecond;
        if (reply.Fault is { } fault)
        {
            metrics.Duration.Record(seconds, _env, new KeyValuePair<string, object?>(ServerMetrics.ErrorTag, fault.PythonClass));
            return;
        }

        metrics.Duration.Record(seconds, _env);
        metrics.Steps.Add(lanes, _env);
        var rewards = MemoryMarshal.Cast<byte, double>(reply.Reward.Span);
        var terminated = reply.Terminated.Span;
        var truncated = reply.Truncated.Span;
        for (var lane = 0; lane < Math.Min(lanes, rewards.Length); lane++)
        {
            _returns[lane] += rewards[lane];
            if (terminated[lane] != 0 || truncated[lane] != 0)
            {
                Ended(lane);
            }
        }
    }

    private void Ended(int lane)
    {
        metrics.Episodes.Add(1, _env);
        if (_isWhole[lane])
        {
            metrics.Returns.Record(_returns[lane], _env);
        }

        (_returns[lane], _isWhole[lane]) = (0, true);
    }

    private void Began(ReadOnlySpan<byte> mask)
    {
        for (var lane = 0; lane < lanes; lane++)
        {
            if (mask.IsEmpty || mask[lane] != 0)
            {
                (_returns[lane], _isWhole[lane]) = (0, true);
            }
        }
    }
}

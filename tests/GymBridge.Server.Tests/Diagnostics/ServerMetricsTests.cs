using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Diagnostics;

public sealed class ServerMetricsTests
{
    [Fact]
    public async Task Steps_OfASession_AreMeasured()
    {
        await using var host = await TestHost.StartAsync();
        using var listener = new Measurements(host);
        var remote = host.Open(lanes: 2);
        remote.Reset();
        remote.Step(ProbeEnv.Count, ProbeEnv.Count);
        remote.Step(ProbeEnv.Terminate, ProbeEnv.Count);
        remote.Step(ProbeEnv.Count, ProbeEnv.ThrowArgument);

        Assert.Equal(4, listener.Sum("gymbridge.env.steps"));
        Assert.Equal(1, listener.Sum("gymbridge.env.episodes"));
        Assert.Equal(1.0, listener.Sum("gymbridge.episode.return"));
        Assert.Equal(3, listener.Count("gymbridge.env.step.duration"));
        Assert.Contains(listener.Tags("gymbridge.env.step.duration"), tags => tags.Contains("error.type=ValueError", StringComparison.Ordinal));
        Assert.All(listener.Tags("gymbridge.env.steps"), tags => Assert.Equal($"gymbridge.env.id={TestHost.ProbeId}", tags));
        Assert.Equal(1, listener.Sum("gymbridge.sessions.active"));

        remote.Client.Close(new GymBridge.Protocol.V1.CloseRequest { SessionId = remote.Session.SessionId });
        Assert.Equal(0, listener.Sum("gymbridge.sessions.active"));
    }

    [Fact]
    public async Task Calls_WhileSomebodyListens_AreSpans()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "GymBridge",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await TestHost.StartAsync();

        var remote = host.Open();
        remote.Reset();
        remote.Step(ProbeEnv.ThrowArgument);

        var mine = spans.Where(span => Equals(span.GetTagItem("gymbridge.env.id"), TestHost.ProbeId)).ToList();
        Assert.Contains(mine, span => span.OperationName == "gymbridge.open");
        Assert.Contains(mine, span => span.OperationName == "gymbridge.reset");
        Assert.Contains(mine, span => span.OperationName == "gymbridge.step" && Equals(span.GetTagItem("error.type"), "ValueError"));
    }

    /// <summary>The measurements of one host: other tests run servers in this process, too.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _values = new();

        public Measurements(TestHost host)
        {
            var factory = host.Server.Services.GetService(typeof(IMeterFactory));
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "GymBridge" && ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
            _listener.Start();
        }

        public double Sum(string name) => _values.Where(value => value.Name == name).Sum(value => value.Value);

        public int Count(string name) => _values.Count(value => value.Name == name);

        public IEnumerable<string> Tags(string name) => _values.Where(value => value.Name == name).Select(value => value.Tags);

        public void Dispose() => _listener.Dispose();

        private void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
            _values.Enqueue((name, value, text));
        }
    }
}

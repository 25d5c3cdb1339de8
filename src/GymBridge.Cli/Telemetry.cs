using GymBridge.Cli.Errors;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GymBridge.Cli;

/// <summary>Sends the measurements and spans of <c>GymBridge</c> to a collector, when OpenTelemetry's own variables name one.</summary>
internal sealed class Telemetry : IDisposable
{
    private const string Source = "GymBridge";

    // ASP.NET's span of a request: the parent of ours, which would not be sampled if it were not.
    private const string RequestSource = "Microsoft.AspNetCore";
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly MeterProvider? _meters;
    private readonly TracerProvider? _tracers;

    private Telemetry(MeterProvider? meters, TracerProvider? tracers)
    {
        _meters = meters;
        _tracers = tracers;
    }

    /// <summary>Starts what the variables ask for; nothing without an endpoint.</summary>
    /// <exception cref="UsageException">An endpoint is no URL.</exception>
    public static Telemetry Start()
    {
        var resource = ResourceBuilder.CreateDefault().AddService("gymbridge", serviceVersion: typeof(Telemetry).Assembly.GetName().Version!.ToString(3))
            .AddEnvironmentVariableDetector();
        return new Telemetry(
            IsOn("METRICS") ? Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Source).AddOtlpExporter().Build() : null,
            IsOn("TRACES") ? Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Source, RequestSource).AddOtlpExporter().Build() : null);
    }

    public void Dispose()
    {
        _meters?.Dispose();
        _tracers?.Dispose();
    }

    private static bool IsOn(string signal)
    {
        var (name, endpoint) = Variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") is { } own
            ? ($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", own)
            : (EndpointVariable, Variable(EndpointVariable));
        if (endpoint is null || Variable($"OTEL_{signal}_EXPORTER") == "none" || Variable("OTEL_SDK_DISABLED")?.ToLowerInvariant() == "true")
        {
            return false;
        }

        return (Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
            ? true
            : throw new UsageException($"{name} is '{endpoint}', which is no URL; write it as in 'http://localhost:4317'.");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

namespace GymBridge.Benchmarks;

/// <summary>Measures one figure of the design, and its peer in the same run.</summary>
internal interface IBenchmark
{
    /// <summary>Id in the design: P1.</summary>
    string Id { get; }

    Task<IReadOnlyList<Figure>> MeasureAsync();
}

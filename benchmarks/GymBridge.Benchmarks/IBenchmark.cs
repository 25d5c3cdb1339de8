namespace GymBridge.Benchmarks;

/// <summary>Measures one figure, and its peer in the same run.</summary>
internal interface IBenchmark
{
    /// <summary>Id in benchmarks/README.md: P1.</summary>
    string Id { get; }

    Task<IReadOnlyList<Figure>> MeasureAsync();
}

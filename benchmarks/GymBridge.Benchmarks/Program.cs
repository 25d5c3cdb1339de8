// The figures of benchmarks/README.md, each measured beside its peer in one run:
//     dotnet run --project benchmarks/GymBridge.Benchmarks -c Release -- P1 P3 [--json]
using GymBridge.Benchmarks;

return await BenchmarkRun.RunAsync(args);

namespace GymBridge.Benchmarks.Figures;

/// <summary>P4s: 1024 lanes, Python client to C# server through shared memory, against Gymnasium's CartPoleVectorEnv.</summary>
internal sealed class PythonToServerVectorShared : IBenchmark
{
    public string Id => "P4s";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var seconds = await PythonToServerVector.MeasureAsync("shm", "vector_entry_point");
        return [PythonToServerVector.Rates(Id, "1024 lanes, Python to C# server, shared memory", seconds, 1.5, "gymnasium CartPoleVectorEnv")];
    }
}

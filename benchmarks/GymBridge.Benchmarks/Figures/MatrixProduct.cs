using static TorchSharp.torch;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P7: float32 matrix products on one thread, against NumPy with OpenBLAS, and as a share of the core's peak.</summary>
internal sealed class MatrixProduct : IBenchmark
{
    private static readonly (int M, int N, int K)[] Shapes = [(256, 64, 64), (512, 512, 512)];

    public string Id => "P7";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        set_num_threads(1);
        var peak = FmaPeak.Measure();
        var figures = new List<Figure>();
        foreach (var (m, n, k) in Shapes)
        {
            using var a = randn(m, k);
            using var b = randn(k, n);
            var operations = 2L * m * n * k;
            var ours = Measure.Rate(operations, () => matmul(a, b).Dispose());
            var peer = (await PythonPeer.RunAsync("numpy_matmul.py", $"{m}", $"{n}", $"{k}"))["flops"]!.GetValue<double>();
            figures.Add(new(Id, $"matmul {m}x{k} by {k}x{n}, one thread ({ours / peak:P0} of FMA peak)", ours / 1e9, peer / 1e9, "GFLOP/s", 0.8, "NumPy with OpenBLAS", false));
        }

        return figures;
    }
}

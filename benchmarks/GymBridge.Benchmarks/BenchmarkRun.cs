using System.Globalization;
using GymBridge.Benchmarks.Figures;
using Spectre.Console;

namespace GymBridge.Benchmarks;

/// <summary>Chooses figures by id, measures them one after the other, and prints a table or one JSON line a figure.</summary>
internal static class BenchmarkRun
{
    private static readonly IReadOnlyList<IBenchmark> All =
    [
        new SingleCartPole(),
        new VectorCartPole(),
        new PythonToServer(),
        new PythonToServerVector(),
        new ClientToPythonHost(),
        new PythonToServerShared(),
        new PythonToServerVectorShared(),
        new ClientToPythonHostShared(),
        new CanaryLatency(),
        new LaneCost(),
        new ManySessions(),
        new TrainingOnPython(),
        new TrainingSpeed(),
        new ManyLanesPpo(),
        new MatrixProduct(),
        new NetworkUpdate(),
        new ConvolutionalUpdate(),
        new SmallOperation(),
        new AtariThroughput(),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var isJson = args.Contains("--json");
        var ids = args.Where(arg => arg != "--json").ToList();
        var known = All.Select(benchmark => benchmark.Id).ToList();
        if (ids.FirstOrDefault(id => !known.Contains(id)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"error: there is no figure '{unknown}'; choose from {string.Join(", ", known)}, or none for all of them.");
            return 2;
        }

        var figures = new List<Figure>();
        var isWhole = true;
        foreach (var benchmark in All.Where(benchmark => ids.Count == 0 || ids.Contains(benchmark.Id)))
        {
            await Console.Error.WriteLineAsync($"measuring {benchmark.Id} ...");
            try
            {
                foreach (var figure in await benchmark.MeasureAsync())
                {
                    figures.Add(figure);
                    if (isJson)
                    {
                        Console.WriteLine(figure.ToJson());
                    }
                }
            }
            catch (GymBridgeException exception)
            {
                // Without Python its peers are not there; what is measured without them still is.
                await Console.Error.WriteLineAsync($"error: {benchmark.Id} was not measured: {exception.Message}");
                isWhole = false;
            }
        }

        if (!isJson && figures.Count > 0)
        {
            Print(figures);
        }

        return isWhole ? 0 : 1;
    }

    private static void Print(List<Figure> figures)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "what", "ours", "peer", "unit", "ratio", "bar", "peer is");
        foreach (var figure in figures)
        {
            table.AddRow(
                new Text(figure.Id),
                new Text(figure.What),
                new Text(Number(figure.Ours)),
                new Text(figure.Peer is { } peer ? Number(peer) : "-"),
                new Text(figure.Unit),
                new Text(figure.Ratio is { } ratio ? ratio.ToString("G3", CultureInfo.InvariantCulture) : "-"),
                new Text(figure.Bar is { } bar ? bar.ToString("G3", CultureInfo.InvariantCulture) : "-"),
                new Text(figure.PeerName ?? "not at hand"));
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("ratio > 1: we are better than the peer; bar: the ratio to reach.");
    }

    private static string Number(double value) => value.ToString(value >= 1000 ? "N0" : "G4", CultureInfo.InvariantCulture);
}

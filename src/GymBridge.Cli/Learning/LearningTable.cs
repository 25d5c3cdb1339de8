using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Cli.Output;
using GymBridge.Shared;
using GymBridge.Torch;
using GymBridge.Training.Curves;
using GymBridge.Training.Statistics;

namespace GymBridge.Cli.Learning;

/// <summary>The results of rows in a folder: a file for each row, and a table of all of them.</summary>
internal static class LearningTable
{
    private const string TableFile = "README.md";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Puts the results of a row into its file, beside those of other seeds, and writes the table anew.</summary>
    public static void Save(string folder, LearningRow row, IReadOnlyList<LearningResult> results)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(folder, row);
        var all = results.Concat(Has(folder, row) ? Load(folder, row) : []).DistinctBy(result => result.Seed).OrderBy(result => result.Seed).ToList();
        var settings = row.Values is null ? LearningRun.SettingsOf(row) : null;
        var node = new JsonObject
        {
            ["row"] = row.Name,
            ["command"] = CommandOf(row, all),
            ["env_id"] = row.EnvId,
            ["algo"] = row.Algorithm,
            ["n_envs"] = settings?.NumEnvs,
            ["timesteps"] = row.Timesteps,
            ["env_kwargs"] = new JsonObject(row.Kwargs.Select(item => new KeyValuePair<string, JsonNode?>(item.Key, JsonSerializer.SerializeToNode(item.Value)))),
            ["options"] = settings?.Algorithm.WriteOptions(settings.Options),
            ["version"] = VersionReport.Version,
            ["engine"] = EngineIdentity.Current.ToString(),
            ["machine"] = Machine(),
            ["results"] = new JsonArray([.. all.Select(result => new JsonObject
            {
                ["seed"] = result.Seed,
                ["value"] = result.Value,
                ["timesteps"] = result.Timesteps,
                ["seconds"] = Math.Round(result.Seconds, 1),
                ["digest"] = result.Digest,
                ["in_bounds"] = result.IsInBounds,
                ["curve"] = new JsonArray(Numbers(result.Curve.X, 0), Numbers(result.Curve.Y, 3)),
            })]),
        };
        SafeFile.WriteText(path, node.ToJsonString(Format) + "\n");
        Write(folder);
    }

    /// <summary>Whether a folder has results of a row.</summary>
    public static bool Has(string folder, LearningRow row) => File.Exists(PathOf(folder, row));

    /// <summary>The results of a row that a folder has.</summary>
    public static List<LearningResult> Load(string folder, LearningRow row) => [.. Read(PathOf(folder, row))];

    /// <summary>Writes the table of all rows that a folder has.</summary>
    public static void Write(string folder) => SafeFile.WriteText(Path.Combine(folder, TableFile), Table(folder));

    /// <summary>Whether the results of a row are what it asks for.</summary>
    public static bool Passes(LearningRow row, IReadOnlyList<LearningResult> results) =>
        row.Passes(SampleSummary.Of([.. results.Select(result => result.Value)]).Median) && KeepsBounds(row, results);

    // As the median is judged, so is a bound: by most of the seeds, unless it is one that no update may break.
    private static bool KeepsBounds(LearningRow row, IReadOnlyList<LearningResult> results) => row.Bound is { EveryUpdate: true }
        ? results.All(result => result.IsInBounds)
        : 2 * results.Count(result => result.IsInBounds && HasLearnt(row, result)) > results.Count;

    private static bool HasLearnt(LearningRow row, LearningResult result) =>
        row.LastHundred is not { } least || (result.Curve.Y.Count > 0 && result.Curve.Y[^1] >= least);

    private static string PathOf(string folder, LearningRow row) => Path.Combine(folder, row.Name + ".json");

    private static string CommandOf(LearningRow row, List<LearningResult> results)
    {
        var (first, last) = (results[0].Seed, results[^1].Seed);
        var seeds = results.Count == 1 ? $"{first}" : last - first + 1 == results.Count ? $"{first}..{last}" : string.Join(',', results.Select(result => result.Seed));
        return $"gymbridge bench learning {row.Name} --seeds {seeds}";
    }

    private static string LengthOf(LearningRow row)
    {
        string?[] parts = [row.Timesteps > 0 ? $"{row.Timesteps}" : null, row.Episodes > 0 ? $"{row.Episodes} episodes" : null];
        return string.Join(", ", parts.Where(part => part is not null));
    }

    private static IEnumerable<LearningResult> Read(string path)
    {
        foreach (var item in JsonNode.Parse(File.ReadAllText(path))!["results"]!.AsArray())
        {
            yield return new LearningResult(
                item!["seed"]!.GetValue<long>(),
                item["value"]!.GetValue<double>(),
                item["timesteps"]!.GetValue<long>(),
                item["seconds"]!.GetValue<double>(),
                item["digest"]!.GetValue<string>(),
                item["in_bounds"]!.GetValue<bool>())
            {
                Curve = new Curve(Numbers(item["curve"]![0]!), Numbers(item["curve"]![1]!)),
            };
        }
    }

    private static string Table(string folder)
    {
        var text = new StringBuilder(
            """
            # What the algorithms learn

            Written by `gymbridge bench learning --output docs/learning`; a row is run again by its command. The value is the median over the
            seeds of: the mean return of 20 greedy episodes at the end; of the best policy on the way where it says best; of the last
            100 episodes of training where it says training. Of bandits: the mean pseudo-regret of 200 runs (regret), the mean reward of the last
            500 pulls of 10 runs (reward). On the preference task, exact sums over all completions: E[r] - beta KL (objective), the hidden reward
            (gold); the share of 400 held-out pairs ranked as it ranks them (ranking). Of tables whose environment has a table of its own, the expected
            return of the greedy policy within the time limit (exact) or the share of its steps that are action 1 (share); the mean discounted return of
            200,000 episodes (discounted); how far values of states are from the exact ones (error). What else a row asks for has to hold for most of its
            seeds. Wall times were taken on a machine that other work was running on.

            | row | environment | timesteps | measure | asked for | median | IQR | seeds | wall time a seed [s] | |
            |---|---|---:|---|---:|---:|---:|---|---:|---|

            """);
        foreach (var row in LearningRows.All.Where(row => Has(folder, row)))
        {
            var results = Load(folder, row);
            var summary = SampleSummary.Of([.. results.Select(result => result.Value)]);
            var verdict = row.Threshold is null ? "measured" : !Passes(row, results) ? "**missed**" : row.IsKnownFailure ? "fails, as is known" : "reached";
            text.Append(CultureInfo.InvariantCulture, $"| [`{row.Name}`]({row.Name}.json) | {row.EnvId} | {LengthOf(row)} ");
            text.Append(CultureInfo.InvariantCulture, $"| {MeasureName(row.Measure)} | {row.Conditions} ");
            text.Append(CultureInfo.InvariantCulture, $"| {summary.Median:G5} | {summary.InterquartileRange:G3} | {string.Join(", ", results.Select(result => result.Value.ToString("G4", CultureInfo.InvariantCulture)))} ");
            text.Append(CultureInfo.InvariantCulture, $"| {results.Select(result => result.Seconds).Order().ElementAt(results.Count / 2):F1} | {verdict} |\n");
        }

        text.Append("\n## Commands\n\n```bash\n");
        foreach (var row in LearningRows.All.Where(row => Has(folder, row)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{CommandOf(row, Load(folder, row))}\n");
        }

        return text.Append("```\n").ToString().ReplaceLineEndings("\n");
    }

    // As many points as a figure of a few hundred dots shows.
    private static JsonArray Numbers(IReadOnlyList<double> values, int digits)
    {
        const int Most = 120;
        var points = Math.Min(Most, values.Count);
        return new JsonArray([.. Enumerable.Range(0, points)
            .Select(i => points == 1 ? 0 : (int)((long)i * (values.Count - 1) / (points - 1)))
            .Select(index => JsonValue.Create(Math.Round(values[index], digits)))]);
    }

    private static List<double> Numbers(JsonNode node) => [.. node.AsArray().Select(item => item!.GetValue<double>())];

    private static string MeasureName(LearningMeasure measure) => measure switch
    {
        LearningMeasure.BestEvaluation => "best",
        LearningMeasure.LastHundred => "training",
        LearningMeasure.PseudoRegret => "regret",
        LearningMeasure.LastRewards => "reward",
        LearningMeasure.Objective => "objective",
        LearningMeasure.GoldReward => "gold",
        LearningMeasure.GoldRanking => "ranking",
        LearningMeasure.ExactReturn => "exact",
        LearningMeasure.ActionShare => "share",
        LearningMeasure.DiscountedReturn => "discounted",
        LearningMeasure.ValueError => "error",
        _ => "end",
    };

    private static string Machine()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var model = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
        return $"{model ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores";
    }
}

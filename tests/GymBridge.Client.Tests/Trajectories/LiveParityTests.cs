using System.Diagnostics;
using System.Text.Json;

namespace GymBridge.Client.Tests.Trajectories;

/// <summary>The C# environments beside the real Gymnasium, process by process, every step: what no golden file can be out of date for.</summary>
public class LiveParityTests
{
    private const string Generator = "tests/GymBridge.Environments.Tests/golden/generate.py";
    private const int Processes = 2;

    // What the requirement asks for of twelve ids. Their variants go a fifth as far; the golden digests of all of them go twice as far.
    private const int Steps = 10_000;
    private const int StepsOfVariants = 2_000;

    [PythonFact]
    public async Task R02_Environments_OfEveryConfiguration_EqualTheRealGymnasiumStepByStep()
    {
        var (output, error) = await RunAsync([RepositoryRoot.Combine(Generator)], reader => reader.ReadToEndAsync());
        Assert.True(output.Length > 0, error);
        var plan = JsonSerializer.Deserialize<LivePlan>(output, LivePlan.Options)!;
        Assert.True(
            plan.Cases.Count >= 25 && plan.Cases.Count(live => !live.IsVariant) >= 12 && plan.Seeds.Count >= 5 && plan.Steps >= Steps,
            "The golden script has lost configurations.");

        var differences = new string?[plan.Cases.Count];
        await Parallel.ForAsync(0, differences.Length, new ParallelOptions { MaxDegreeOfParallelism = Processes }, async (index, _) =>
            differences[index] = await CompareAsync(plan, plan.Cases[index]));

        var found = differences.Where(difference => difference is not null).ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public void Compare_WithAnotherReward_NamesTheFirstDifference()
    {
        var live = new LiveCase("Pendulum", "Pendulum-v1", default, default, null);
        using var trajectory = new MemoryStream();
        var records = new BinaryWriter(trajectory);
        using (var env = live.Make())
        {
            var (observation, info) = env.ResetObject(7);
            Write(LiveValues.Encode(observation, PythonType.Default), LiveValues.Encode(info), LiveValues.Encode(env.Rng.State));
            var step = env.StepObject(NDArray.From(1.5f));
            Write(
                LiveValues.Encode(NDArray.From(1.5f), PythonType.Default),
                LiveValues.Encode(step.Observation, PythonType.Default),
                LiveValues.Encode(step.Reward + 1, PythonType.NumPyFloat64));
        }

        trajectory.Position = 0;
        var difference = new LiveComparison(live, trajectory).Run(["7"], 1);

        Assert.StartsWith("Pendulum, seed 7, step 0: reward is np.float64 ", difference, StringComparison.Ordinal);
        Assert.Contains(" in C# and np.float64 ", difference, StringComparison.Ordinal);

        void Write(params byte[][] fields)
        {
            foreach (var field in fields)
            {
                records.Write((ushort)field.Length);
                records.Write(field);
            }
        }
    }

    private static async Task<string?> CompareAsync(LivePlan plan, LiveCase live)
    {
        var steps = live.IsVariant ? StepsOfVariants : Steps;
        var (difference, error) = await RunAsync(
            [RepositoryRoot.Combine(Generator), live.Name, $"{steps}"],
            reader => Task.Run(() =>
            {
                using var stream = new BufferedStream(reader.BaseStream, 1 << 16);
                return new LiveComparison(live, stream).Run(plan.Seeds, steps);
            }));
        return difference is not null && error.Length > 0 ? $"{difference} Python said: {error}" : difference;
    }

    // Runs the script; it is stopped when the reader has seen enough.
    private static async Task<(T Result, string Error)> RunAsync<T>(string[] arguments, Func<StreamReader, Task<T>> read)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "gymnasium_trajectory.py");
        var start = new ProcessStartInfo(PythonSetup.Installation.Environment.Interpreter, [script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            return (await read(process.StandardOutput), process.WaitForExit(1000) ? await error : string.Empty);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
    }
}

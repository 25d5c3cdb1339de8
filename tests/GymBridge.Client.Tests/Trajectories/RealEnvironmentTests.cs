using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Client.Hosting;
using GymBridge.Environments;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Client.Tests.Trajectories;

/// <summary>Atari, MuJoCo and Box2D through the bridge give the bytes of plain Python: real_trajectory.py.</summary>
/// <remarks>GYMBRIDGE_PARITY_STEPS=2000 makes the runs longer; see docs/pixels.md.</remarks>
public sealed class RealEnvironmentTests
{
    private const int Every = 20;
    private const int FirstSeed = 5;

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "real_trajectory.py");

    private static int Steps => StepsOr(200);

    /// <summary>As many steps as were asked for, or as few as an ordinary run takes.</summary>
    internal static int StepsOr(int ordinary) =>
        int.TryParse(Environment.GetEnvironmentVariable("GYMBRIDGE_PARITY_STEPS"), CultureInfo.InvariantCulture, out var steps) ? steps : ordinary;

    [PythonTheory]
    [InlineData("ale_py:ALE/Pong-v5", 1)]
    [InlineData("ale_py:ALE/Pong-v5", 2)]
    [InlineData("ale_py:ALE/Breakout-v5", 1)]
    [InlineData("ale_py:ALE/Breakout-v5", 3)]
    [InlineData("gymbridge.atari:Atari/Breakout-v5", 1)]
    [InlineData("gymbridge.atari:Atari/Pong-v5", 3)]
    [InlineData("gymnasium:LunarLander-v3", 1)]
    [InlineData("gymnasium:LunarLander-v3", 3)]
    [InlineData("gymnasium:HalfCheetah-v5", 1)]
    [InlineData("gymnasium:HalfCheetah-v5", 3)]
    [InlineData("gymnasium:InvertedPendulum-v5", 1)]
    [InlineData("gymnasium:InvertedPendulum-v5", 3)]
    [InlineData("gymnasium:CarRacing-v3", 1)]
    public void Step_RealEnvironment_GivesTheBytesOfPlainPython(string id, int lanes)
    {
        using var env = EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource()).MakeVec(id, lanes);
        AssertSame(Expected(id, lanes, "{}"), env);
    }

    // A step of a car takes ten times as long as one of the others.
    [PythonFact]
    public void Step_CarsInLanes_GiveTheBytesOfPlainPython()
    {
        const string Id = "gymnasium:CarRacing-v3";
        var steps = StepsOr(60);
        using var env = EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource()).MakeVec(Id, 2);
        AssertSame(Expected(steps, Id, 2, "{}"), env, steps);
    }

    [PythonTheory]
    [InlineData("ale_py:ALE/Pong-v5", 1)]
    [InlineData("ale_py:ALE/Breakout-v5", 2)]
    public void AtariPreprocessing_OfRawFramesInCSharp_GivesTheBytesOfGymnasiums(string id, int lanes)
    {
        var registry = EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource());
        var make = new MakeOptions { Kwargs = new Info { ["frameskip"] = 1L, ["obs_type"] = "grayscale" } };
        using var env = new SyncVectorEnv(
            [.. Enumerable.Range(0, lanes)
                .Select(_ => registry.Make(id, make).AtariPreprocessing(new AtariPreprocessingOptions { TerminalOnLifeLoss = true }))]);
        AssertSame(Expected(id, lanes, """{"frameskip": 1, "obs_type": "grayscale"}""", """{"terminal_on_life_loss": true}"""), env);
    }

    [PythonTheory]
    [InlineData("ale_py:ALE/Breakout-v5", VectorizationMode.VectorEntryPoint, AutoresetMode.SameStep, """{"episodic_life": true}""")]
    [InlineData("ale_py:ALE/Pong-v5", VectorizationMode.VectorEntryPoint, AutoresetMode.NextStep, """{"stack_num": 2}""")]
    [InlineData("gymnasium:CartPole-v1", VectorizationMode.VectorEntryPoint, AutoresetMode.NextStep, "{}")]
    [InlineData("gymnasium:CartPole-v1", VectorizationMode.Async, AutoresetMode.SameStep, """{"sutton_barto_reward": true}""")]
    [InlineData("gymnasium:Pendulum-v1", VectorizationMode.Sync, AutoresetMode.NextStep, "{}")]
    public void Step_VectorFormOfPython_IsThatOfMakeVec(string id, VectorizationMode mode, AutoresetMode autoreset, string kwargs)
    {
        const int Lanes = 3;
        var options = new MakeOptions { Vectorization = mode, AutoresetMode = autoreset, Kwargs = Read(kwargs) };
        var source = new PythonEnvSource(host: new PythonHostOptions { Processes = null });
        using var env = EnvironmentCatalog.CreateRegistry().UseModules(source).MakeVec(id, Lanes, options);
        AssertSame(Expected(id, Lanes, kwargs, NameOf(mode), autoreset.ToString()), env);

        static string NameOf(VectorizationMode mode) => mode switch
        {
            VectorizationMode.VectorEntryPoint => "vector_entry_point",
            VectorizationMode.Async => "async",
            _ => "sync",
        };
    }

    [PythonFact]
    public void MakeVec_VectorFormThatIsNone_SaysWhatThereIs()
    {
        var registry = EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource());
        var own = new MakeOptions { Vectorization = VectorizationMode.VectorEntryPoint };
        var none = Assert.Throws<NotSupportedException>(() => registry.MakeVec("gymnasium:MountainCar-v0", 2, own));
        Assert.Contains("'MountainCar-v0' has no vector form of its own", none.Message, StringComparison.Ordinal);
        var mode = Assert.ThrowsAny<Exception>(() => registry.MakeVec("gymnasium:CartPole-v1", 2, own with { AutoresetMode = AutoresetMode.SameStep }));
        Assert.Contains("'NextStep' alone, not 'SameStep'", mode.Message, StringComparison.Ordinal);
        var wrong = Assert.ThrowsAny<Exception>(() => registry.MakeVec("ale_py:ALE/Pong-v5", 2, own with { Kwargs = new Info { ["obs_type"] = "ram" } }));
        Assert.Contains("obs_type", wrong.Message, StringComparison.Ordinal);
        using var cart = registry.MakeVec("gymnasium:CartPole-v1", 2, own);
        cart.Reset(cart.CreateStep(), 1);
        Assert.Equal(0.02, cart.GetAttribute("tau"));
        var generator = Assert.Throws<NotSupportedException>(() => cart.GetRng(0));
        Assert.Contains("moves all its lanes together", generator.Message, StringComparison.Ordinal);
        var partial = Assert.ThrowsAny<Exception>(() => cart.Reset(cart.CreateStep(), mask: [true, false]));
        Assert.Contains("partial_reset", partial.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public void Reset_SeedOver32BitsOfAleLanes_BeginsAGameOfItsOwnEachTime()
    {
        var own = new MakeOptions { Vectorization = VectorizationMode.VectorEntryPoint };
        using var env = EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource()).MakeVec("ale_py:ALE/Breakout-v5", 2, own);
        var step = env.CreateStep();
        var seen = new List<string>();
        foreach (var shift in new[] { 40, 40, 41 })
        {
            env.Reset(step, (Seed)(BigInteger.One << shift));
            seen.Add(string.Join(' ', step.Infos.Select(info => Encoding.UTF8.GetString(Text(info)))));
        }

        Assert.Equal(seen[0], seen[1]);
        Assert.NotEqual(seen[0], seen[2]);
    }

    private static Info Read(string kwargs)
    {
        var info = new Info();
        foreach (var (key, value) in JsonNode.Parse(kwargs)!.AsObject())
        {
            info[key] = value!.GetValueKind() == JsonValueKind.Number ? value.GetValue<long>() : value.GetValue<bool>();
        }

        return info;
    }

    private static string[] Expected(string id, int lanes, params string[] settings) => Expected(Steps, id, lanes, settings);

    private static string[] Expected(int steps, string id, int lanes, params string[] settings) =>
        PythonSetup.Run(Script, [id, lanes.ToString(CultureInfo.InvariantCulture), steps.ToString(CultureInfo.InvariantCulture), .. settings])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static void AssertSame(string[] expected, VectorEnv env) => AssertSame(expected, env, Steps);

    private static void AssertSame(string[] expected, VectorEnv env, int steps)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, FirstSeed);
        for (var lane = 0; lane < env.NumEnvs; lane++)
        {
            digest.AppendData(step.Observations[0].Lane(lane));
            digest.AppendData(Text(step.Infos[lane]));
        }

        var found = new List<string>();
        for (var t = 0; t < steps; t++)
        {
            for (var lane = 0; lane < env.NumEnvs; lane++)
            {
                Act(actions, t, lane);
            }

            env.Step(actions, step);
            for (var lane = 0; lane < env.NumEnvs; lane++)
            {
                digest.AppendData(step.Observations[0].Lane(lane));
                digest.AppendData(BitConverter.GetBytes(step.Rewards[lane]));
                digest.AppendData([step.Terminated[lane] ? (byte)1 : (byte)0, step.Truncated[lane] ? (byte)1 : (byte)0]);
                digest.AppendData(Text(step.Infos[lane]));
                if (step.HasFinal[lane])
                {
                    digest.AppendData(step.FinalObservations[0].Lane(lane));
                }
            }

            if (t % Every == Every - 1)
            {
                found.Add(Convert.ToHexStringLower(digest.GetCurrentHash()));
            }
        }

        var same = expected.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(same == expected.Length && same == found.Count && same > 0, $"The first difference is within steps {same * Every} to {(same + 1) * Every} of {steps}.");
    }

    private static void Act(Columns actions, int step, int lane)
    {
        if (actions.Space is Discrete discrete)
        {
            actions.Write(lane, ((step * 7L) + (lane * 3L) + (step / 11)) % discrete.N);
            return;
        }

        var box = (Box)actions.Space;
        var (low, high) = (box.Low.ToArray<float>(), box.High.ToArray<float>());
        for (var k = 0; k < low.Length; k++)
        {
            var part = (uint)(((step * 1009L) + (lane * 31L) + (k * 17L)) * 2654435761L) / 4294967296.0;
            actions[0].AsSpan<float>()[(lane * low.Length) + k] = (float)(low[k] + (((double)high[k] - low[k]) * part));
        }
    }

    // The numbers of an info by key, as real_trajectory.py writes them.
    private static byte[] Text(Info? info)
    {
        var parts = new List<string>();
        foreach (var (key, value) in (info ?? Info.Empty).OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            switch (value is NumPyScalar scalar ? scalar.Value.GetItem(0) : value)
            {
                case bool flag:
                    parts.Add($"{key}={(flag ? 1 : 0)}");
                    break;
                case double or float or Half:
                    var number = Convert.ToDouble(value is NumPyScalar real ? real.Value.GetItem(0) : value, CultureInfo.InvariantCulture);
                    parts.Add($"{key}={Convert.ToHexStringLower(BitConverter.GetBytes(number))}");
                    break;
                case IConvertible and not string and var whole:
                    parts.Add(string.Create(CultureInfo.InvariantCulture, $"{key}={whole}"));
                    break;
                default:
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(string.Join(';', parts));
    }
}

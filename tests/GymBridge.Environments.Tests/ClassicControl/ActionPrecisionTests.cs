using System.Security.Cryptography;
using System.Text.Json;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Environments.Tests.ClassicControl;

/// <summary>No precision of an action is lost in silence: the numbers of golden/generate_precision.py.</summary>
public class ActionPrecisionTests
{
    private const int Steps = 400;
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    public static TheoryData<string, string, string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string, string, string>();
            using var json = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("tests/GymBridge.Environments.Tests/golden/precision.json")));
            foreach (var item in json.RootElement.GetProperty("cases").EnumerateArray())
            {
                data.Add(Text(item, "env"), Text(item, "dtype"), Text(item, "actions"), Text(item, "digest"));
            }

            return data;

            static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void StepObject_WithOtherElementType_ComputesAsGymnasium(string id, string dtype, string actions, string digest)
    {
        using var env = Registry.Make(id, new MakeOptions { MaxEpisodeSteps = -1 });
        env.ResetObject(3);
        var hash = new Digest();
        for (var t = 0; t < Steps; t++)
        {
            var step = env.StepObject(Action(dtype, actions, t));
            hash.Add(((NDArray)step.Observation).Bytes, step.Reward, step.Terminated);
        }

        Assert.Equal(digest, hash.ToString());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void VectorStep_WithOtherElementType_ComputesAsGymnasium(string id, string dtype, string actions, string digest)
    {
        var options = new MakeOptions { MaxEpisodeSteps = -1, AutoresetMode = AutoresetMode.Disabled };
        using var native = Registry.MakeVec(id, 3, options);
        using var sync = SyncVectorEnv.OfOne(Registry.Make(id, options), AutoresetMode.Disabled);
        foreach (var (env, lane) in ((VectorEnv, int)[])[(native, 1), (sync, 0)])
        {
            var (box, step) = ((Box)env.SingleActionSpace, env.CreateStep());
            var columns = new Columns(new Box(dtype == "uint8" ? 0 : -9, 9, [1], Parse(dtype)), env.NumEnvs);
            env.Reset(step, [.. Enumerable.Range(0, env.NumEnvs).Select(Seed? (i) => i == lane ? 3 : 90 + i)]);
            var hash = new Digest();
            for (var t = 0; t < Steps; t++)
            {
                for (var i = 0; i < env.NumEnvs; i++)
                {
                    columns.Write(i, Action(dtype, actions, t));
                }

                env.Step(columns, step);
                hash.Add(step.Observations[0].Lane(lane), step.Rewards[lane], step.Terminated[lane]);
            }

            Assert.Equal(digest, hash.ToString());
        }
    }

    [Fact]
    public void StepObject_OfEnvironmentThatTakesFloats_CastsWithOneWarning()
    {
        using var env = new Adder();
        var warnings = new List<string>();
        void Listen(GymWarning warning) => warnings.Add(warning.Message);
        GymWarnings.Raised += Listen;
        try
        {
            env.ResetObject(1);
            Assert.Equal(0.1f, ((NDArray)env.StepObject(NDArray.From(0.1)).Observation).AsSpan<float>()[0]);
            env.StepObject(NDArray.From(0.2));
        }
        finally
        {
            GymWarnings.Raised -= Listen;
        }

        var told = Assert.Single(warnings, warning => warning.Contains("Adder", StringComparison.Ordinal));
        Assert.Contains("takes float32 actions and was given float64 ones", told, StringComparison.Ordinal);
    }

    private static DType Parse(string dtype) => Enum.GetValues<DType>().Single(value => value.Name() == dtype);

    private static NDArray Action(string dtype, string actions, int t)
    {
        var value = actions switch
        {
            "small" => 0.1 * ((t % 7) - 3),
            "swing" => t / 35 % 2 == 1 ? 0.9 : -0.9,
            _ => 2.6 * ((t % 5) - 2) / 2,
        };
        return dtype switch
        {
            "float64" => NDArray.From(value),
            "float32" => NDArray.From((float)value),
            "int64" => NDArray.From((long)value),
            _ => NDArray.From((byte)(sbyte)value),
        };
    }

    private sealed class Digest
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Add(ReadOnlySpan<byte> observation, double reward, bool terminated)
        {
            _hash.AppendData(observation);
            _hash.AppendData(BitConverter.GetBytes(reward));
            _hash.AppendData([terminated ? (byte)1 : (byte)0]);
        }

        public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    private sealed class Adder() : Env<float[], float[]>(new Box(-9, 9, [1]), new Box(-1, 1, [1]))
    {
        protected override ResetResult<float[]> OnReset(Info? options) => new([0]);

        protected override StepResult<float[]> OnStep(float[] action) => new([action[0]], 0, false);
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GymBridge.Environments;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Attributes;

/// <summary>golden/generate.py wrote attributes.json with Gymnasium's environments.</summary>
public class EnvAttributesTests
{
    private const int Block = 50;
    private const int Seed = 7;

    private static readonly Info Golden =
        (Info)PythonJson.Read(File.ReadAllText(RepositoryRoot.Combine("tests/GymBridge.Core.Tests/Attributes/golden/attributes.json")))!;

    private readonly EnvRegistry _registry = EnvironmentCatalog.CreateRegistry();

    public static TheoryData<string> Ids => [.. Golden.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public void GetWrapperAttr_AfterResetAndStep_EqualsGymnasium(string id)
    {
        using var env = _registry.Make(id);
        env.ResetObject(Seed);
        AssertValues(env, id, "after_reset");
        env.StepObject(Actions(env, id)[0]);
        AssertValues(env, id, "after_step");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Step_AfterAttributesWereSet_EqualsGymnasium(string id)
    {
        using var env = _registry.Make(id, new MakeOptions { MaxEpisodeSteps = -1 });
        env.ResetObject(Seed);
        foreach (var (name, value) in (Info)Of(id)["changes"]!)
        {
            Assert.True(env.SetWrapperAttr(name, value, force: false));
        }

        AssertValues(env, id, "changed_values");
        Assert.Equal(((List<object?>)Of(id)["digests"]!).Cast<string>(), Run(env, Actions(env, id)));
    }

    [Fact]
    public void GetWrapperAttr_OfMissingName_ListsWhatExists()
    {
        using var env = _registry.Make("Pendulum-v1");
        var error = Assert.Throws<AttributeException>(() => env.GetWrapperAttr("max_sped"));
        Assert.Equal(
            "wrapper TimeLimit has no attribute 'max_sped'. Did you mean 'max_speed'? The attributes are action_space, dt, g, has_reset, l, last_u, m, max_speed, max_torque, metadata, np_random_seed, observation_space, render_mode, screen_dim, spec, state.",
            error.Message);
        Assert.StartsWith("'PendulumEnv' object has no attribute 'length'.", Assert.Throws<AttributeException>(() => env.Unwrapped.GetWrapperAttr("length")).Message, StringComparison.Ordinal);
        Assert.False(env.HasWrapperAttr("max_sped"));
        Assert.True(env.HasWrapperAttr("max_speed"));
    }

    [Fact]
    public void GetWrapperAttr_OfNameThatAWrapperHasToo_TakesTheOutermost()
    {
        using var env = _registry.Make("Pendulum-v1").RescaleAction(-1, 1);
        Assert.Equal("Box(-1.0, 1.0, (1,), float32)", env.GetWrapperAttr("action_space")!.ToString());
        Assert.Equal("Box(-2.0, 2.0, (1,), float32)", env.Unwrapped.GetWrapperAttr("action_space")!.ToString());
    }

    [Fact]
    public void SetWrapperAttr_OfMissingName_AddsItToTheOutermostIfForced()
    {
        using var env = _registry.Make("CartPole-v1");
        Assert.False(env.SetWrapperAttr("note", 1L, force: false));
        Assert.False(env.HasWrapperAttr("note"));
        Assert.True(env.SetWrapperAttr("note", "outer"));
        Assert.Equal("outer", env.GetWrapperAttr("note"));
        Assert.False(env.Unwrapped.HasWrapperAttr("note"));
        Assert.True(env.SetWrapperAttr("note", "again", force: false));
        Assert.Equal("again", env.GetWrapperAttr("note"));
    }

    [Fact]
    public void SetWrapperAttr_OfReadOnlyNameOrWrongType_SaysSo()
    {
        using var env = _registry.Make("Taxi-v4");
        Assert.Equal(
            "Attribute 'P' of 'TaxiEnv' cannot be set; those that can are fickle_passenger, fickle_probability, fickle_step, s.",
            Assert.Throws<AttributeException>(() => env.Unwrapped.SetWrapperAttr("P", null)).Message);
        Assert.Contains("'s' of 'TaxiEnv' must be a state from 0 to 499, got 500", Assert.Throws<ArgumentException>(() => env.SetWrapperAttr("s", 500L)).Message, StringComparison.Ordinal);
        Assert.Contains("'s' of 'TaxiEnv' must be of type Int64, got x (String)", Assert.Throws<ArgumentException>(() => env.SetWrapperAttr("s", "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CallMethod_OfTaxi_CallsIt()
    {
        using var env = _registry.Make("Taxi-v4");
        Assert.Equal(328L, env.CallMethod("encode", [3L, 1L, 2L, 0L]));
        Assert.Equal(328L, env.CallMethod("encode", [3L, 1L], new Info { ["pass_loc"] = 2L, ["dest_idx"] = 0L }));
        Assert.Equal(new List<object?> { 3L, 1L, 2L, 0L }, env.CallMethod("decode", [328L]));
        Assert.Equal(6, Assert.IsType<NDArray>(env.CallMethod("action_mask", [328L])).Length);
        Assert.Equal(4L, env.CallMethod("max_row", []));
        Assert.Contains("Argument 'i' of decode() must be of type Int32, got None", Assert.Throws<ArgumentException>(() => env.CallMethod("decode", [])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void VectorEnv_Attributes_AreOneForEachLane(bool isAsync)
    {
        var envs = Enumerable.Range(0, 3).Select(_ => _registry.Make("CartPole-v1")).ToList();
        using VectorEnv env = isAsync ? new AsyncVectorEnv(envs) : new SyncVectorEnv(envs);
        Assert.Equal(new object[] { 9.8, 9.8, 9.8 }, env.GetAttr("gravity"));
        env.SetAttr("gravity", 3L);
        Assert.Equal(new object[] { 3.0, 3.0, 3.0 }, env.Call("gravity"));
        env.SetAttr("gravity", new List<object?> { 1.0, 2.0, 3.0 });
        Assert.Equal(new object[] { 1.0, 2.0, 3.0 }, env.GetAttr("gravity"));
        env.SetAttr("gravity", new[] { 4.0, 5.0, 6.0 });
        Assert.Equal(new object[] { 4.0, 5.0, 6.0 }, env.GetAttr("gravity"));
        Assert.Equal(
            "Values must be a list or tuple with length equal to the number of environments. Got `2` values for 3 environments. (Parameter 'values')",
            Assert.Throws<ArgumentException>(() => env.SetAttr("gravity", TupleValue.Of(1.0, 2.0))).Message);
        Assert.Throws<AttributeException>(() => env.GetAttr("gravty"));
    }

    [Fact]
    public void NativeVectorEnv_LanesThatAreNoEnvironments_SayWhatHasAttributes()
    {
        using var env = new LanesAlone();
        Assert.Equal(new object?[] { null, null }, env.GetAttr("render_mode"));
        Assert.EndsWith("A SyncVectorEnv over single environments has their attributes.", Assert.Throws<AttributeException>(() => env.GetAttr("gravity")).Message, StringComparison.Ordinal);
        Assert.Throws<AttributeException>(() => env.SetAttr("gravity", 1.0));
        using var native = _registry.MakeVec("CartPole-v1", 2);
        Assert.Equal(["CartPole-v1", "CartPole-v1"], native.GetAttr("spec").Select(spec => EnvSpec.FromJson((string)spec!).Id));
    }

    [Fact]
    public void AsyncVectorEnv_AttributesWhileAStepIsPending_AreRefused()
    {
        using var env = new AsyncVectorEnv([_registry.Make("CartPole-v1")]);
        var step = env.CreateStep();
        env.ResetAsync(step);
        Assert.Throws<AlreadyPendingCallException>(() => env.GetAttr("gravity"));
        env.ResetWait();
        Assert.Single(env.GetAttr("gravity"));
    }

    private static Info Of(string id) => (Info)Golden[id]!;

    private static List<object> Actions(Env env, string id) => [.. ((List<object?>)Of(id)["actions"]!)
        .Select(object (action) => env.ActionSpace is Discrete ? (long)(double)action! : NDArray.From((float)(double)action!))];

    private static void AssertValues(Env env, string id, string moment)
    {
        var expected = ((Info)Of(id)[moment]!).Select(item => $"{item.Key} = {item.Value}");
        Assert.Equal(expected, ((Info)Of(id)[moment]!).Keys.Select(name => $"{name} = {Text(name, env.GetWrapperAttr(name))}"));
    }

    private static string Text(string name, object? value)
    {
        var text = PythonJson.Write(name == "state" && value is NDArray state ? Numbers(state) : Plain(value));
        return text.Length < 300 ? text : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    private static List<object?> Numbers(NDArray array) => [.. Enumerable.Range(0, array.Length).Select(object? (i) => Convert.ToDouble(array.GetItem(i)))];

    private static object? Plain(object? value) => value switch
    {
        float number => (double)number,
        NumPyScalar scalar => scalar.Item,
        ForeignArray letters => letters.ToTexts().Chunk(letters.Shape[1]).Select(object? (row) => string.Concat(row)).ToList(),
        NDArray array => new Info { ["dtype"] = array.DType.Name(), ["data"] = Numbers(array) },
        OrderedDictionary<object, object?> dict => Info(dict),
        IEnumerable<object?> items => items.Select(Plain).ToList(),
        _ => value,
    };

    private static Info Info(OrderedDictionary<object, object?> dict)
    {
        var info = new Info();
        foreach (var (key, value) in dict)
        {
            info[key.ToString()!] = Plain(value);
        }

        return info;
    }

    private static List<string> Run(Env env, List<object> actions)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var digests = new List<string>();
        for (var i = 0; i < actions.Count; i++)
        {
            var step = env.StepObject(actions[i]);
            Add(step.Observation);
            digest.AppendData(MemoryMarshal.AsBytes<double>([step.Reward, step.Terminated ? 1 : 0]));
            if (step.Terminated)
            {
                Add(env.ResetObject().Observation);
            }

            if ((i + 1) % Block == 0)
            {
                digests.Add(Convert.ToHexStringLower(digest.GetCurrentHash())[..16]);
            }
        }

        return digests;

        void Add(object observation)
        {
            double[] numbers = observation switch
            {
                NDArray array => [.. Numbers(array).Cast<double>()],
                TupleValue tuple => [.. tuple.Select(Convert.ToDouble)],
                _ => [Convert.ToDouble(observation)],
            };
            digest.AppendData(MemoryMarshal.AsBytes<double>(numbers));
        }
    }

    private sealed class LanesAlone() : VectorEnv(2, new Discrete(2), new Discrete(2), AutoresetMode.NextStep)
    {
        protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
        {
        }

        protected override void OnStep(Columns actions, VectorStep result)
        {
        }
    }
}

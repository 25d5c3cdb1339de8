using System.Numerics;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests.Registration;

/// <summary>golden/generate.py wrote specs.json with Gymnasium's EnvSpec.</summary>
public class EnvSpecJsonTests
{
    private const string Golden = "tests/GymBridge.Core.Tests/Registration/golden/specs.json";

    private static readonly GoldenSpec[] Specs = GoldenFile.Read<GoldenSpec[]>(Golden);

    // The third of the script's specifications, built from C# values.
    private static readonly EnvSpec All = new()
    {
        Id = "ns/All-v12",
        EntryPoint = "a.b:C",
        VectorEntryPoint = "a.b:D",
        RewardThreshold = -0.5,
        Nondeterministic = true,
        MaxEpisodeSteps = 7,
        OrderEnforce = false,
        DisableEnvChecker = true,
        Kwargs = new Info
        {
            ["none"] = null,
            ["flags"] = TupleValue.Of(true, false),
            ["big"] = BigInteger.Pow(2, 70),
            ["float"] = 475.0,
            ["small"] = 1e-07,
            ["limits"] = new List<object?> { double.PositiveInfinity, double.NegativeInfinity, double.NaN },
            ["numpy"] = NumPyScalar.From(0.1),
            ["text"] = "é \"quoted\" \\ it's\n\x7f 🎈",
            ["nested"] = new Info
            {
                ["list"] = new List<object?> { 1L, new List<object?> { 2.5, "x" } },
                ["empty"] = new Info(),
                ["keys"] = new OrderedDictionary<object, object?> { [7L] = "int", [2.5] = "float", [true] = "bool" },
            },
        },
        AdditionalWrappers = [new("W", "w:W", null), new("V", "w:V", new Info { ["a"] = TupleValue.Of(1L, 2.0), ["b"] = null })],
    };

    [Fact]
    public void FromJson_OfWhatGymnasiumWrites_GivesTheSameTextBack()
    {
        foreach (var golden in Specs)
        {
            var spec = EnvSpec.FromJson(golden.Json);
            Assert.Equal(golden.Again, spec.ToJson());
            Assert.Equal(golden.PprintRead, spec.PPrint(printAll: true));
            Assert.Equal(string.Join(' ', golden.Derived), string.Join(' ', spec.Namespace, spec.Name, spec.Version));
        }
    }

    [Fact]
    public void ToJson_OfAllMembers_IsTheTextOfGymnasium() => Assert.Equal(Specs[2].Json, All.ToJson());

    [Fact]
    public void PPrint_OfAllMembers_IsTheTextOfGymnasium()
    {
        Assert.Equal(Specs[2].Pprint, All.PPrint());
        Assert.Equal(Specs[2].PprintPoints, All.PPrint(includeEntryPoints: true));
        Assert.Equal(Specs[2].PprintAll, All.PPrint(printAll: true));
        Assert.Equal(Specs[0].Pprint, new EnvSpec { Id = "Bare-v0" }.PPrint());
        Assert.Equal(Specs[0].PprintAll, new EnvSpec { Id = "Bare-v0" }.PPrint(printAll: true));
    }

    [Fact]
    public void FromJson_OfOwnText_IsEqual()
    {
        var read = EnvSpec.FromJson(Specs[2].Json);
        Assert.Equal(read, EnvSpec.FromJson(read.ToJson()));
        Assert.NotEqual(read, read with { Kwargs = new Info { ["none"] = null } });
        Assert.NotEqual(read, read with { AdditionalWrappers = [] });
    }

    [Theory]
    [MemberData(nameof(ValuesWithoutJson))]
    public void ToJson_OfKwargWithoutJsonForm_NamesTheSpecAndTheValue(object value, string text)
    {
        var error = Assert.Throws<ArgumentException>(() => new EnvSpec { Id = "A-v0", Kwargs = new Info { ["map"] = value } }.ToJson());
        Assert.StartsWith("The specification of 'A-v0' has no JSON form: kwargs holds a value that JSON cannot. ", error.Message, StringComparison.Ordinal);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<object, string> ValuesWithoutJson => new()
    {
        { NDArray.From(1f), "a NDArray" },
        { NumPyScalar.From(3L), "np.int64(3), a NumPyScalar" },
        { 1f, "a Single" },
        { new byte[] { 1 }, "<1 bytes>" },
        { new Discrete(3), "Discrete(3)" },
        { new OrderedDictionary<object, object?> { [TupleValue.Of(1L, 2L)] = 1L }, "A dict key must be a str, int, float or bool to be written as JSON, got (1, 2)." },
    };

    [Theory]
    [InlineData("", "The JSON text has its end at character 0")]
    [InlineData("[]", "holds no object")]
    [InlineData("{}", "'id' must be a value, got None")]
    [InlineData("""{"id": 3}""", "'id' must be a string, got 3")]
    [InlineData("""{"id": "A-v0"} x""", "has 'x' at character 15 where the end was expected")]
    [InlineData("""{"id": "A-v0",}""", "where a name in double quotes was expected")]
    [InlineData("""{"id": "A-v0", "n": 01}""", "has '1' at character 21")]
    [InlineData("""{"id": "A-v0", "max_episode_steps": 2.5}""", "'max_episode_steps' must be a 32-bit integer, got 2.5")]
    [InlineData("""{"id": "A-v0", "order_enforce": 1}""", "'order_enforce' must be true or false, got 1")]
    [InlineData("""{"id": "A-v0", "reward_threshold": "much"}""", "'reward_threshold' must be a number, got 'much'")]
    [InlineData("""{"id": "A-v0", "kwargs": []}""", "'kwargs' must be an object, got []")]
    [InlineData("""{"id": "A-v0", "additional_wrappers": [3]}""", "A WrapperSpec is a JSON object, got 3.")]
    [InlineData("""{"id": "A-v0", "additional_wrappers": [{"name": "W"}]}""", "not a WrapperSpec: 'entry_point' must be a value, got None")]
    public void FromJson_OfWhatIsNoSpec_SaysWhatIsWrong(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => EnvSpec.FromJson(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_OfTooDeepText_IsRefusedInsteadOfOverflowingTheStack() =>
        Assert.Contains("nests deeper than 64", Assert.Throws<FormatException>(() => PythonJson.Read(new string('[', 100_000))).Message, StringComparison.Ordinal);

    private sealed record GoldenSpec(string Json, string Again, object?[] Derived, string Pprint, string PprintPoints, string PprintAll, string PprintRead);
}

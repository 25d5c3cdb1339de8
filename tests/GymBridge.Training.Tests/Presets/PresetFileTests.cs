using GymBridge.Agents;
using GymBridge.Training.Presets;

namespace GymBridge.Training.Tests.Presets;

public class PresetFileTests
{
    private const string Zoo = """
        default:
          n_timesteps: !!float 1e6
        CartPole-v1: &cart
          n_steps: 32
          learning_rate: lin_0.001
          hidden: [64, 64]
        Namespace/Other-v0:
          <<: *cart
          n_steps: 8
        Walker-v3:
          policy_kwargs: "dict(log_std_init=-2,
                               ortho_init=False,
                               activation_fn=nn.ReLU,
                               net_arch=[dict(pi=[256, 256], vf=[256, 256])]
                               )"
        """;

    [Theory]
    [InlineData("CartPole-v1", "CartPole-v1")]
    [InlineData("GymBridge/CartPole-v1", "CartPole-v1")]
    [InlineData("gymnasium:CartPole-v1", "CartPole-v1")]
    [InlineData("CartPole-v0", "default")]
    [InlineData("Namespace/Other-v0", "Namespace/Other-v0")]
    [InlineData("Other-v0", "default")]
    public void Find_ById_IgnoresModuleAndOwnNamespace(string id, string expected) =>
        Assert.Equal(expected, Read(Zoo).Find(EnvId.Parse(id))!.Name);

    [Fact]
    public void Read_ZooFile_UnderstandsTagsListsAnchorsAndMerges()
    {
        var file = Read(Zoo);
        Assert.Equal([new("n_timesteps", "1e6")], file.Get("default")!.Values);
        Assert.Equal([new("n_steps", "32"), new("learning_rate", "lin_0.001"), new("hidden", "[64,64]")], file.Get("CartPole-v1")!.Values);
        var other = file.Get("Namespace/Other-v0")!.Values.ToDictionary();
        Assert.Equal("8", other["n_steps"]);
        Assert.Equal("lin_0.001", other["learning_rate"]);
    }

    [Fact]
    public void Read_PolicyKwargsInPython_BecomeKeys() => Assert.Equal(
        [
            new("log_std_init", "-2"),
            new("ortho_init", "false"),
            new("activation_fn", "nn.ReLU"),
            new("net_arch", "[{\"pi\":[256,256],\"vf\":[256,256]}]"),
        ],
        Read(Zoo).Get("Walker-v3")!.Values);

    [Theory]
    [InlineData("a: [1, 2", "line")]
    [InlineData("- 1\n- 2", "no map")]
    [InlineData("CartPole-v1: 5", "a section is a map")]
    [InlineData("A:\n  policy_kwargs: \"dict(a=\"", "is not understood at letter")]
    [InlineData("A:\n  policy_kwargs: \"__import__('os')\"", "is not understood at letter")]
    public void Read_Malformed_SaysWhereAndWhat(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_DeeplyNestedPython_IsRefused()
    {
        var text = $"A:\n  policy_kwargs: \"dict(a={new string('[', 100_000)})\"";
        Assert.Throws<InvalidDataException>(() => Read(text));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Read_DeeplyNestedYaml_IsRefused(string opening)
    {
        var text = $"A: {string.Concat(Enumerable.Repeat(opening, 100_000))}";
        Assert.StartsWith("my.yml, line ", Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AliasesThatMultiply_AreRefused()
    {
        var lines = Enumerable.Range(1, 9).Select(level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]");
        var exception = Assert.Throws<InvalidDataException>(() => Read("a0: &a0 [x]\n" + string.Join('\n', lines)));
        Assert.Contains("aliases (*name) make the text endless or larger than 100000 values", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A: &own [*own]")]
    [InlineData("A: &own\n  b: {c: *own}")]
    [InlineData("A: &own\n  <<: *own\n  gamma: 0.9")]
    public void Read_AliasOfItself_IsRefused(string text) =>
        Assert.Contains("my.yml", Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void ReadFlat_ConfigOfARun_IsOnePreset()
    {
        using var reader = new StringReader("gamma: 0.98\nnet_arch: [32]\n");
        Assert.Equal([new("gamma", "0.98"), new("net_arch", "[32]")], PresetFile.ReadFlat(reader, "config.yml").Values);
    }

    private static PresetFile Read(string text)
    {
        using var reader = new StringReader(text);
        return PresetFile.Read(reader, "my.yml");
    }

    [Theory]
    [InlineData("normalize: true", true, true)]
    [InlineData("normalize: \"{'norm_obs': False, 'norm_reward': True}\"", false, true)]
    [InlineData("normalize: \"dict(norm_reward=False)\"", true, false)]
    [InlineData("frame_stack: 4", false, false)]
    public void Settings_OfZoosNormalize_WrapTheEnvironment(string line, bool observations, bool rewards)
    {
        var preset = PresetFile.ReadFlat(new StringReader($"gamma: 0.9\n{line}\n"), "my.yml");
        var wrappers = TrainingSettings.Of(Ppo.Descriptor, preset).Wrappers;
        Assert.Equal((observations, rewards, 0.9), (wrappers.NormalizeObservations, wrappers.NormalizeRewards, wrappers.Gamma));
        Assert.Equal(line == "frame_stack: 4" ? 4 : 1, wrappers.FrameStack);
    }
}

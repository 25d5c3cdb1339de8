using GymBridge.Protocol;

namespace GymBridge.Server.Tests.Protocol;

public sealed class SpecJsonTests
{
    [Fact]
    public void Write_Spec_HasTheMembersOfGymnasium()
    {
        var spec = new EnvSpec { Id = "CartPole-v1", MaxEpisodeSteps = 500, RewardThreshold = 475, Kwargs = new Info { ["gain"] = 2.0, ["n"] = 3L, ["name"] = "é" } };

        Assert.Equal(
            """{"id":"CartPole-v1","entry_point":null,"reward_threshold":475.0,"nondeterministic":false,"max_episode_steps":500,"order_enforce":true,"disable_env_checker":false,"kwargs":{"gain":2.0,"n":3,"name":"\u00E9"},"additional_wrappers":[],"vector_entry_point":null}""",
            SpecJson.Write(spec));
    }

    [Fact]
    public void Read_WhatGymnasiumWrites_GivesTheSpec()
    {
        const string Text = """{"id": "ALE/Pong-v5", "entry_point": "ale_py.env:AtariEnv", "reward_threshold": null, "nondeterministic": false, "max_episode_steps": 27000, "order_enforce": true, "disable_env_checker": false, "kwargs": {"game": "pong", "p": 0.25, "frameskip": 4, "list": [1, null, true]}, "additional_wrappers": [], "vector_entry_point": null}""";

        var spec = SpecJson.Read(Text);

        Assert.Equal(("ALE/Pong-v5", 27000, null), (spec.Id, spec.MaxEpisodeSteps, spec.RewardThreshold));
        Assert.Equal(
            "{str 'game': str 'pong', str 'p': float 3fd0000000000000, str 'frameskip': int 4, str 'list': [int 1, None, True True]}",
            ValueText.Of(spec.Kwargs).Replace("System.Boolean", "True", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_KwargWithoutJsonForm_NamesIt()
    {
        var error = Assert.Throws<NotSupportedException>(() =>
            SpecJson.Write(new EnvSpec { Id = "A-v0", Kwargs = new Info { ["map"] = NDArray.From(1f) } }));

        Assert.StartsWith("kwargs['map'] is a GymBridge.NDArray", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id": 3}""")]
    [InlineData("""{"id": "A-v0", "max_episode_steps": "x"}""")]
    [InlineData("""{"id": "A-v0", "kwargs": []}""")]
    public void Read_WhatIsNoSpec_IsAProtocolException(string text)
    {
        Assert.Throws<ProtocolException>(() => SpecJson.Read(text));
    }
}

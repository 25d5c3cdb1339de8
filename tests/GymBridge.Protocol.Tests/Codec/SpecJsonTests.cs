using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;

namespace GymBridge.Protocol.Tests.Codec;

public sealed class SpecJsonTests
{
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

    [Fact]
    public void Read_OfUnknownMembers_LeavesThemOut() =>
        Assert.Equal(new EnvSpec { Id = "A-v0", MaxEpisodeSteps = 7 }, SpecJson.Read("""{"id": "A-v0", "max_episode_steps": 7, "from_the_future": [1]}"""));
}

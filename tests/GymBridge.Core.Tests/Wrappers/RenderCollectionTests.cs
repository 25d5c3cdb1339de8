using GymBridge.Environments;
using GymBridge.Environments.ToyText;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Wrappers;

public class RenderCollectionTests
{
    [Fact]
    public void Make_WithListMode_CollectsAFrameOfEveryResetAndStep()
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make("FrozenLake-v1", new MakeOptions { RenderMode = "ansi_list" });
        Assert.Equal("ansi_list", env.RenderMode);
        Assert.Equal("<RenderCollection<TimeLimit<OrderEnforcing<PassiveEnvChecker<FrozenLakeEnv<FrozenLake-v1>>>>>>", env.ToString());
        env.ResetObject(1);
        env.StepObject(1L);
        env.StepObject(2L);
        var frames = Assert.IsType<List<object?>>(env.Render());
        Assert.Equal(3, frames.Count);
        Assert.StartsWith("\n", (string)frames[0]!, StringComparison.Ordinal);
        Assert.StartsWith("  (Down)\n", (string)frames[1]!, StringComparison.Ordinal);
        Assert.Empty((List<object?>)env.Render()!);
        env.StepObject(1L);
        env.ResetObject();
        Assert.Single((List<object?>)env.Render()!);
    }

    [Fact]
    public void Make_WithListOfUnknownMode_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => EnvironmentCatalog.CreateRegistry().Make("CartPole-v1", new MakeOptions { RenderMode = "depth_array_list" }));
        Assert.Contains("has no render mode 'depth_array'; it offers rgb_array", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_WhenFramesAreKept_GrowsOverEpisodes()
    {
        using var env = new CliffWalkingEnv(renderMode: "ansi").RenderCollection(popsFrames: false, cleansAtReset: false);
        env.ResetObject(1);
        env.StepObject(0L);
        Assert.Equal(2, ((List<object?>)env.Render()!).Count);
        env.ResetObject();
        Assert.Equal(3, ((List<object?>)env.Render()!).Count);
    }

    [Fact]
    public void Wrap_OfEnvironmentWithoutRenderMode_IsRefused() =>
        Assert.Contains("got None", Assert.Throws<ArgumentException>(() => new CliffWalkingEnv().RenderCollection()).Message, StringComparison.Ordinal);
}

using GymBridge.Cli.Play;
using GymBridge.Environments;

namespace GymBridge.Cli.Tests;

/// <summary>Environments that colour their text can be played where there are no colours.</summary>
public class PlainTextTests
{
    [Theory]
    [InlineData("SFFF\n", "SFFF\n")]
    [InlineData("\u001b[41mS\u001b[0mFFF", "[S]FFF")]
    [InlineData("|\u001b[34;1mR\u001b[0m: | : :\u001b[35mG\u001b[0m|", "|*R*: | : :(G)|")]
    [InlineData("\u001b[41m\u001b[43mS\u001b[0mF", "[][S]F")]
    [InlineData("\u001b[7mA", "[A]")]
    [InlineData("a\u001b[mb\u001b[0mc", "abc")]
    public void Of_ColouredText_HasMarksInstead(string text, string expected) => Assert.Equal(expected, PlainText.Of(text));

    [Theory]
    [InlineData("FrozenLake-v1")]
    [InlineData("Taxi-v4")]
    [InlineData("CliffWalking-v1")]
    public void Of_EnvironmentsDrawnAsText_LeavesNoCode(string id)
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make(id, new MakeOptions { RenderMode = "ansi" });
        env.ResetObject(1);
        var text = Assert.IsType<string>(env.Render());
        Assert.DoesNotContain('\u001b', PlainText.Of(text));
        Assert.Equal(PlainText.IsColoured(text), PlainText.Of(text) != text);
    }
}

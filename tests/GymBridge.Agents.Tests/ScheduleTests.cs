using System.Text.Json;

namespace GymBridge.Agents.Tests;

public class ScheduleTests
{
    [Theory]
    [InlineData("0.001", 0, 0.001)]
    [InlineData("0.001", 0.7, 0.001)]
    [InlineData("lin_0.4", 0, 0.4)]
    [InlineData("lin_0.4", 0.25, 0.3)]
    [InlineData("lin_0.4", 1, 0)]
    [InlineData("lin_0.4", 1.5, 0)]
    [InlineData("lin_0.4_0.2", 0.5, 0.3)]
    public void At_ParsedText_FollowsTheLine(string text, double progress, double expected)
    {
        var schedule = Schedule.Parse(text);
        Assert.Equal(expected, schedule.At(progress), 1e-15);
        Assert.Equal(text, schedule.ToString());
        Assert.Equal(schedule, JsonSerializer.Deserialize<Schedule>(JsonSerializer.Serialize(schedule)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("lin_")]
    [InlineData("1_2")]
    [InlineData("lin_1_2_3")]
    public void Parse_NoSchedule_ShowsTheForms(string text) =>
        Assert.Contains("lin_0.001", Assert.Throws<FormatException>(() => Schedule.Parse(text)).Message, StringComparison.Ordinal);
}

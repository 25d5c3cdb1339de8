using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>A schedule in JSON: a number where it is constant, else its text.</summary>
internal sealed class ScheduleJsonConverter : NumberOrTextJsonConverter<Schedule>
{
    protected override Schedule OfNumber(double number) => number;

    protected override Schedule Parse(string text) => Schedule.Parse(text);

    protected override double? NumberOf(Schedule value) => value.IsConstant ? value.Start : null;
}

using System.Globalization;
using System.Text.Json.Serialization;

namespace GymBridge.Agents;

/// <summary>A hyperparameter over the course of a run: a constant, or a straight line from one value to another.</summary>
/// <remarks>A number converts by itself: <c>LearningRate = 3e-4</c>. As text it is <c>0.0003</c>, rl-zoo3's <c>lin_0.0003</c> (down to
/// zero), or <c>lin_0.0003_0.0001</c>.</remarks>
[JsonConverter(typeof(ScheduleJsonConverter))]
public readonly record struct Schedule
{
    private const string LinearPrefix = "lin_";

    private Schedule(double start, double end) => (Start, End) = (start, end);

    /// <summary>Value at the start of the run.</summary>
    public double Start { get; }

    /// <summary>Value at the end of the run.</summary>
    public double End { get; }

    /// <summary>Whether the value stays what it is.</summary>
    public bool IsConstant => Start.Equals(End);

    /// <summary>A schedule that stays at one value.</summary>
    public static implicit operator Schedule(double value) => Constant(value);

    /// <summary>A schedule that stays at one value.</summary>
    public static Schedule Constant(double value) => new(value, value);

    /// <summary>A straight line over the timesteps of the run.</summary>
    /// <param name="start">Value at the start.</param>
    /// <param name="end">Value at the end; rl-zoo3's <c>lin_</c> ends at 0.</param>
    public static Schedule Linear(double start, double end = 0) => new(start, end);

    /// <summary>The value at a point of the run.</summary>
    /// <param name="progress">Share of the run's timesteps that lie behind, in [0, 1]; beyond 1 the value stays at its end.</param>
    public double At(double progress) => IsConstant ? Start : End + ((Start - End) * (1 - Math.Clamp(progress, 0, 1)));

    /// <summary>Reads the text form: a number, or <c>lin_</c> and the number from which it falls to 0.</summary>
    /// <exception cref="FormatException">The text is no schedule; the message shows the forms.</exception>
    public static Schedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isLinear = text.StartsWith(LinearPrefix, StringComparison.Ordinal);
        var parts = (isLinear ? text[LinearPrefix.Length..] : text).Split('_');
        var numbers = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
            {
                throw Malformed(text);
            }
        }

        return (isLinear, numbers) switch
        {
            (false, [var value]) => Constant(value),
            (true, [var start]) => Linear(start),
            (true, [var start, var end]) => Linear(start, end),
            _ => throw Malformed(text),
        };
    }

    /// <summary>The text form, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => IsConstant ? Number(Start)
        : End == 0 ? LinearPrefix + Number(Start)
        : $"{LinearPrefix}{Number(Start)}_{Number(End)}";

    private static FormatException Malformed(string text) =>
        new($"'{text}' is no schedule; write a number, lin_0.001 (falls to 0), or lin_0.001_0.0001.");

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

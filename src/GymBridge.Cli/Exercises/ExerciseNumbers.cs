namespace GymBridge.Cli.Exercises;

/// <summary>Numbers of an exercise under a name.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Values">The numbers.</param>
internal sealed record ExerciseNumbers(string Name, IReadOnlyList<double> Values)
{
    public ExerciseNumbers(string name, double value)
        : this(name, [value])
    {
    }
}

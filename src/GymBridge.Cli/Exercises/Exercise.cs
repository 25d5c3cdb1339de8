using System.Collections.Immutable;

namespace GymBridge.Cli.Exercises;

/// <summary>A worked exercise: what is random, what is asked, what comes out, and what it means.</summary>
/// <param name="Name"><c>X1</c>.</param>
/// <param name="Title">What it is about.</param>
/// <param name="RandomVariables">What is random in it, and what is given.</param>
/// <param name="Target">The equation.</param>
/// <param name="Compute">Computes the numbers with the library's own code; some train, on environments that they make.</param>
/// <param name="Meaning">What the numbers say.</param>
internal sealed record Exercise(
    string Name,
    string Title,
    string RandomVariables,
    string Target,
    Func<EnvironmentSource, CancellationToken, IReadOnlyList<ExerciseNumbers>> Compute,
    string Meaning)
{
    /// <summary>All exercises, in order.</summary>
    public static ImmutableArray<Exercise> All { get; } =
    [
        ValueExercises.Evaluation,
        ValueExercises.Backups,
        ValueExercises.Targets,
        ValueExercises.Updates,
        PolicyExercises.EpsilonGreedy,
        PolicyExercises.SoftmaxGradient,
        PolicyExercises.Advantages,
        PolicyExercises.Surrogate,
        PreferenceExercises.BradleyTerryFit,
        PreferenceExercises.DirectPreferenceLoss,
        SimpleEnvExercises.OtherTarget,
        SimpleEnvExercises.SmallSteps,
        SimpleEnvExercises.FreeMistakes,
    ];
}

namespace GymBridge.Cli.Diagnosis;

/// <summary>One thing that <c>doctor</c> looked at.</summary>
/// <param name="Name">What.</param>
/// <param name="Mark">How it is.</param>
/// <param name="Text">In words, with the remedy where there is something to mend.</param>
internal sealed record Finding(string Name, Mark Mark, string Text);

/// <summary>How a thing is.</summary>
internal enum Mark
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Not there, and needed for some uses only.</summary>
    Absent,

    /// <summary>Broken, or what was asked for does not work.</summary>
    Broken,
}

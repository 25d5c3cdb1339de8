namespace GymBridge;

/// <summary>What an environment or the registry finds questionable, as Python's <c>warnings</c> tell it; see <see cref="GymWarnings"/>.</summary>
/// <param name="Message">What is questionable, with the value, and what to do.</param>
/// <param name="IsDeprecation">Whether it is a <c>DeprecationWarning</c> in Python.</param>
public sealed record GymWarning(string Message, bool IsDeprecation);

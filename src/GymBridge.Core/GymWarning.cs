namespace GymBridge;

/// <summary>A warning.</summary>
/// <param name="Message">What is questionable, with the value, and what to do.</param>
/// <param name="IsDeprecation">Whether it is a <c>DeprecationWarning</c> in Python.</param>
public sealed record GymWarning(string Message, bool IsDeprecation);

namespace GymBridge;

/// <summary>A method of an environment that can be called by name; the value of an attribute that is a method.</summary>
/// <param name="arguments">Positional arguments, of the types that an <see cref="Info"/> holds.</param>
/// <param name="keywordArguments">Keyword arguments.</param>
/// <returns>A value that an <see cref="Info"/> can hold.</returns>
/// <exception cref="ArgumentException">The arguments do not fit; the message says which do.</exception>
public delegate object? EnvMethod(IReadOnlyList<object?> arguments, Info keywordArguments);

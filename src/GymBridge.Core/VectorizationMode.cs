namespace GymBridge;

/// <summary>What the lanes of a vector environment are made of (<c>gymnasium.VectorizeMode</c>).</summary>
public enum VectorizationMode
{
    /// <summary>Single environments, stepped in turn.</summary>
    Sync,

    /// <summary>Single environments, stepped at the same time: on threads in C#, in processes of a Python host.</summary>
    Async,

    /// <summary>The vector form that the environment registers itself, as it is: the native one in C#, <c>vector_entry_point</c> in Python. It may
    /// have other arguments, observations and seeds than the single environment.</summary>
    VectorEntryPoint,
}

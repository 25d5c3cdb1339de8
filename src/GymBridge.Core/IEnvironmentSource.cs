namespace GymBridge;

/// <summary>Makes the environments of one <c>module:</c> prefix, or of a server: how the client plugs into a registry.</summary>
public interface IEnvironmentSource
{
    /// <summary>Makes a single environment.</summary>
    Env Make(EnvId id, MakeOptions options);

    /// <summary>Makes a vector environment.</summary>
    VectorEnv MakeVec(EnvId id, int numEnvs, MakeOptions options);
}

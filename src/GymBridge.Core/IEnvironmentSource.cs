namespace GymBridge;

/// <summary>Makes environments by id: a registry, the Python modules behind <c>module:</c> ids, a server.</summary>
public interface IEnvironmentSource
{
    /// <summary>Makes a single environment.</summary>
    Env Make(EnvId id, MakeOptions options);

    /// <summary>Makes a vector environment.</summary>
    VectorEnv MakeVec(EnvId id, int numEnvs, MakeOptions options);
}

using GymBridge.Client;
using GymBridge.Client.Installation;
using GymBridge.Client.Wire;

namespace GymBridge.PythonNet;

/// <summary>The environments of Python modules, made by the interpreter in this process.</summary>
internal sealed class InProcessEnvSource(ClientOptions client, string? interpreter) : IEnvironmentSource
{
    private readonly ClientOptions _client = client.Validated();

    public Env Make(EnvId id, MakeOptions options) => EnvironmentOpener.OpenSingle(Connect(id), id.ToString(), options);

    public VectorEnv MakeVec(EnvId id, int numEnvs, MakeOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numEnvs, 1);
        return EnvironmentOpener.OpenVector(Connect(id), id.ToString(), numEnvs, options);
    }

    // As with a host of its own, whoever names a module means it to be imported.
    private Connection Connect(EnvId id)
    {
        var python = EmbeddedPython.Of(InterpreterLocator.Find(interpreter));
        if (id.Module is { } module)
        {
            python.Allow(module);
        }

        return new(new PythonTransport(python), "Python in this process", _client);
    }
}

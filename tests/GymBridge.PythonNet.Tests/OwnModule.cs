using Python.Runtime;

namespace GymBridge.PythonNet.Tests;

/// <summary>A Python module of the user's own, whose environment hangs when it is asked to.</summary>
internal sealed class OwnModule : IDisposable
{
    public const string Name = "gymbridge_own_module";

    private const string Source = """
        import gymnasium
        from gymnasium import spaces

        class Hanging(gymnasium.Env):
            def __init__(self, forever=False):
                self.observation_space, self.action_space = spaces.Discrete(2), spaces.Discrete(2)
                while forever:
                    pass

            def reset(self, *, seed=None, options=None):
                super().reset(seed=seed)
                return 0, {}

            def step(self, action):
                while action:
                    try:
                        pass
                    except Exception:
                        pass
                return 0, 1.0, False, False, {}

        gymnasium.register("Hanging-v0", Hanging, disable_env_checker=True)
        """;

    private readonly TemporaryFolder _folder = new();

    /// <summary>Writes it where the embedded interpreter finds it.</summary>
    public static OwnModule Write()
    {
        var module = new OwnModule();
        File.WriteAllText(module._folder.Combine($"{Name}.py"), Source);
        EmbeddedPython.Of(PythonSetup.Installation.Environment.Interpreter);
        using (Py.GIL())
        {
            using var sys = Py.Import("sys");
            using var path = sys.GetAttr("path");
            using var folder = new PyString(module._folder.FullName);
            path.InvokeMethod("append", folder).Dispose();
        }

        return module;
    }

    public void Dispose() => _folder.Dispose();
}

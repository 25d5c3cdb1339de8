namespace GymBridge.Client.Installation;

/// <summary>A virtual environment that holds, or will hold, the Python package <c>gymbridge</c>.</summary>
/// <param name="Folder">Where it is; it need not exist yet.</param>
public sealed record VirtualEnvironment(string Folder)
{
    /// <summary>The variable that says where the virtual environment is.</summary>
    public const string Variable = "GYMBRIDGE_VENV";

    /// <summary>The one that is used unless said otherwise.</summary>
    /// <value><c>$GYMBRIDGE_VENV</c>, else <c>gymbridge/venv</c> in the user's folder for local application data.</value>
    public static VirtualEnvironment Default => new(Locate());

    /// <summary>Absolute path of its Python interpreter, whether it exists or not.</summary>
    public string Interpreter => OperatingSystem.IsWindows()
        ? Path.Combine(Folder, "Scripts", "python.exe")
        : Path.Combine(Folder, "bin", "python");

    /// <summary>Whether it has been made.</summary>
    public bool Exists => File.Exists(Path.Combine(Folder, "pyvenv.cfg")) && File.Exists(Interpreter);

    private static string Locate()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen)
        {
            return Path.GetFullPath(chosen);
        }

        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(data, "gymbridge", "venv");
    }
}

namespace GymBridge.Client.Installation;

/// <summary>Making the virtual environment or installing the package failed.</summary>
public sealed class PythonInstallException : GymBridgeException
{
    /// <summary>An error with a message, and what the tools wrote.</summary>
    public PythonInstallException(string message, string output = "")
        : base(output.Length == 0 ? message : $"{message}{Environment.NewLine}{output}") => Output = output;

    /// <summary>What Python and pip wrote, all of it; empty if nothing ran.</summary>
    public string Output { get; }
}

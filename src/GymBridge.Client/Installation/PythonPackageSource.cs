namespace GymBridge.Client.Installation;

/// <summary>Where packages are installed from.</summary>
public enum PythonPackageSource
{
    /// <summary>The package index.</summary>
    Index,

    /// <summary>A folder of wheels.</summary>
    Wheels,
}

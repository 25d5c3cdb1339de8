using GymBridge.Client.Installation;

namespace GymBridge.Testing;

/// <summary>The Python of a checkout: <c>.venv</c> at its root, with the package from its sources.</summary>
internal static class CheckoutPython
{
    /// <summary>Lets this process, and those that it starts, use it, unless the variables name others.</summary>
    public static void Use() => SetDefault(VirtualEnvironment.Variable, RepositoryRoot.Combine(".venv"));

    /// <summary>Gives a variable a value unless it has one.</summary>
    public static void SetDefault(string variable, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        {
            Environment.SetEnvironmentVariable(variable, value);
        }
    }

    /// <summary>How it is installed, with some extras.</summary>
    public static PythonInstallOptions Options(params ReadOnlySpan<string> extras)
    {
        Use();
        return new PythonInstallOptions { Extras = [.. extras], PackageFolder = RepositoryRoot.Combine("python") };
    }
}

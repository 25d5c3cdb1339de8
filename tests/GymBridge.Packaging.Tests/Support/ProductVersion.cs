using System.Reflection;
using System.Text.RegularExpressions;
using GymBridge.Client;

namespace GymBridge.Packaging.Tests.Support;

/// <summary>The version, as each language has it.</summary>
internal static partial class ProductVersion
{
    public static string CSharp { get; } =
        typeof(RemoteServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static string Python { get; } =
        Line().Match(File.ReadAllText(RepositoryRoot.Combine("python/src/gymbridge/_version.py"))).Groups["version"].Value;

    [GeneratedRegex("""^__version__ = "(?<version>.+)"$""", RegexOptions.Multiline)]
    private static partial Regex Line();
}

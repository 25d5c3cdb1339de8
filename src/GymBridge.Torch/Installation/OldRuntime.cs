using System.Text.RegularExpressions;

namespace GymBridge.Torch.Installation;

/// <summary>Lets TorchSharp's native library load on a system whose C++ runtime is older than GCC 13's, such as Debian 12 and Ubuntu 22.04.</summary>
/// <remarks>
/// The library names version GLIBCXX_3.4.32 for one symbol, std::ios_base_library_init, whose only purpose is to be named: no relocation binds
/// it. ld.so refuses for the version alone, unless the requirement is weak.
/// </remarks>
internal static partial class OldRuntime
{
    /// <summary>The library that names the version.</summary>
    public const string Library = "libLibTorchSharp.so";

    /// <summary>The version of the C++ runtime that the loader says is missing; null if it says something else.</summary>
    public static string? MissingVersion(string loaderMessage) => Missing().Match(loaderMessage) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Makes the requirement weak in this file.</summary>
    /// <returns>Whether it was not so already.</returns>
    /// <exception cref="TorchEngineException">A relocation needs the version, or the file is no library.</exception>
    public static bool MakeWeak(string path, string version)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (!ElfVersionNeeds.MakeWeak(bytes, version))
            {
                return false;
            }

            File.WriteAllBytes(path, bytes);
            return true;
        }
        catch (InvalidDataException exception)
        {
            throw new TorchEngineException(
                $"'{path}' needs {version} of the C++ runtime, which this system lacks, and cannot do without: {exception.Message} Use a system with GCC 13's libstdc++ or later, or --engine managed.", exception);
        }
    }

    [GeneratedRegex(@"version `(GLIBCXX_[0-9.]+)' not found")]
    private static partial Regex Missing();
}

using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using GymBridge.Torch.Installation;

namespace GymBridge.Torch;

/// <summary>Lets an application's own TorchSharp load on a system whose C++ runtime is older than the one that libtorch was built with.</summary>
/// <remarks>TorchSharp's native library asks for a version of libstdc++ that Debian 12 and Ubuntu 22.04 do not have, and binds nothing of it. The runtime
/// asks here when it could not load the library; what it gets is a copy without that demand, in the user's cache. No other file is changed.</remarks>
internal static class OlderSystems
{
    private const string Library = "LibTorchSharp";
    private const string FileName = "libLibTorchSharp.so";
    private const string Dependency = "libtorch.so";
    private const string Version = "GLIBCXX_3.4.32";

    /// <summary>Listens for libraries that cannot be loaded.</summary>
    public static void Register()
    {
        if (OperatingSystem.IsLinux())
        {
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        }
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        if (name != Library || Find(assembly, FileName) is not { } library || Find(assembly, Dependency) is not { } libtorch)
        {
            return 0;
        }

        var content = File.ReadAllBytes(library);
        if (!ElfVersionNeeds.MakeWeak(content, Version))
        {
            return 0;
        }

        var copy = Store(content);
        Console.Error.WriteLine(
            $"warning: libtorch asks for a C++ runtime as new as GCC 13's ({Version}), which this system lacks and libtorch does not use; loading a copy of {FileName} that does not ask for it: {copy}");

        // The copy does not lie beside the libraries that it needs: it finds those that are loaded.
        return NativeLibrary.TryLoad(libtorch, out _) && NativeLibrary.TryLoad(copy, out var handle) ? handle : 0;
    }

    private static string? Find(Assembly assembly, string file)
    {
        var folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Append(AppContext.BaseDirectory).Append(Path.GetDirectoryName(assembly.Location) ?? string.Empty)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Writes a file under the name of its content, once.</summary>
    private static string Store(byte[] content)
    {
        var folder = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "gymbridge", "libtorch", Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            var aside = $"{path}.{Environment.ProcessId}";
            File.WriteAllBytes(aside, content);
            File.Move(aside, path, overwrite: true);
        }

        return path;
    }
}

using System.Runtime.InteropServices;

namespace GymBridge.Torch;

/// <summary>Asks MKL, with which libtorch multiplies matrices on x64, for products that do not depend on where their operands lie in memory.</summary>
/// <remarks>Unasked, it takes other kernels for other alignments, and where an allocation lies changes from run to run: on an AMD EPYC with AVX2 a training
/// that was saved and loaded went on with other bits. The mode AUTO keeps the processor's own kernels. MKL reads the variable at its first product;
/// it is set for native code alone, and not where the user has set it.</remarks>
internal static partial class ReproducibleProducts
{
    private const string Variable = "MKL_CBWR";
    private const string Mode = "AUTO";

    private static int _isAsked;

    /// <summary>Asks, once; before the first product.</summary>
    public static void Ask()
    {
        if (Interlocked.Exchange(ref _isAsked, 1) == 0 && !OperatingSystem.IsWindows())
        {
            _ = SetNativeVariable(Variable, Mode, overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}

// Loads the libtorch beside it and multiplies two matrices. Prints "ok VERSION SUM", or the loader's own words and exits with 3.
using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

// TorchSharp answers a failed load by copying half a gigabyte about; so the loader is asked first.
var library = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "LibTorchSharp.dll"
    : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";
try
{
    NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, library));
}
catch (DllNotFoundException exception)
{
    Console.WriteLine(exception.Message);
    return 3;
}

return Multiply(args.Length > 0 ? args[0] : "cpu");

[MethodImpl(MethodImplOptions.NoInlining)]
static int Multiply(string device)
{
    var on = torch.device(device);
    using var left = torch.arange(6, dtype: torch.float32, device: on).reshape(2, 3);
    using var right = torch.ones(3, 2, device: on);
    using var product = left.mm(right).sum();
    var sum = product.cpu().item<float>();
    Console.WriteLine($"ok {torch.__version__} {sum}");
    return sum == 30f ? 0 : 1;
}

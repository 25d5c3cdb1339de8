using System.Runtime;
using GymBridge.Torch;
using TorchSharp;

namespace GymBridge.Agents;

/// <summary>Settings of the tensor library that belong to the process.</summary>
public static class TensorSettings
{
    private static readonly Lock Gate = new();
    private static bool _isSettled;

    /// <summary>Sets the number of threads that tensor operations may use.</summary>
    /// <remarks>Unless this is called, libtorch gets one thread when the first networks are made: on networks of this size its default, one
    /// a core, costs more than it brings, and on a busy machine its threads wait for one another by spinning. The managed engine keeps
    /// its default, which starts threads only for large products and gives the same bits for any number.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public static void UseThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (Gate)
        {
            torch.set_num_threads(threads);
            _isSettled = true;
        }
    }

    /// <summary>Sets the device on which networks are made and compute.</summary>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</param>
    /// <exception cref="NotSupportedException">The engine does not have it.</exception>
    public static void UseDevice(string device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.StartsWith("cuda", StringComparison.Ordinal) && !torch.cuda.is_available())
        {
            throw new NotSupportedException(
                $"Device '{device}' is not there: the engine {EngineIdentity.Current} sees no CUDA. 'gymbridge torch install --device cuda' fetches libtorch for CUDA; a driver has to be there already. Or use --device cpu.");
        }

        torch.set_default_device(device);
    }

    /// <summary>Gives libtorch its one thread, unless the program has said otherwise, products that repeat, and collections that wait for
    /// no call of it.</summary>
    /// <remarks>A <c>Scalar</c> of TorchSharp 0.107 that is made for one call is garbage while the native code still reads it. A
    /// collection in the background may end it there: the call fails, or computes with another number. Collections that begin in
    /// managed code only cannot.</remarks>
    internal static void ApplyDefaults()
    {
        if (EngineIdentity.Current.Kind != EngineKind.Libtorch)
        {
            return;
        }

        ReproducibleProducts.Ask();
        lock (Gate)
        {
            if (!_isSettled)
            {
                torch.set_num_threads(1);
                _isSettled = true;
            }

            if (GCSettings.LatencyMode == GCLatencyMode.Interactive)
            {
                GCSettings.LatencyMode = GCLatencyMode.Batch;
            }
        }
    }
}

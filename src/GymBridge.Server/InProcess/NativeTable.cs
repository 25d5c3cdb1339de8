using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace GymBridge.Server.InProcess;

/// <summary>The functions that Python calls, and the table in which it finds their addresses.</summary>
/// <remarks>Python's _inproc/library.py has the same order. Before it is filled the table holds its version. An exception that left
/// one of these functions would end the process.</remarks>
internal static unsafe class NativeTable
{
    private const long Version = 2;
    private const int Functions = 10;

    private static InProcessHost _host = null!;

    /// <summary>Whether the interpreter knows the functions that are here.</summary>
    public static bool IsOfThisVersion(nint table, int size) => size >= Functions * sizeof(nint) && *(long*)table == Version;

    /// <summary>Fills the table.</summary>
    public static void Write(nint table, InProcessHost host)
    {
        _host = host;
        var to = (nint*)table;
        to[0] = (nint)(delegate* unmanaged<int, byte*, int, nint>)&Begin;
        to[1] = (nint)(delegate* unmanaged<nint, int, int>)&Wait;
        to[2] = (nint)(delegate* unmanaged<nint, byte**, int*, int>)&Outcome;
        to[3] = (nint)(delegate* unmanaged<nint, void>)&Free;
        to[4] = (nint)(delegate* unmanaged<byte*, int, nint*, long*, nint>)&Attach;
        to[5] = (nint)(delegate* unmanaged<nint, int>)&Exchange;
        to[6] = (nint)(delegate* unmanaged<nint, int>)&WaitExchange;
        to[7] = (nint)(delegate* unmanaged<nint, void>)&Detach;
        to[8] = (nint)(delegate* unmanaged<void>)&NoteMainThread;
        to[9] = (nint)(delegate* unmanaged<void>)&Interrupt;
    }

    /// <summary>Writes a text instead, cut to the size and ended by a zero.</summary>
    public static void WriteText(nint table, int size, string text)
    {
        var memory = new Span<byte>((void*)table, size);
        memory.Clear();
        Encoding.UTF8.GetEncoder().Convert(text, memory[..^1], flush: true, out _, out _, out _);
    }

    [UnmanagedCallersOnly]
    private static nint Begin(int method, byte* request, int length) =>
        GCHandle.ToIntPtr(GCHandle.Alloc(_host.Begin((InProcessMethod)method, new ReadOnlySpan<byte>(request, length).ToArray())));

    [UnmanagedCallersOnly]
    private static int Wait(nint call, int milliseconds) => Target<InProcessCall>(call).Wait(milliseconds) ? 1 : 0;

    [UnmanagedCallersOnly]
    private static int Outcome(nint call, byte** data, int* length)
    {
        var (code, bytes) = Target<InProcessCall>(call).Outcome;
        *data = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0);
        *length = bytes.Length;
        return code;
    }

    [UnmanagedCallersOnly]
    private static void Free(nint call)
    {
        Target<InProcessCall>(call).Abandon();
        GCHandle.FromIntPtr(call).Free();
    }

    [UnmanagedCallersOnly]
    private static nint Attach(byte* sessionId, int length, nint* address, long* bytes)
    {
        try
        {
            if (_host.Attach(new ReadOnlySpan<byte>(sessionId, length)) is not { } slot)
            {
                return 0;
            }

            *address = slot.Address;
            *bytes = slot.Bytes;
            return GCHandle.ToIntPtr(GCHandle.Alloc(slot));
        }
        catch (Exception)
        {
            return 0; // Calls go as messages then, and say what is wrong.
        }
    }

    [UnmanagedCallersOnly]
    private static int Exchange(nint slot) => (int)Target<InProcessSlot>(slot).Exchange();

    [UnmanagedCallersOnly]
    private static int WaitExchange(nint slot) => Target<InProcessSlot>(slot).Wait() ? 1 : 0;

    [UnmanagedCallersOnly]
    private static void Detach(nint slot)
    {
        Target<InProcessSlot>(slot).Detach();
        GCHandle.FromIntPtr(slot).Free();
    }

    [UnmanagedCallersOnly]
    private static void NoteMainThread() => InlineGuard.NoteMainThread();

    [UnmanagedCallersOnly]
    private static void Interrupt() => InlineGuard.InterruptMainThread();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Target<T>(nint handle)
        where T : class => Unsafe.As<T>(GCHandle.FromIntPtr(handle).Target!);
}

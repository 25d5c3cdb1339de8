namespace GymBridge.Protocol.SharedMemory;

/// <summary>Ways to wake a side that sleeps; by their bits in <c>SharedMemoryRequest.bells</c>.</summary>
[Flags]
internal enum BellKinds : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>By futex(2) on the bell's word.</summary>
    Futex = 1,

    /// <summary>By pipes, one for each side.</summary>
    Pipe = 2,
}

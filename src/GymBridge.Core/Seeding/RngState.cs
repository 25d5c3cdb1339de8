namespace GymBridge.Seeding;

/// <summary>Everything that decides what an <see cref="Rng"/> draws next; NumPy's <c>bit_generator.state</c> of a PCG64.</summary>
/// <param name="State">The state of the generator, NumPy's <c>state["state"]["state"]</c>.</param>
/// <param name="Increment">NumPy: <c>state["state"]["inc"]</c>; selects the stream, always odd.</param>
/// <param name="HasUInt32">NumPy: <c>has_uint32</c>; whether <paramref name="UInteger"/> is the next 32-bit draw.</param>
/// <param name="UInteger">NumPy: <c>uinteger</c>; the high half of a split 64-bit draw. Kept, as NumPy keeps it, after it is used.</param>
#pragma warning disable CA1720 // 'uinteger' is NumPy's key.
public readonly record struct RngState(UInt128 State, UInt128 Increment, bool HasUInt32, uint UInteger);
#pragma warning restore CA1720

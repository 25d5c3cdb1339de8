using System.Buffers.Binary;
using System.Text;

namespace GymBridge.Torch;

/// <summary>Makes one version requirement of a 64-bit little-endian ELF library weak: the loader then takes the library although the system lacks the version.</summary>
/// <remarks>Sound only if nothing in the library is bound to a symbol of that version, which is checked first.
/// Source: System V gABI, chapter 5; Linux Standard Base, "Symbol Versioning".</remarks>
internal static class ElfVersionNeeds
{
    private const ushort Weak = 2;
    private const int SymbolSize = 24;
    private const int RelocationSize = 24;

    // Types of program headers and tags of the dynamic section.
    private const uint Load = 1;
    private const uint Dynamic = 2;
    private const long StringTable = 5;
    private const long SymbolTable = 6;
    private const long Rela = 7;
    private const long RelaSize = 8;
    private const long JumpRelaSize = 2;
    private const long JumpRela = 23;
    private const long VersionSymbols = 0x6ffffff0;
    private const long VersionNeeds = 0x6ffffffe;
    private const long VersionNeedCount = 0x6fffffff;

    /// <summary>Makes the requirement weak, in place.</summary>
    /// <param name="elf">The whole file.</param>
    /// <param name="version">Name of the version, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether the library required it; false if not, or if it did so weakly before.</returns>
    /// <exception cref="InvalidDataException">The file is no such library, or something in it is bound to the version.</exception>
    public static bool MakeWeak(Span<byte> elf, string version)
    {
        if (elf.Length < 64 || U32(elf, 0) != 0x464c457f || elf[4] != 2 || elf[5] != 1)
        {
            throw new InvalidDataException("Not a 64-bit little-endian ELF file.");
        }

        try
        {
            return new Image(elf).MakeWeak(version);
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or OverflowException or KeyNotFoundException)
        {
            throw new InvalidDataException("A damaged ELF file: an offset leads outside of it.");
        }
    }

    private static ushort U16(ReadOnlySpan<byte> elf, long at) => BinaryPrimitives.ReadUInt16LittleEndian(elf[checked((int)at)..]);

    private static uint U32(ReadOnlySpan<byte> elf, long at) => BinaryPrimitives.ReadUInt32LittleEndian(elf[checked((int)at)..]);

    private static long U64(ReadOnlySpan<byte> elf, long at) => BinaryPrimitives.ReadInt64LittleEndian(elf[checked((int)at)..]);

    private readonly ref struct Image
    {
        private readonly Span<byte> _elf;
        private readonly Dictionary<long, long> _tags = [];

        public Image(Span<byte> elf)
        {
            _elf = elf;
            for (var i = 0; i < U16(elf, 56); i++)
            {
                var header = Header(i);
                if (U32(elf, header) != Dynamic)
                {
                    continue;
                }

                for (var at = U64(elf, header + 8); U64(elf, at) != 0; at += 16)
                {
                    _tags[U64(elf, at)] = U64(elf, at + 8);
                }
            }
        }

        public bool MakeWeak(string version)
        {
            var library = _tags.TryGetValue(VersionNeeds, out var address) ? Offset(address) : 0;
            for (var libraries = _tags.GetValueOrDefault(VersionNeedCount); libraries > 0; libraries--)
            {
                var need = library + U32(_elf, library + 8);
                for (var needs = U16(_elf, library + 2); needs > 0; needs--)
                {
                    if (Text(Offset(_tags[StringTable]) + U32(_elf, need + 8)) == version)
                    {
                        return MakeWeak(version, need);
                    }

                    need += U32(_elf, need + 12);
                }

                library += U32(_elf, library + 12);
            }

            return false;
        }

        private bool MakeWeak(string version, long need)
        {
            ThrowIfBound(version, U16(_elf, need + 6), Rela, RelaSize);
            ThrowIfBound(version, U16(_elf, need + 6), JumpRela, JumpRelaSize);
            var flags = U16(_elf, need + 4);
            BinaryPrimitives.WriteUInt16LittleEndian(_elf[checked((int)need + 4)..], (ushort)(flags | Weak));
            return (flags & Weak) == 0;
        }

        private void ThrowIfBound(string version, ushort index, long table, long size)
        {
            if (!_tags.TryGetValue(table, out var address))
            {
                return;
            }

            for (var at = Offset(address); at < Offset(address) + _tags[size]; at += RelocationSize)
            {
                var symbol = (uint)(U64(_elf, at + 8) >>> 32);
                if (U16(_elf, Offset(_tags[VersionSymbols]) + (2L * symbol)) == index)
                {
                    var name = Text(Offset(_tags[StringTable]) + U32(_elf, Offset(_tags[SymbolTable]) + ((long)SymbolSize * symbol)));
                    throw new InvalidDataException($"The library needs version {version}: '{name}' is bound to it.");
                }
            }
        }

        private long Header(int index) => U64(_elf, 32) + ((long)index * U16(_elf, 54));

        // Where an address of the loaded image is in the file.
        private long Offset(long address)
        {
            for (var i = 0; i < U16(_elf, 56); i++)
            {
                var header = Header(i);
                var start = U64(_elf, header + 16);
                if (U32(_elf, header) == Load && address >= start && address < start + U64(_elf, header + 32))
                {
                    return address - start + U64(_elf, header + 8);
                }
            }

            throw new ArgumentOutOfRangeException(nameof(address));
        }

        private string Text(long at)
        {
            var text = _elf[checked((int)at)..];
            return Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]);
        }
    }
}

using System.Buffers.Binary;
using System.Text;

namespace GymBridge.Torch.Installation;

/// <summary>Makes one version requirement of a 64-bit little-endian ELF library weak: ld.so then loads it where the version is missing.</summary>
/// <remarks>Sound only if no relocation binds a symbol of that version; refused otherwise. Source: System V gABI; LSB, "Symbol Versioning".</remarks>
internal static class ElfVersionNeeds
{
    private const uint Magic = 0x464c457f;
    private const int SymbolSize = 24;
    private const int RelocationSize = 24;
    private const ushort Weak = 2;

    /// <summary>Makes the requirement weak, in place.</summary>
    /// <param name="elf">The library.</param>
    /// <param name="version">Name of the version, such as GLIBCXX_3.4.32.</param>
    /// <returns>True if it was strong; false if it was weak already or is not there.</returns>
    /// <exception cref="InvalidDataException">A relocation needs a symbol of that version, or these bytes are no such library.</exception>
    public static bool MakeWeak(Span<byte> elf, string version)
    {
        try
        {
            var library = new Library(elf);
            if (library.FindNeed(version) is not { } entry)
            {
                return false;
            }

            if (library.FirstRelocated(library.Half(entry + 6)) is { } symbol)
            {
                throw new InvalidDataException($"a relocation needs version {version}, for '{symbol}'.");
            }

            var flags = library.Half(entry + 4);
            BinaryPrimitives.WriteUInt16LittleEndian(elf[(entry + 4)..], (ushort)(flags | Weak));
            return (flags & Weak) == 0;
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or OverflowException or KeyNotFoundException)
        {
            throw new InvalidDataException("it is a damaged ELF library.", exception);
        }
    }

    /// <summary>A library's dynamic section.</summary>
    private readonly ref struct Library
    {
        private const long Dynamic = 2, Load = 1;
        private readonly ReadOnlySpan<byte> _elf;
        private readonly Dictionary<long, long> _tags = [];

        public Library(ReadOnlySpan<byte> elf)
        {
            _elf = elf;
            if (elf.Length < 64 || Word(0) != Magic || elf[4] != 2 || elf[5] != 1)
            {
                throw new InvalidDataException("it is no 64-bit little-endian ELF library.");
            }

            for (var at = checked((int)Long(Segment(Dynamic, null) + 8)); Long(at) != 0; at += 16)
            {
                _tags[Long(at)] = Long(at + 8);
            }
        }

        public ushort Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_elf[at..]);

        /// <summary>Where the auxiliary entry of a needed version is; null if no library needs it.</summary>
        public int? FindNeed(string version)
        {
            if (!_tags.TryGetValue(Tag.VersionNeeds, out var address))
            {
                return null;
            }

            var need = Offset(address);
            for (var library = 0; library < _tags[Tag.VersionNeedCount]; library++)
            {
                var entry = need + (int)Word(need + 8);
                for (var i = 0; i < Half(need + 2); i++)
                {
                    if (Text(Offset(_tags[Tag.Strings]) + (int)Word(entry + 8)) == version)
                    {
                        return entry;
                    }

                    entry += (int)Word(entry + 12);
                }

                need += (int)Word(need + 12);
            }

            return null;
        }

        /// <summary>The name of the first symbol of a version that a relocation binds; null if there is none.</summary>
        public string? FirstRelocated(ushort version)
        {
            foreach (var (table, size) in new[] { (Tag.Relocations, Tag.RelocationsSize), (Tag.JumpRelocations, Tag.JumpRelocationsSize) })
            {
                for (long i = 0; _tags.ContainsKey(table) && i < _tags[size]; i += RelocationSize)
                {
                    var symbol = checked((int)(Long(checked((int)(Offset(_tags[table]) + i + 8))) >> 32));
                    if (Half(Offset(_tags[Tag.SymbolVersions]) + (2 * symbol)) == version)
                    {
                        return Text(Offset(_tags[Tag.Strings]) + (int)Word(Offset(_tags[Tag.Symbols]) + (SymbolSize * symbol)));
                    }
                }
            }

            return null;
        }

        private int Offset(long address)
        {
            var segment = Segment(Load, address);
            return checked((int)(address - Long(segment + 16) + Long(segment + 8)));
        }

        private int Segment(long type, long? holding)
        {
            for (var i = 0; i < Half(56); i++)
            {
                var header = checked((int)Long(32) + (i * Half(54)));
                if (Word(header) == type && (holding is not { } address || (address >= Long(header + 16) && address < Long(header + 16) + Long(header + 32))))
                {
                    return header;
                }
            }

            throw new InvalidDataException("it has no dynamic section, or one that points nowhere.");
        }

        private uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_elf[at..]);

        private long Long(int at) => BinaryPrimitives.ReadInt64LittleEndian(_elf[at..]);

        private string Text(int at) => Encoding.ASCII.GetString(_elf[at..][.._elf[at..].IndexOf((byte)0)]);
    }

    /// <summary>Keys of the dynamic section.</summary>
    private static class Tag
    {
        public const long Strings = 5;
        public const long Symbols = 6;
        public const long Relocations = 7;
        public const long RelocationsSize = 8;
        public const long JumpRelocationsSize = 2;
        public const long JumpRelocations = 23;
        public const long SymbolVersions = 0x6ffffff0;
        public const long VersionNeeds = 0x6ffffffe;
        public const long VersionNeedCount = 0x6fffffff;
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using Grpc.Net.Compression;
using GymBridge.Protocol.Errors;

namespace GymBridge.Server.Service;

/// <summary>A compression whose messages may not inflate beyond the limit of a message, and must be whole; gRPC for .NET has no such limit
/// (a few kilobytes of gzip can hold gigabytes), and .NET takes the beginning of a compressed message for all of it.</summary>
internal sealed class BoundedCompression(ICompressionProvider inner, int maxMessageBytes) : ICompressionProvider
{
    public string EncodingName => inner.EncodingName;

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => inner.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream)
    {
        var compressed = new CompressedBytes(stream);
        IWholeness wholeness = EncodingName == "gzip" ? new GzipLength() : new Adler32();
        return new Bounded(inner.CreateDecompressionStream(compressed), compressed, wholeness, maxMessageBytes);
    }

    /// <summary>What the last four bytes of a compressed message must be, by what it has inflated to.</summary>
    private interface IWholeness
    {
        void Add(ReadOnlySpan<byte> inflated);

        bool Fits(ReadOnlySpan<byte> trailer);
    }

    /// <summary>RFC 1952: the length modulo 2^32, least byte first. The checksum before it is looked at by zlib.</summary>
    private sealed class GzipLength : IWholeness
    {
        private uint _length;

        public void Add(ReadOnlySpan<byte> inflated) => _length += (uint)inflated.Length;

        public bool Fits(ReadOnlySpan<byte> trailer) => BinaryPrimitives.ReadUInt32LittleEndian(trailer) == _length;
    }

    /// <summary>RFC 1950, which is what gRPC calls deflate: the checksum Adler-32, greatest byte first.</summary>
    private sealed class Adler32 : IWholeness
    {
        private const int Modulus = 65521;
        private const int Block = 5552; // so many bytes fit into 32 bits before the remainder is taken

        private uint _sum = 1;
        private uint _sumOfSums;

        public void Add(ReadOnlySpan<byte> inflated)
        {
            while (!inflated.IsEmpty)
            {
                var block = inflated[..Math.Min(Block, inflated.Length)];
                inflated = inflated[block.Length..];
                foreach (var value in block)
                {
                    _sum += value;
                    _sumOfSums += _sum;
                }

                (_sum, _sumOfSums) = (_sum % Modulus, _sumOfSums % Modulus);
            }
        }

        public bool Fits(ReadOnlySpan<byte> trailer) => BinaryPrimitives.ReadUInt32BigEndian(trailer) == ((_sumOfSums << 16) | _sum);
    }

    private sealed class Bounded(Stream inner, CompressedBytes compressed, IWholeness wholeness, int limit) : ReadOnlyStream
    {
        private long _total;

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            _total += read;
            if (_total > limit)
            {
                throw RpcErrors.Of(
                    ErrorReasons.MessageTooLarge,
                    $"max_message_bytes: the compressed message inflates to more than {limit} bytes, the limit of this host.",
                    ("limit", $"{limit}"));
            }

            wholeness.Add(buffer[..read]);
            return read > 0 || buffer.IsEmpty || wholeness.Fits(compressed.Trailer)
                ? read
                : throw RpcErrors.Of(ErrorReasons.Internal, "The compressed message is not whole: its end is missing, or something follows it.");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    /// <summary>Remembers the last bytes of what is read through it.</summary>
    private sealed class CompressedBytes(Stream inner) : ReadOnlyStream
    {
        private readonly byte[] _trailer = new byte[4];

        public ReadOnlySpan<byte> Trailer => _trailer;

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            var last = buffer[Math.Max(0, read - _trailer.Length)..read];
            _trailer.AsSpan(last.Length).CopyTo(_trailer);
            last.CopyTo(_trailer.AsSpan(_trailer.Length - last.Length));
            return read;
        }
    }

    private abstract class ReadOnlyStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public abstract override int Read(Span<byte> buffer);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

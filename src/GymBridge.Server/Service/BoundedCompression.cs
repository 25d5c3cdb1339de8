using System.IO.Compression;
using Grpc.Net.Compression;
using GymBridge.Protocol.Errors;

namespace GymBridge.Server.Service;

/// <summary>A compression whose messages may not inflate beyond the limit of a message; gRPC for .NET has no such limit, and a
/// few kilobytes of gzip can hold gigabytes.</summary>
internal sealed class BoundedCompression(ICompressionProvider inner, int maxMessageBytes) : ICompressionProvider
{
    public string EncodingName => inner.EncodingName;

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => inner.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream) => new Bounded(inner.CreateDecompressionStream(stream), maxMessageBytes);

    private sealed class Bounded(Stream inner, int limit) : Stream
    {
        private long _total;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            _total += read;
            return _total <= limit
                ? read
                : throw RpcErrors.Of(
                    ErrorReasons.MessageTooLarge,
                    $"max_message_bytes: the compressed message inflates to more than {limit} bytes, the limit of this host.",
                    ("limit", $"{limit}"));
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

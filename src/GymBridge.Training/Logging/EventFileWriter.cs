using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using GymBridge.Training.Logging.EventFile;

namespace GymBridge.Training.Logging;

/// <summary>Writes the records of one of TensorBoard's event files.</summary>
/// <remarks>A record is its length, a checksum of the length, the message, and a checksum of the message: TensorFlow's TFRecord, with
/// masked CRC-32C. Source: tensorflow/core/lib/io/record_writer.cc and lib/hash/crc32c.h.</remarks>
internal sealed class EventFileWriter : IDisposable
{
    private const uint MaskDelta = 0xa282ead8;

    private readonly FileStream _stream;
    private readonly TimeProvider _time;

    public EventFileWriter(string path, TimeProvider time)
    {
        _time = time;
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        Write(new Event { FileVersion = "brain.Event:2" });
    }

    /// <summary>Appends a record, stamped with the time.</summary>
    public void Write(Event record)
    {
        record.WallTime = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        var size = record.CalculateSize();
        Span<byte> frame = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(frame, (ulong)size);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], MaskedCrc32C(frame[..8]));
        var message = new byte[size];
        record.WriteTo(message);
        _stream.Write(frame);
        _stream.Write(message);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, MaskedCrc32C(message));
        _stream.Write(frame[..4]);
    }

    public void Flush() => _stream.Flush();

    public void Dispose() => _stream.Dispose();

    private static uint MaskedCrc32C(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}

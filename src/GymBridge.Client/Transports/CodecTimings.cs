using System.Diagnostics;

namespace GymBridge.Client.Transports;

/// <summary>How long a client has encoded calls and decoded replies, in stopwatch ticks.</summary>
internal sealed class CodecTimings
{
    private long _encoding;
    private long _decoding;

    public TimeSpan Encoding => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _encoding));

    public TimeSpan Decoding => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _decoding));

    public void AddEncoding(long start) => Interlocked.Add(ref _encoding, Stopwatch.GetTimestamp() - start);

    public void AddDecoding(long start) => Interlocked.Add(ref _decoding, Stopwatch.GetTimestamp() - start);
}

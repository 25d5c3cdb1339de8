using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using GymBridge.Protocol.Errors;
using GymBridge.Server.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GymBridge.Server.Service;

/// <summary>The body of a stream of calls, whose messages must come to their end once they have begun: gRPC for .NET waits for the
/// rest for ever. Between messages a stream may be silent as long as its session lives.</summary>
internal sealed class PatientBody(PipeReader inner, TimeProvider time) : PipeReader, IRequestBodyPipeFeature
{
    private const int HeaderBytes = 5; // of a message of gRPC: a flag and its length
    private const double LeastBytesPerSecond = 64 * 1024;

    private static readonly TimeSpan BaseTime = TimeSpan.FromSeconds(10);

    private ReadOnlySequence<byte> _read;
    private long? _begun;
    private TimeSpan _limit;

    /// <inheritdoc/>
    public PipeReader Reader => this;

    /// <summary>Gives a request such a body.</summary>
    public static void Set(HttpContext context, TimeProvider time) =>
        context.Features.Set<IRequestBodyPipeFeature>(new PatientBody(context.Request.BodyReader, time));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await (_begun is { } begun ? ReadRestAsync(begun, cancellationToken) : inner.ReadAsync(cancellationToken));
        _read = result.Buffer;
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        var hasRead = inner.TryRead(out result);
        _read = result.Buffer;
        return hasRead;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        NotePart(_read.Slice(consumed), isExamined: _read.Slice(examined).IsEmpty);
        _read = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private void NotePart(ReadOnlySequence<byte> rest, bool isExamined)
    {
        if (rest.IsEmpty || !isExamined)
        {
            _begun = null;
            return;
        }

        _begun ??= time.GetTimestamp();
        _limit = BaseTime;
        if (rest.Length >= HeaderBytes)
        {
            Span<byte> header = stackalloc byte[HeaderBytes];
            rest.Slice(0, HeaderBytes).CopyTo(header);
            _limit += TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(header[1..]) / LeastBytesPerSecond);
        }
    }

    private async ValueTask<ReadResult> ReadRestAsync(long begun, CancellationToken cancellationToken)
    {
        var left = _limit - time.GetElapsedTime(begun);
        using var patience = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await inner.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CallRefusedException(
                ErrorReasons.CallTimeout,
                $"A message was begun {_limit.TotalSeconds:0} s ago, and its rest has not come; the stream is ended.",
                ("limit_ms", $"{(long)_limit.TotalMilliseconds}"));
        }
    }
}

using GymBridge.Protocol;
using GymBridge.Protocol.Errors;

namespace GymBridge.Server.Sessions;

/// <summary>The streams that drive one session: few, of which the newest count, for a broken connection may have left one that nobody reads.
/// Thread-safe.</summary>
internal sealed class SessionStreams
{
    private readonly Lock _gate = new();
    private readonly List<Place> _places = [];

    /// <summary>Takes a place for a stream, if need be that of the oldest.</summary>
    public Place Enter()
    {
        var place = new Place(this);
        Place? oldest = null;
        lock (_gate)
        {
            if (_places.Count == ProtocolConstants.MaxStreamsPerSession)
            {
                oldest = _places[0];
                _places.RemoveAt(0);
            }

            _places.Add(place);
        }

        oldest?.End();
        return place;
    }

    /// <summary>A stream's place, until it is disposed.</summary>
    internal sealed class Place(SessionStreams owner) : IDisposable
    {
        // Without a timer or a handle there is nothing of it to free, and the end may come from another stream at any time.
#pragma warning disable CA2213
        private readonly CancellationTokenSource _lost = new();
#pragma warning restore CA2213

        /// <summary>Cancelled when a newer stream has taken the place.</summary>
        public CancellationToken Lost => _lost.Token;

        /// <summary>Throws if a newer stream has taken the place.</summary>
        /// <exception cref="CallRefusedException">One has.</exception>
        public void ThrowIfLost()
        {
            if (_lost.IsCancellationRequested)
            {
                throw new CallRefusedException(
                    ErrorReasons.CapReached,
                    $"A session is driven by {ProtocolConstants.MaxStreamsPerSession} streams at most; newer ones took this one's place.",
                    ("cap", "max_streams_per_session"), ("limit", $"{ProtocolConstants.MaxStreamsPerSession}"));
            }
        }

        /// <summary>Ends the stream.</summary>
        public void End() => _lost.Cancel();

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._places.Remove(this);
            }
        }
    }
}

using GymBridge.Client.Replies;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Transports;

/// <summary>Carries the calls of one session to its server and brings the results, one at a time.</summary>
/// <remarks>It connects when it is first used, and again after it broke. Not thread-safe.</remarks>
internal interface ICallChannel : IDisposable
{
    /// <summary>Adds up the time of encoding and decoding; null: nobody wants to know.</summary>
    CodecTimings? Timings { get; set; }

    /// <summary>Sends a call ahead of <see cref="Send"/>, which comes next for the same call and only waits for its reply.</summary>
    /// <returns>False if it was not sent.</returns>
    bool TryBegin(Call call) => false;

    /// <summary>Sends a call and reads its reply into the target.</summary>
    /// <exception cref="TransportException">The server refused it, the connection broke, or the time is over.</exception>
    void Send(Call call, ReplyTarget target, TimeSpan timeout);
}

using GymBridge.Protocol.Errors;
using GymBridge.Server.Security;

namespace GymBridge.Server.Sessions;

/// <summary>The places of a host for sessions and lanes, of all clients together and of each that is one of several. Thread-safe.</summary>
internal sealed class SessionPlaces(GymBridgeOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Sessions, int Lanes)> _shares = new(StringComparer.Ordinal);
    private int _sessions;
    private int _lanes;

    /// <summary>Lanes that have a place.</summary>
    public int Lanes
    {
        get
        {
            lock (_gate)
            {
                return _lanes;
            }
        }
    }

    /// <summary>Takes the places of a session.</summary>
    /// <exception cref="CallRefusedException">They are taken, or are the share of others.</exception>
    public void Take(int lanes, string principal)
    {
        lock (_gate)
        {
            if (_sessions >= options.MaxSessions)
            {
                throw Cap(
                    "max_sessions", options.MaxSessions, 1, _sessions,
                    $"sessions: {options.MaxSessions} are open, which is the limit of this host; close one.");
            }

            if (_lanes + lanes > options.MaxTotalLanes)
            {
                throw Cap(
                    "max_total_lanes", options.MaxTotalLanes, lanes, _lanes,
                    $"total lanes: {_lanes} are open and {lanes} asked for, the limit of this host is {options.MaxTotalLanes}; close a session.");
            }

            if (Principal.IsOneOfSeveral(principal))
            {
                TakeOfShare(lanes, principal);
            }

            _sessions++;
            _lanes += lanes;
        }
    }

    /// <summary>Gives the places of a session back.</summary>
    public void GiveBack(int lanes, string principal)
    {
        lock (_gate)
        {
            _sessions--;
            _lanes -= lanes;
            if (_shares.TryGetValue(principal, out var share))
            {
                if (share.Sessions == 1)
                {
                    _shares.Remove(principal);
                }
                else
                {
                    _shares[principal] = (share.Sessions - 1, share.Lanes - lanes);
                }
            }
        }
    }

    private void TakeOfShare(int lanes, string principal)
    {
        var share = _shares.GetValueOrDefault(principal);
        var (mostSessions, mostLanes) = (ShareOf(options.MaxSessions), ShareOf(options.MaxTotalLanes));
        if (share.Sessions >= mostSessions)
        {
            throw Cap(
                "max_sessions", mostSessions, 1, share.Sessions,
                $"sessions: '{principal}' has {share.Sessions}, which is the limit of this host for one client; close one.");
        }

        if (share.Lanes + lanes > mostLanes)
        {
            throw Cap(
                "max_total_lanes", mostLanes, lanes, share.Lanes,
                $"total lanes: '{principal}' has {share.Lanes} and asks for {lanes}, the limit of this host for one client is {mostLanes}; close a session.");
        }

        _shares[principal] = (share.Sessions + 1, share.Lanes + lanes);
    }

    private int ShareOf(int all) => Math.Max(1, (int)(all * options.MaxShareOfPrincipal));

    private static CallRefusedException Cap(string name, long limit, long asked, long inUse, string text) =>
        new(ErrorReasons.CapReached, text, ("cap", name), ("limit", $"{limit}"), ("asked", $"{asked}"), ("in_use", $"{inUse}"));
}

using System.Collections.Immutable;
using GymBridge.Client.Installation;

namespace GymBridge.Client.Hosting;

/// <summary>How a <see cref="PythonHost"/> is started.</summary>
public sealed record PythonHostOptions
{
    /// <summary>The interpreter; null: <c>$GYMBRIDGE_HOST_PYTHON</c>, else that of <see cref="VirtualEnvironment.Default"/>.</summary>
    public string? Interpreter { get; init; }

    /// <summary>The modules that the host may import to find environments.</summary>
    public ImmutableArray<string> Modules { get; init; } = ["gymnasium"];

    /// <summary>Longest time until the host listens.</summary>
    /// <value>60 s.</value>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Processes that the lanes of a vector environment are spread over; no more are started than there are lanes.</summary>
    /// <value>1; null for one for each four lanes, at most as many as there are processors, one less for those of Gymnasium's environments whose step takes
    /// about ten microseconds. Results do not depend on it.</value>
    public int? Processes { get; init; } = 1;

    /// <summary>Makes the lanes of a process that dies, or whose call hangs, anew in another one, and is told why: see <see cref="RestartingVectorEnv"/>. The lanes
    /// of the other processes go on. Called on the thread of the lanes.</summary>
    /// <value>Null: whoever steps them gets the error.</value>
    public Action<GymBridgeException>? OnRestart { get; init; }

    /// <summary>Listen on a loopback TCP port also where Unix domain sockets exist.</summary>
    public bool UseTcp { get; init; }
}

using GymBridge.Client.Transports;
using GymBridge.Client.Transports.SharedMemory;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;
using Python.Runtime;

namespace GymBridge.PythonNet;

/// <summary>Steps and resets through memory that Python sees as NumPy arrays.</summary>
internal sealed class PythonMemoryChannel : MemoryCallChannel
{
    private static readonly PyObject[] Nothing = [];

    private readonly OwnMemory _memory;
    private readonly PyObject _answer;
    private readonly CallWatch _watch = new();
    private readonly Func<bool> _invoke;

    private PythonMemoryChannel(ICallChannel messages, OwnMemory memory, PyObject answer)
        : base(messages, memory)
    {
        (_memory, _answer) = (memory, answer);
        _invoke = () =>
        {
            answer.Invoke(Nothing).Dispose();
            return true;
        };
    }

    /// <summary>The channel of a session; null where Python lays its columns out in another way.</summary>
    public static PythonMemoryChannel? TryOpen(EmbeddedPython python, ICallChannel messages, SharedLayout layout, Session session)
    {
        var memory = new OwnMemory(layout);
        if (python.Attach(session.SessionId.ToByteArray(), memory.Address, layout.Bytes) is { } answer)
        {
            return new PythonMemoryChannel(messages, memory, answer);
        }

        memory.Dispose();
        return null;
    }

    public override void Dispose()
    {
        if (IsUsable)
        {
            IsUsable = false;
            using (Py.GIL())
            {
                _answer.Dispose(); // Whatever looks at the memory goes with it.
            }

            _memory.Dispose();
        }

        _watch.Dispose();
        base.Dispose();
    }

    protected override void Begin(Call call)
    {
        // Python runs where it is called: as long as somebody waits.
    }

    protected override void Await(Call call) => EmbeddedPython.Watched(_watch, PythonCallChannel.LimitOf(call), _invoke);
}

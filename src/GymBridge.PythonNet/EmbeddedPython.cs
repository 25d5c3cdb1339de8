using System.Reflection;
using Google.Protobuf;
using Python.Runtime;

namespace GymBridge.PythonNet;

/// <summary>The interpreter in this process, and the host in it. Thread-safe: every call takes the GIL.</summary>
internal sealed class EmbeddedPython
{
    private static readonly Lock Gate = new();
    private static EmbeddedPython? _instance;

    private readonly string _interpreter;
    private readonly PyObject _call;
    private readonly PyObject _attach;
    private readonly PyObject _allow;

    private EmbeddedPython(string interpreter, PyObject host)
    {
        _interpreter = interpreter;
        _call = host.GetAttr("call");
        _attach = host.GetAttr("attach");
        _allow = host.GetAttr("allow");
    }

    /// <summary>The interpreter, embedded at the first call.</summary>
    /// <param name="interpreter">The program whose library and packages are used.</param>
    /// <exception cref="PythonEmbeddingException">It has no library, lacks packages, or another one is embedded already.</exception>
    public static EmbeddedPython Of(string interpreter)
    {
        lock (Gate)
        {
            _instance ??= Start(interpreter);
            return _instance._interpreter == interpreter
                ? _instance
                : throw new PythonEmbeddingException(
                    $"Python '{_instance._interpreter}' is embedded in this process already, and there can be no second one: '{interpreter}'.");
        }
    }

    /// <summary>Lets ids name a module, which is imported when such an environment is made.</summary>
    /// <exception cref="ArgumentException">That is no name of a module.</exception>
    public void Allow(string module)
    {
        using (Py.GIL())
        {
            try
            {
                using var name = new PyString(module);
                _allow.Invoke(name).Dispose();
            }
            catch (PythonException exception)
            {
                throw new ArgumentException(exception.Message, nameof(module), exception);
            }
        }
    }

    /// <summary>Answers a request of the service.</summary>
    /// <param name="method">Of the service.</param>
    /// <param name="request">The request.</param>
    /// <param name="watch">Of the session, or of this call alone.</param>
    /// <param name="limit">How long it may take.</param>
    /// <exception cref="Client.Transports.TransportException">It was refused, or took longer.</exception>
    public unsafe byte[] Call(string method, IMessage request, CallWatch watch, TimeSpan limit)
    {
        var data = request.ToByteArray();
        fixed (byte* start = data)
        {
            var (first, count) = ((nint)start, data.Length);
            var (status, reply) = Watched(watch, limit, () =>
            {
                using var name = new PyString(method);
                using var address = new PyInt((long)first);
                using var length = new PyInt(count);
                using var answer = _call.Invoke(name, address, length);
                using var code = answer[0];
                using var bytes = answer[1];
                return (code.As<int>(), Bytes(bytes));
            });
            return status == 0 ? reply : throw PythonTransport.Failure(status, reply);
        }
    }

    /// <summary>Runs a piece of Python, under the GIL, for no longer than it may take.</summary>
    /// <param name="watch">Ends it.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="work">What is run; it gives back nothing that is Python's.</param>
    /// <exception cref="Client.Transports.TransportException">It was ended, or raised.</exception>
    public static T Watched<T>(CallWatch watch, TimeSpan limit, Func<T> work)
    {
        using (Py.GIL())
        {
            watch.Begin(limit);
            try
            {
                var result = work();
                watch.End();
                return watch.WasEnded ? throw PythonTransport.TookTooLong(limit) : result;
            }
            catch (PythonException exception)
            {
                watch.End();
                throw watch.WasEnded ? PythonTransport.TookTooLong(limit) : PythonTransport.Failure(exception);
            }
        }
    }

    /// <summary>The function that answers calls which lie in memory; null where there is none.</summary>
    public unsafe PyObject? Attach(byte[] sessionId, nint address, int size)
    {
        using (Py.GIL())
        {
            using var module = Py.Import("ctypes");
            using var read = module.GetAttr("string_at");
            fixed (byte* start = sessionId)
            {
                using var where = new PyInt((long)start);
                using var length = new PyInt(sessionId.Length);
                using var id = read.Invoke(where, length);
                using var memory = new PyInt((long)address);
                using var bytes = new PyInt(size);
                var answer = _attach.Invoke(id, memory, bytes);
                if (!answer.IsNone())
                {
                    return answer;
                }

                answer.Dispose();
                return null;
            }
        }
    }

    private static EmbeddedPython Start(string interpreter)
    {
        var python = PythonLibrary.Find(interpreter);
        try
        {
            Runtime.PythonDLL = python.Library;
            PythonEngine.ProgramName = python.Program; // CPython finds pyvenv.cfg beside it, and so the packages.
            PythonEngine.Initialize();
            LeaveTheEndToTheSystem();
            PythonEngine.BeginAllowThreads();
        }
        catch (Exception exception) when (exception is not PythonEmbeddingException)
        {
            throw new PythonEmbeddingException($"Python '{interpreter}' cannot be embedded by '{python.Library}': {exception.Message}", exception);
        }

        using (Py.GIL())
        {
            try
            {
                using var module = Py.Import("gymbridge._host.embedded");
                using var type = module.GetAttr("EmbeddedHost");
                return new EmbeddedPython(interpreter, type.Invoke());
            }
            catch (PythonException exception)
            {
                throw new PythonEmbeddingException(
                    $"Python '{interpreter}' has no package 'gymbridge' that fits ({exception.Type.Name}: {exception.Message}). Run: gymbridge python install", exception);
            }
        }
    }

    // When the process ends pythonnet collects garbage on both sides, twenty times, against the Python code that still runs: Ctrl-C in a step that
    // hangs would take most of a minute (pythonnet/pythonnet#1701). What is left goes with the process.
    private static void LeaveTheEndToTheSystem()
    {
        if (typeof(PythonEngine).GetMethod("OnProcessExit", BindingFlags.NonPublic | BindingFlags.Static) is { } handler)
        {
            AppDomain.CurrentDomain.ProcessExit -= handler.CreateDelegate<EventHandler>();
        }
    }

    private static byte[] Bytes(PyObject bytes)
    {
        using var buffer = bytes.GetBuffer(PyBUF.CONTIG_RO);
        var data = new byte[buffer.Length];
        if (data.Length > 0)
        {
            buffer.Read(data, 0, data.Length, 0);
        }

        return data;
    }
}

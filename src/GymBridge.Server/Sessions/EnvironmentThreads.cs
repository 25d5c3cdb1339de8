namespace GymBridge.Server.Sessions;

/// <summary>The threads on which environments run, so that one that hangs or sleeps never takes a thread from the pool that
/// serves the network. Thread-safe.</summary>
/// <remarks>A session whose calls are quick may run on the thread that brought the call, which saves a change of threads; there
/// are few such places, and the pool gets as many threads more.</remarks>
internal sealed class EnvironmentThreads
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);
    private static int _poolThreadsAdded;

    private readonly Lock _gate = new();
    private readonly object _signal = new();
    private readonly Queue<Action> _waiting = new();
    private readonly int _limit;
    private int _threads;
    private int _idle;
    private int _inline;
    private int _abandoned;

    /// <summary>Threads to be made as they are needed.</summary>
    /// <param name="limit">Most threads.</param>
    public EnvironmentThreads(int limit)
    {
        _limit = limit;
        AddPoolThreads();
    }

    /// <summary>Places for calls that run on the thread that brought them.</summary>
    private static int InlineLimit => Environment.ProcessorCount;

    /// <summary>Threads that are inside an environment whose session was closed meanwhile.</summary>
    public int Abandoned => Volatile.Read(ref _abandoned);

    /// <summary>Whether another work would have to wait for a thread.</summary>
    public bool IsFull
    {
        get
        {
            lock (_signal)
            {
                return _threads >= _limit && _waiting.Count >= _idle;
            }
        }
    }

    /// <summary>Runs some work on a thread of its own, as soon as there is one.</summary>
    public void Run(Action work)
    {
        lock (_signal)
        {
            _waiting.Enqueue(work);
            if (_waiting.Count <= _idle)
            {
                Monitor.Pulse(_signal);
                return;
            }

            if (_threads >= _limit)
            {
                return;
            }

            _threads++;
        }

        new Thread(Loop) { IsBackground = true, Name = "gymbridge environment" }.Start();
    }

    /// <summary>Runs a function on a thread of its own.</summary>
    public Task<T> RunAsync<T>(Func<T> function)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Run(() =>
        {
            try
            {
                completion.SetResult(function());
            }
            catch (Exception exception)
            {
                completion.SetException(exception);
            }
        });
        return completion.Task;
    }

    /// <summary>Takes a place for a call on the caller's own thread, if there is one.</summary>
    public bool TryEnterInline()
    {
        lock (_gate)
        {
            if (_inline >= InlineLimit)
            {
                return false;
            }

            _inline++;
            return true;
        }
    }

    /// <summary>Gives the place back.</summary>
    public void LeaveInline()
    {
        lock (_gate)
        {
            _inline--;
        }
    }

    /// <summary>Counts a thread that nobody waits for any more, or no longer.</summary>
    public void CountAbandoned(int change) => Interlocked.Add(ref _abandoned, change);

    // The pool makes new threads slowly; those that calls block must be there before.
    private static void AddPoolThreads()
    {
        if (Interlocked.Exchange(ref _poolThreadsAdded, 1) == 0)
        {
            ThreadPool.GetMinThreads(out var workers, out var completions);
            ThreadPool.SetMinThreads(workers + InlineLimit, completions);
        }
    }

    private void Loop()
    {
        while (Next() is { } work)
        {
            work();
        }
    }

    private Action? Next()
    {
        lock (_signal)
        {
            while (_waiting.Count == 0)
            {
                _idle++;
                var wasPulsed = Monitor.Wait(_signal, IdleTime);
                _idle--;
                if (!wasPulsed && _waiting.Count == 0)
                {
                    _threads--;
                    return null;
                }
            }

            return _waiting.Dequeue();
        }
    }
}

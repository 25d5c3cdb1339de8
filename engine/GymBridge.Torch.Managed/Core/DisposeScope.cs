namespace TorchSharp;

/// <summary>Owns the tensors made while it is the innermost scope of its thread, and disposes them with itself.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly EngineThread _thread;
    private readonly DisposeScope? _outer;
    private IDisposable?[] _items = new IDisposable?[16];
    private int _length;
    private int _live;
    private bool _disposed;

    internal DisposeScope(EngineThread thread)
    {
        _thread = thread;
        _outer = thread.Scope;
        thread.Scope = this;
    }

    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            var view = new List<IDisposable>(_live);
            for (var i = 0; i < _length; i++)
            {
                if (_items[i] is { } item)
                    view.Add(item);
            }
            return view;
        }
    }

    public int DisposablesCount => _live;

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable => MoveToOther(_outer, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOther(_outer, first), MoveToOther(_outer, second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (MoveToOther(_outer, first), MoveToOther(_outer, second), MoveToOther(_outer, third));

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(_outer, (IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(_outer, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        if (Remove(disposable))
        {
            // To no scope at all is to be detached.
            if (scope is null)
                _thread.Statistics.Detached();
            scope?.Add(disposable);
        }
        return disposable;
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOther(scope, first), MoveToOther(scope, second));

    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope? scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (MoveToOther(scope, first), MoveToOther(scope, second), MoveToOther(scope, third));

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
            MoveToOther<IDisposable>(scope, disposable);
    }

    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        if (Remove(disposable))
            _thread.Statistics.Detached();
        return disposable;
    }

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (Detach(first), Detach(second));

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (Detach(first), Detach(second), Detach(third));

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
            Detach<IDisposable>(disposable);
    }

    public void Attach(IDisposable disposable)
    {
        var owner = (disposable as torch.Tensor)?.Scope ?? (disposable as torch.nn.utils.rnn.PackedSequence)?.Scope;
        if (owner is not null && owner != this)
            owner.Remove(disposable);
        else if (Contains(disposable))
            return;
        else
            _thread.Statistics.Attached();
        Add(disposable);
    }

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var list = disposables as IReadOnlyList<IDisposable> ?? [.. disposables];
        foreach (var disposable in list)
            Attach(disposable);
        return list;
    }

    public void DisposeEverything()
    {
        while (_length > 0)
        {
            if (_items[_length - 1] is not { } item)
            {
                _length--;
                continue;
            }
            // A tensor leaves the scope by itself, and counts as disposed in it.
            if (item is not torch.Tensor { IsInvalid: false })
                Remove(item);
            item.Dispose();
        }
    }

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var keep = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        for (var i = 0; i < _length; i++)
        {
            if (_items[i] is { } item && !keep.Contains(item))
            {
                if (item is not torch.Tensor { IsInvalid: false })
                    Remove(item);
                item.Dispose();
            }
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        DisposeEverythingBut([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        DisposeEverythingBut([first, second, third]);
        return (first, second, third);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        DisposeEverything();
        // Scopes may be disposed out of order: unlink this one wherever it is.
        if (_thread.Scope == this)
        {
            var scope = _outer;
            while (scope is { _disposed: true })
                scope = scope._outer;
            _thread.Scope = scope;
        }
    }

    public void MarkAsDisposed(IDisposable disposable) => Remove(disposable);

    public bool Contains(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
            return tensor.Scope == this;
        return Array.IndexOf(_items, disposable, 0, _length) >= 0;
    }

    internal void Add(IDisposable disposable)
    {
        if (_length == _items.Length)
            Compact();
        if (disposable is torch.Tensor tensor)
            tensor.EnterScope(this, _length);
        else if (disposable is torch.nn.utils.rnn.PackedSequence packed)
            packed.Scope = this;
        _items[_length++] = disposable;
        _live++;
    }

    /// <summary>A tensor that has just been made: the caller has checked nothing else holds it.</summary>
    internal int AddNew(torch.Tensor tensor)
    {
        if (_length == _items.Length)
            Compact();
        _items[_length] = tensor;
        _live++;
        return _length++;
    }

    /// <summary>Puts another handle in the place of one.</summary>
    internal void Replace(torch.Tensor old, torch.Tensor successor)
    {
        var index = old.ScopeIndex;
        old.LeaveScope();
        _items[index] = successor;
        successor.EnterScope(this, index);
    }

    internal bool Remove(IDisposable disposable)
    {
        int index;
        if (disposable is torch.Tensor tensor)
        {
            if (tensor.Scope != this)
                return false;
            index = tensor.ScopeIndex;
            tensor.LeaveScope();
        }
        else
        {
            index = Array.IndexOf(_items, disposable, 0, _length);
            if (index < 0)
                return false;
            if (disposable is torch.nn.utils.rnn.PackedSequence packed)
                packed.Scope = null;
        }
        _items[index] = null;
        _live--;
        while (_length > 0 && _items[_length - 1] is null)
            _length--;
        return true;
    }

    private void Compact()
    {
        if (_live <= _items.Length / 2)
        {
            var n = 0;
            for (var i = 0; i < _length; i++)
            {
                if (_items[i] is not { } item)
                    continue;
                _items[n] = item;
                (item as torch.Tensor)?.EnterScope(this, n);
                n++;
            }
            Array.Clear(_items, n, _length - n);
            _length = n;
        }
        else
        {
            Array.Resize(ref _items, _items.Length * 2);
        }
    }
}

public class DisposeScopeManager
{
    public static ThreadDisposeScopeStatistics Statistics => EngineThread.Current.Statistics;
}

/// <summary>How many tensors this thread has made and let go, in and outside of scopes.</summary>
public class ThreadDisposeScopeStatistics
{
    public long CreatedOutsideScopeCount => TensorStatistics.CreatedOutsideScopeCount;

    public long DisposedOutsideScopeCount => TensorStatistics.DisposedOutsideScopeCount;

    public long CreatedInScopeCount => TensorStatistics.CreatedInScopeCount;

    public long DisposedInScopeCount => TensorStatistics.DisposedInScopeCount;

    public long AttachedToScopeCount => TensorStatistics.AttachedToScopeCount;

    public long DetachedFromScopeCount => TensorStatistics.DetachedFromScopeCount;

    public long ThreadTotalLiveCount => TensorStatistics.ThreadTotalLiveCount;

    public LifetimeStatistics TensorStatistics { get; } = new();

    public LifetimeStatistics PackedSequenceStatistics { get; } = new();

    public void Reset()
    {
        TensorStatistics.Reset();
        PackedSequenceStatistics.Reset();
    }

    public override string ToString() => $"Tensor {TensorStatistics}; PackedSequence {PackedSequenceStatistics}";

    internal void Attached() => TensorStatistics.AttachedToScopeCount++;

    internal void Detached() => TensorStatistics.DetachedFromScopeCount++;
}

public class LifetimeStatistics
{
    public long CreatedOutsideScopeCount { get; internal set; }

    public long DisposedOutsideScopeCount { get; internal set; }

    public long CreatedInScopeCount { get; internal set; }

    public long DisposedInScopeCount { get; internal set; }

    public long AttachedToScopeCount { get; internal set; }

    public long DetachedFromScopeCount { get; internal set; }

    public long ThreadTotalLiveCount => CreatedOutsideScopeCount + CreatedInScopeCount - DisposedOutsideScopeCount - DisposedInScopeCount;

    public void Reset()
    {
        CreatedOutsideScopeCount = 0;
        DisposedOutsideScopeCount = 0;
        CreatedInScopeCount = 0;
        DisposedInScopeCount = 0;
        AttachedToScopeCount = 0;
        DetachedFromScopeCount = 0;
    }

    public override string ToString() =>
        $"ThreadTotalLiveCount: {ThreadTotalLiveCount}; CreatedOutsideScopeCount: {CreatedOutsideScopeCount}; DisposedOutsideScopeCount: {DisposedOutsideScopeCount}; "
        + $"CreatedInScopeCount: {CreatedInScopeCount}; DisposedInScopeCount: {DisposedInScopeCount}; AttachedToScopeCount: {AttachedToScopeCount}; DetachedFromScopeCount: {DetachedFromScopeCount}";
}

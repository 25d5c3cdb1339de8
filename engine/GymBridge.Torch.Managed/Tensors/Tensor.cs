using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A handle to a tensor. Invalid after <see cref="Dispose()"/>; several handles may look at the same values.</summary>
    public partial class Tensor : IDisposable
    {
        private static long _total;
        private static long _peak;

        private TensorImpl? _impl;
        private EngineThread? _owner;

        internal Tensor(TensorImpl impl)
        {
            _impl = impl;
            var thread = EngineThread.Current;
            _owner = thread;
            if (thread.Scope is { } scope)
            {
                Scope = scope;
                ScopeIndex = scope.AddNew(this);
                thread.Statistics.TensorStatistics.CreatedInScopeCount++;
            }
            else
            {
                thread.Statistics.TensorStatistics.CreatedOutsideScopeCount++;
            }
            Count();
        }

        /// <summary>Takes the place of another handle, in its scope and in the statistics; that handle becomes invalid.</summary>
        private protected Tensor(TensorImpl impl, Tensor predecessor)
        {
            _impl = impl;
            _owner = predecessor._owner;
            predecessor.Scope?.Replace(predecessor, this);
            predecessor._owner = null;
            predecessor.Dispose();
        }

        private Tensor(TensorImpl impl, bool unscoped)
        {
            _impl = impl;
        }

        /// <summary>Handles that have not been disposed.</summary>
        public static long TotalCount => Interlocked.Read(ref _total);

        public static long PeakCount => Interlocked.Read(ref _peak);

        public bool IsInvalid => _impl is null;

        public IntPtr Handle => _impl is null ? throw Invalid() : (IntPtr)(RuntimeHelpers.GetHashCode(this) | 1);

        internal TensorImpl Impl => _impl ?? throw Invalid();

        internal DisposeScope? Scope { get; private set; }

        internal int ScopeIndex { get; private set; }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            Scope?.Detach(this);
            return this;
        }

        public Tensor DetatchFromDisposeScope() => DetachFromDisposeScope();

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.Scope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (Scope is null)
                other?.Attach(this);
            else
                Scope.MoveToOther(other, this);
            return this;
        }

        public override bool Equals(object? obj) => obj is Tensor t && Equals(t);

        /// <summary>Whether shape and values are equal.</summary>
        public bool Equals(Tensor target)
        {
            if (ReferenceEquals(this, target))
                return true;
            if (!Shapes.Same(Impl.Shape, target.Impl.Shape))
                return false;
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            return eq(target).all().item<bool>();
        }

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

        /// <summary>A handle that no scope knows; for the engine's own bookkeeping.</summary>
        internal static Tensor Unscoped(TensorImpl impl) => new(impl, unscoped: true);

        internal void EnterScope(DisposeScope scope, int index)
        {
            Scope = scope;
            ScopeIndex = index;
        }

        internal void LeaveScope() => Scope = null;

        /// <summary>Takes the values of another handle, which becomes invalid, as Parameter and `to` of a module do.</summary>
        internal void Steal(Tensor other)
        {
            var impl = other.Impl.AddReference();
            _impl?.Release();
            _impl = impl;
            other.Dispose();
        }

        internal TensorImpl? ImplOrNull => _impl;

        protected virtual void Dispose(bool disposing)
        {
            var impl = Interlocked.Exchange(ref _impl, null);
            if (impl is null)
                return;
            if (_owner is { } owner)
            {
                if (Scope is not null)
                    owner.Statistics.TensorStatistics.DisposedInScopeCount++;
                else
                    owner.Statistics.TensorStatistics.DisposedOutsideScopeCount++;
                Interlocked.Decrement(ref _total);
            }
            Scope?.Remove(this);
            impl.Release();
        }

        private static void Count()
        {
            var n = Interlocked.Increment(ref _total);
            if (n > _peak)
                _peak = n;
        }

        private static InvalidOperationException Invalid() => new("Tensor invalid -- empty handle.");
    }
}

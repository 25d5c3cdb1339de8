namespace TorchSharp
{
    public static partial class torch
    {
        public static IDisposable no_grad() => new GradMode(EngineThread.Current, enabled: false, inference: null);

        public static IDisposable enable_grad(bool enabled = true) => new GradMode(EngineThread.Current, enabled, inference: null);

        public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(EngineThread.Current, mode, inference: null);

        public static bool is_grad_enabled() => !EngineThread.Current.GradDisabled;

        public static IDisposable inference_mode(bool mode = true) => new GradMode(EngineThread.Current, !mode, mode);

        public static bool is_inference_mode_enabled() => EngineThread.Current.Inference;

        public static DisposeScope NewDisposeScope() => new(EngineThread.Current);

        public static DisposeScope? CurrentDisposeScope => EngineThread.Current.Scope;

        public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
        {
            using var scope = NewDisposeScope();
            return expr().MoveToOuterDisposeScope();
        }

        public static int get_num_threads() => Threads.Count;

        public static void set_num_threads(int num) => Threads.Count = num;

        public static int get_num_interop_threads() => 1;

        public static void set_num_interop_threads(int num)
        {
            if (num <= 0)
                throw new ArgumentException($"Expected a positive number of threads, but got {num}.", nameof(num));
        }

        public static class autograd
        {
            public static IList<Tensor> grad(
                IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
                bool retain_graph = false, bool create_graph = false, bool allow_unused = false) =>
                Engine.Grad(outputs, inputs, grad_outputs, retain_graph, create_graph, allow_unused);

            public static void backward(
                IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
                bool create_graph = false, IList<Tensor>? inputs = null) =>
                Engine.Backward(
                    [.. tensors], grad_tensors is null ? null : [.. grad_tensors], retain_graph ?? create_graph,
                    create_graph, inputs is null ? null : [.. inputs]);

            public static void backward(
                Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
                backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

            public static void backward(
                Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
                backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

            public static AnomalyMode detect_anomaly(bool check_nan = true) => new(true, check_nan);

            public static AnomalyMode set_detect_anomaly(bool mode, bool check_nan = true) => new(mode, check_nan);
        }
    }

    /// <summary>Makes every backward step check its gradients for NaN, until disposed.</summary>
    public class AnomalyMode : IDisposable
    {
        private readonly bool _enabled = IsEnabled;
        private readonly bool _checkNaN = ShouldCheckNaN;

        public AnomalyMode(bool enabled, bool check_nan = true)
        {
            IsEnabled = enabled;
            ShouldCheckNaN = check_nan;
        }

        public static bool IsEnabled { get; private set; }

        public static bool ShouldCheckNaN { get; private set; }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            IsEnabled = _enabled;
            ShouldCheckNaN = _checkNaN;
        }
    }
}

namespace GymBridge.Torch.Managed
{
    /// <summary>Sets the grad mode of a thread until disposed, on that thread.</summary>
    internal sealed class GradMode : IDisposable
    {
        private readonly EngineThread _thread;
        private readonly bool _disabled;
        private readonly bool _inference;

        public GradMode(EngineThread thread, bool enabled, bool? inference)
        {
            _thread = thread;
            _disabled = thread.GradDisabled;
            _inference = thread.Inference;
            thread.GradDisabled = !enabled;
            if (inference is { } mode)
                thread.Inference = mode;
        }

        public void Dispose()
        {
            _thread.GradDisabled = _disabled;
            _thread.Inference = _inference;
        }
    }
}

using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Sequential Sequential() => new();

            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => Modules.Sequential.Of(modules);

            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => Modules.Sequential.Of(modules.Select((m, i) => ($"{i}", m)));

            public static Sequential Sequential(params Tuple<string, Module<Tensor, Tensor>>[] modules) =>
                Modules.Sequential.Of(modules.Select(m => (m.Item1, m.Item2)));

            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) => Modules.Sequential.Of(modules);

            public static Sequential Sequential(IEnumerable<Tuple<string, Module<Tensor, Tensor>>> modules) =>
                Modules.Sequential.Of(modules.Select(m => (m.Item1, m.Item2)));

            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => Modules.Sequential.Of(modules.Select((m, i) => ($"{i}", m)));
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Modules one after the other; what one hands to the next is disposed.</summary>
    public class Sequential : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly List<(string Name, torch.nn.IModule<torch.Tensor, torch.Tensor> Module)> _modules = [];

        protected Sequential(params (string, torch.nn.Module<torch.Tensor, torch.Tensor>)[] modules)
            : base(nameof(Sequential))
        {
            foreach (var (key, module) in modules)
                Add(key, module);
        }

        protected Sequential(params torch.nn.Module<torch.Tensor, torch.Tensor>[] modules)
            : base(nameof(Sequential))
        {
            foreach (var module in modules)
                Add($"{_modules.Count}", module);
        }

        internal Sequential()
            : base(nameof(Sequential))
        {
        }

        public int Count => _modules.Count;

        [System.Runtime.CompilerServices.IndexerName("SequentialItems")]
        public torch.nn.IModule<torch.Tensor, torch.Tensor> this[int index] => _modules[index].Module;

        [System.Runtime.CompilerServices.IndexerName("SequentialItems")]
        public Sequential this[(int? start, int? end) index]
        {
            get
            {
                var start = index.start ?? 0;
                var end = index.end ?? Count;
                foreach (var bound in (ReadOnlySpan<int>)[start, end])
                {
                    if (bound < 0 || bound > Count)
                        throw new IndexOutOfRangeException($"{bound} is not a valid index of {Count} modules; a range counts from the end.");
                }
                return start < end ? Part(start, end) : new();
            }
        }

        [System.Runtime.CompilerServices.IndexerName("SequentialItems")]
        public Sequential this[Range index]
        {
            get
            {
                var (start, length) = index.GetOffsetAndLength(Count);
                return Part(start, start + length);
            }
        }

        public Sequential append(string name, torch.nn.IModule<torch.Tensor, torch.Tensor> module)
        {
            Add(name, module);
            return this;
        }

        public Sequential append(torch.nn.IModule<torch.Tensor, torch.Tensor> module) => append($"{_modules.Count}", module);

        public override torch.Tensor forward(torch.Tensor tensor)
        {
            if (_modules.Count == 0)
                return tensor.alias();
            var x = DenseChain.TryForward(_modules, tensor, out var taken);
            if (x is null)
                (x, taken) = (_modules[0].Module.call(tensor), 1);
            for (var i = taken; i < _modules.Count; i++)
            {
                var next = _modules[i].Module.call(x);
                x.Dispose();
                x = next;
            }
            return x;
        }

        /// <summary>The modules in order. Two of one name are both there, though only the first is found by its name.</summary>
        public override IEnumerable<(string name, torch.nn.Module module)> named_children() =>
            _modules.Select(entry => (entry.Name, (torch.nn.Module)entry.Module));

        internal static Sequential Of(IEnumerable<(string Name, torch.nn.Module<torch.Tensor, torch.Tensor> Module)> modules)
        {
            var result = new Sequential();
            foreach (var (key, module) in modules)
                result.Add(key, module);
            return result;
        }

        // The list is private state, not a component: the modules are registered as they are added.
        protected override void RegisterComponents()
        {
        }

        private void Add(string key, torch.nn.IModule<torch.Tensor, torch.Tensor> module)
        {
            _modules.Add((key, module));
            if (!_internal_submodules.ContainsKey(key))
                register_module(key, (torch.nn.Module)module);
        }

        private Sequential Part(int start, int end) => Of(_modules[start..end].Select(m => (m.Name, (torch.nn.Module<torch.Tensor, torch.Tensor>)m.Module)));
    }
}

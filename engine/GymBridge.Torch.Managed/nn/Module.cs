using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A part of a network: parameters, buffers and submodules by name.</summary>
        public partial class Module : IDisposable
        {
            protected DeviceType _deviceType = DeviceType.CPU;
            protected int _deviceIndex = -1;
            protected OrderedDict<string, Module> _internal_submodules = new();
            protected OrderedDict<string, (Tensor, bool)> _internal_buffers = new();
            protected OrderedDict<string, Parameter> _internal_params = new();
            protected string name;

            private bool _areComponentsRegistered;

            protected Module(string name)
            {
                this.name = name;
                training = true;
            }

            public virtual bool training { get; private set; }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var child in children())
                    child.apply(fn);
                fn(this);
                return this;
            }

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var child in children())
                    child.train(train);
            }

            public virtual void eval() => train(false);

            /// <summary>Sets every gradient to null, or to zero.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    if (set_to_none)
                        parameter.Impl.SetGrad(null);
                    else if (parameter.Impl.Grad is { } grad)
                        OptimizerHelper.Zero(grad);
                }
            }

            /// <summary>The buffers by name; one that several modules share comes once, under its first name.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (key, (buffer, persistent)) in _internal_buffers)
                {
                    if ((persistent || include_nonpersistent) && seen.Add(buffer))
                        yield return (key, buffer);
                }
                if (!recurse)
                    yield break;
                foreach (var (prefix, child) in named_children())
                {
                    foreach (var (key, buffer) in child.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer))
                            yield return ($"{prefix}.{key}", buffer);
                    }
                }
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children()
            {
                foreach (var (key, child) in _internal_submodules)
                    yield return (key, child);
            }

            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (key, child) in named_children())
                {
                    yield return (key, child);
                    foreach (var (inner, module) in child.named_modules())
                        yield return ($"{key}.{inner}", module);
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            public virtual IEnumerable<Module> children() => named_children().Select(m => m.module);

            /// <summary>The parameters by name; one that several modules share comes once, under its first name.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (key, parameter) in _internal_params)
                {
                    if (parameter is not null && seen.Add(parameter))
                        yield return (key, parameter);
                }
                if (!recurse)
                    yield break;
                foreach (var (prefix, child) in named_children())
                {
                    foreach (var (key, parameter) in child.named_parameters())
                    {
                        if (seen.Add(parameter))
                            yield return ($"{prefix}.{key}", parameter);
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            public virtual bool has_buffer(string target) => Find(target, out var module, out var leaf) && module._internal_buffers.ContainsKey(leaf);

            public virtual bool has_parameter(string target) => Find(target, out var module, out var leaf) && module._internal_params.ContainsKey(leaf);

            public virtual Tensor? get_buffer(string target)
            {
                ArgumentNullException.ThrowIfNull(target);
                return Find(target, out var module, out var leaf) && module._internal_buffers.TryGetValue(leaf, out var buffer) ? buffer.Item1 : null;
            }

            public virtual Parameter? get_parameter(string target)
            {
                ArgumentNullException.ThrowIfNull(target);
                return Find(target, out var module, out var leaf) && module._internal_params.TryGetValue(leaf, out var parameter) ? parameter : null;
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                if (!_internal_buffers.TryAdd(name, (tensor, persistent)))
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
            }

            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                if (!_internal_params.TryAdd(name, param))
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    _internal_submodules.Remove(name);
                    return;
                }
                if (name.Contains('.', StringComparison.Ordinal))
                    throw new ArgumentException($"module name can't contain \".\", got: {name}");
                if (!_internal_submodules.TryAdd(name, submodule))
                    throw new InvalidOperationException($"Sub-module {name} is already registered.");
                submodule.RegisterComponents();
            }

            public virtual string GetName() => name;

            /// <summary>
            /// Registers the fields that hold modules, parameters and tensors (which become persistent buffers): those of the most derived class
            /// first.
            /// </summary>
            protected virtual void RegisterComponents()
            {
                if (_areComponentsRegistered)
                    return;
                for (var type = GetType(); type is not null && type != typeof(Module); type = type.BaseType)
                {
                    foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                    {
                        if (field.Name.StartsWith('<'))
                            continue;
                        var key = field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
                        switch (field.GetValue(this))
                        {
                            case Module module:
                                register_module(key, module);
                                break;
                            case Parameter parameter:
                                register_parameter(key, parameter);
                                break;
                            case Tensor tensor:
                                register_buffer(key, tensor);
                                break;
                        }
                    }
                }
                _areComponentsRegistered = true;
            }

            protected void ConditionallyRegisterParameter(string name, Tensor? value) => ConditionallyRegisterParameter(name, value as Parameter);

            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                if (value is null)
                    _internal_params.Remove(name);
                else
                    _internal_params[name] = value;
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null)
                    _internal_buffers.Remove(name);
                else
                    _internal_buffers[name] = (value, persistent);
            }

            protected static (Device device, ScalarType dtype) GetDefaultDeviceAndType(Device? device = null, ScalarType? dtype = null) =>
                (device ?? get_default_device(), dtype ?? get_default_dtype());

            protected void ClearModules() => _internal_submodules.Clear();

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                foreach (var (_, parameter) in _internal_params)
                    parameter?.Dispose();
                foreach (var (_, (buffer, _)) in _internal_buffers)
                    buffer?.Dispose();
                foreach (var child in children())
                    child.Dispose();
                _internal_params.Clear();
                _internal_buffers.Clear();
                _internal_submodules.Clear();
            }

            private bool Find(string target, out Module module, out string leaf)
            {
                module = this;
                var parts = target.Split('.');
                leaf = parts[^1];
                for (var i = 0; i < parts.Length - 1; i++)
                {
                    var next = module.named_children().FirstOrDefault(c => c.name == parts[i]).module;
                    if (next is null)
                        return false;
                    module = next;
                }
                return true;
            }
        }

        /// <summary>A module whose calls can be watched and changed by hooks.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            protected Dictionary<string, TPreHook> pre_hooks = [];
            protected Dictionary<string, TPostHook> post_hooks = [];
            protected Dictionary<string, Action<Module>> module_pre_hooks = [];
            protected Dictionary<string, Action<Module>> module_post_hooks = [];
            private int _hookCount;

            protected HookableModule(string name)
                : base(name)
            {
            }

            internal bool HasHooks => _hookCount > 0;

            public HookRemover register_forward_hook(TPostHook? hook) => Register(post_hooks, hook!);

            public HookRemover register_forward_pre_hook(TPreHook? hook) => Register(pre_hooks, hook!);

            public HookRemover register_forward_hook(Action<Module> hook) => Register(module_post_hooks, hook);

            public HookRemover register_forward_pre_hook(Action<Module> hook) => Register(module_pre_hooks, hook);

            private protected void RunModuleHooks(Dictionary<string, Action<Module>> hooks)
            {
                foreach (var hook in hooks.Values.ToArray())
                    hook(this);
            }

            private HookRemover Register<T>(Dictionary<string, T> hooks, T hook)
            {
                var key = $"{_hookCount++}";
                hooks[key] = hook;
                return new HookRemover(() => hooks.Remove(key));
            }

            public class HookRemover
            {
                private readonly Action _remove;

                internal HookRemover(Action remove) => _remove = remove;

                public void remove() => _remove();
            }
        }
    }
}

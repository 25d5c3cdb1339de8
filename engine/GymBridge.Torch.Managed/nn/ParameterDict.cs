using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static ParameterDict ParameterDict(params (string, Parameter)[] parameters)
            {
                var result = new ParameterDict();
                foreach (var entry in parameters)
                    result.Add(entry);
                return result;
            }
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Parameters by name, registered when the dictionary itself is.</summary>
    public class ParameterDict : torch.nn.Module, IDictionary<string, Parameter>, IList<(string, Parameter)>
    {
        private readonly OrderedDict<string, Parameter> _entries = new();
        private bool _registered;

        public ParameterDict()
            : base(nameof(ParameterDict))
        {
        }

        public int Count => _entries.Count;

        public bool IsReadOnly => false;

        public ICollection<string> Keys => _entries.Keys;

        public ICollection<Parameter> Values => _entries.Values;

        public Parameter this[string key]
        {
            get => _entries[key];
            set => _entries[key] = value;
        }

        public (string, Parameter) this[int index]
        {
            get => _entries[index];
            set => _entries[index] = value;
        }

        public void clear() => _entries.Clear();

        public IEnumerator<(string, Parameter)> items() => _entries.GetEnumerator();

        public IEnumerable<string> keys() => _entries.Keys;

        public IEnumerable<Parameter> values() => _entries.Values;

        public void Add((string, Parameter) item) => _entries.Add(item);

        public void Add(string key, Parameter value) => _entries.Add(key, value);

        public void Add(KeyValuePair<string, Parameter> item) => _entries.Add(item);

        public bool Contains((string, Parameter) item) => _entries.Contains(item);

        public bool Contains(KeyValuePair<string, Parameter> item) => _entries.Contains(item);

        public bool ContainsKey(string key) => _entries.ContainsKey(key);

        public void CopyTo((string, Parameter)[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

        public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

        public int IndexOf((string, Parameter) item) => _entries.IndexOf(item);

        public void Insert(int index, (string, Parameter) item) => _entries.Insert(index, item);

        public bool Remove((string, Parameter) item) => _entries.Remove(item);

        public bool Remove(string key) => _entries.Remove(key);

        public bool Remove(KeyValuePair<string, Parameter> item) => _entries.Remove(item);

        public void RemoveAt(int index) => _entries.RemoveAt(index);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out Parameter value) => _entries.TryGetValue(key, out value);

        public void Clear() => _entries.Clear();

        public IEnumerator<(string, Parameter)> GetEnumerator() => _entries.GetEnumerator();

        IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() =>
            ((IEnumerable<KeyValuePair<string, Parameter>>)_entries).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

        protected override void RegisterComponents()
        {
            if (_registered)
                return;
            foreach (var (key, value) in _entries)
                register_parameter(key, value);
            _registered = true;
        }
    }
}

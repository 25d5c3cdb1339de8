using static TorchSharp.torch;

namespace GymBridge.Agents.Checkpoints;

/// <summary>Named tensors on their way from a file into a module.</summary>
internal static class StateDict
{
    /// <summary>Fills a dictionary; if that fails, what it had is disposed.</summary>
    public static Dictionary<string, Tensor> Build(int capacity, Action<Dictionary<string, Tensor>> fill)
    {
        var result = new Dictionary<string, Tensor>(capacity, StringComparer.Ordinal);
        try
        {
            fill(result);
            return result;
        }
        catch
        {
            Dispose(result);
            throw;
        }
    }

    /// <summary>Copies values into a module after checking all of them, and disposes them.</summary>
    public static void CopyInto(nn.Module module, Dictionary<string, Tensor> source, bool strict)
    {
        try
        {
            var own = module.state_dict();
            var missing = own.Keys.Where(name => !source.ContainsKey(name)).ToArray();
            var unexpected = source.Keys.Where(name => !own.ContainsKey(name)).ToArray();
            if (strict && missing.Length + unexpected.Length > 0)
            {
                throw new ArgumentException(
                    $"The file does not fit the module: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}]. Pass strict: false to load what they share.");
            }

            foreach (var (name, value) in source)
            {
                if (own.TryGetValue(name, out var target) && !target.shape.AsSpan().SequenceEqual(value.shape))
                {
                    throw new ArgumentException(
                        $"'{name}' is [{string.Join(", ", target.shape)}] in the module, but [{string.Join(", ", value.shape)}] in the file.");
                }
            }

            using var noGrad = no_grad();
            foreach (var (name, value) in source)
            {
                if (own.TryGetValue(name, out var target))
                {
                    target.copy_(value);
                }
            }
        }
        finally
        {
            Dispose(source);
        }
    }

    private static void Dispose(Dictionary<string, Tensor> tensors)
    {
        foreach (var tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }
}

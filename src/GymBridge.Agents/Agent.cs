using GymBridge.Spaces;

namespace GymBridge.Agents;

/// <summary>A trained policy: acts on observations, and saves and loads its weights.</summary>
/// <remarks>Not thread-safe.</remarks>
public abstract class Agent : IDisposable
{
    /// <summary>Starts an agent over these spaces.</summary>
    protected Agent(string algorithm, Space observationSpace, Space actionSpace)
    {
        Algorithm = algorithm;
        ObservationSpace = observationSpace;
        ActionSpace = actionSpace;
    }

    /// <summary>The algorithm's name: <c>ppo</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The observations it reads.</summary>
    public Space ObservationSpace { get; }

    /// <summary>The actions it takes.</summary>
    public Space ActionSpace { get; }

    /// <summary>The networks by name, in a fixed order: what is saved and digested.</summary>
    public abstract IReadOnlyList<(string Name, TorchSharp.torch.nn.Module Network)> Networks { get; }

    /// <summary>Takes the greedy action in every lane.</summary>
    public abstract void ActGreedily(Columns observations, Columns actions);

    /// <summary>Saves every network as <c>NAME.dat</c>, TorchSharp's format.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, network) in Networks)
        {
            network.save(Path.Combine(folder, name + ".dat"));
        }
    }

    /// <summary>Loads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">A file is missing; the message names it.</exception>
    public void Load(string folder)
    {
        foreach (var (name, network) in Networks)
        {
            var path = Path.Combine(folder, name + ".dat");
            if (!File.Exists(path))
            {
                throw new FileNotFoundException($"'{path}' is missing: the folder holds no complete {Algorithm} agent.", path);
            }

            network.load(path);
        }
    }

    /// <summary>Frees the networks.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the networks; called once or more.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (_, network) in Networks)
            {
                network.Dispose();
            }
        }
    }
}

using System.Text.Json.Nodes;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Options;
using GymBridge.Seeding;
using GymBridge.Shared;
using GymBridge.Torch;

namespace GymBridge.Agents;

/// <summary>Learns from data or from a model that is known, without stepping an environment.</summary>
/// <remarks>The conventions are those of <see cref="Algorithm"/>: a run is a pure function of data, seed and options, in one go or saved and
/// loaded in between. Not thread-safe.</remarks>
public abstract class SupervisedLearner : IDisposable
{
    private const string LearnerEntry = "learner.json";

    private protected SupervisedLearner(AlgorithmDescriptor descriptor, AlgorithmOptions options, Seed? seed)
    {
        options.Validate();
        (Descriptor, Hyperparameters, Seed) = (descriptor, options, seed ?? Seed.FromEntropy());
    }

    /// <summary>What is known of the algorithm: its name and options.</summary>
    public AlgorithmDescriptor Descriptor { get; }

    /// <summary>The options of the run.</summary>
    public AlgorithmOptions Hyperparameters { get; }

    /// <summary>Seed of the run: of the weights and the minibatches.</summary>
    public Seed Seed { get; }

    /// <summary>Updates so far; an update is an epoch where there is data.</summary>
    public int Updates { get; private set; }

    /// <summary>Examples seen so far.</summary>
    public long Examples { get; private protected set; }

    /// <summary>Makes one update of the weights.</summary>
    /// <exception cref="NonFiniteException">The loss became NaN or infinite.</exception>
    public UpdateReport Update()
    {
        var metrics = OnUpdate();
        Updates++;
        return new UpdateReport(Updates, Examples, metrics);
    }

    /// <summary>Makes updates until there are so many in all.</summary>
    /// <returns>What the last one brought.</returns>
    /// <exception cref="InvalidOperationException">There are so many already.</exception>
    public UpdateReport Learn(int updates)
    {
        if (updates <= Updates)
        {
            throw new InvalidOperationException($"Training is complete at {Updates} of {Plural.Of(updates, "update")}; ask for more in all to go on.");
        }

        UpdateReport report;
        do
        {
            report = Update();
        }
        while (Updates < updates);
        return report;
    }

    /// <summary>Saves the whole run to one file: options, weights, optimizer, random streams. The data are the caller's.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => CheckpointFile.Save(path, archive =>
    {
        archive.Json(LearnerEntry, () => new JsonObject
        {
            ["algorithm"] = Descriptor.Name,
            ["seed"] = Seed.ToString(),
            ["engine"] = EngineIdentity.Current.ToString(),
            ["options"] = Descriptor.WriteOptions(Hyperparameters),
        });
        Exchange(archive);
    });

    /// <summary>Frees what the learner holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private protected static T Load<T>(string path, AlgorithmDescriptor descriptor, Func<AlgorithmOptions, Seed, T> create)
        where T : SupervisedLearner => CheckpointFile.Load(path, _ => { }, archive =>
        {
            if (!archive.Has(LearnerEntry))
            {
                throw new InvalidDataException($"it is no run of {descriptor.Title}.");
            }

            var header = archive.Json(LearnerEntry, () => throw new InvalidOperationException("Bug: a run is read while saving."));
            if (header["algorithm"]?.GetValue<string>() is var name && name != descriptor.Name)
            {
                throw new InvalidDataException($"it is a run of {name}, not of {descriptor.Name}.");
            }

            var learner = create(descriptor.ReadOptions(header["options"]!), Seed.Parse(header["seed"]!.GetValue<string>()));
            learner.Exchange(archive);
            return learner;
        });

    private protected abstract IReadOnlyList<KeyValuePair<string, double>> OnUpdate();

    private protected abstract void ExchangeState(StateArchive archive);

    private protected abstract void Dispose(bool disposing);

    private void Exchange(StateArchive archive)
    {
        Updates = checked((int)archive.Number("updates", Updates));
        Examples = archive.Number("examples", Examples);
        ExchangeState(archive);
    }
}

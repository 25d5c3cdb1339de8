using System.Text.Json.Nodes;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Scores whole completions: a network that reads the window of prompt and completion and gives one number.</summary>
/// <remarks>Preferences tell a score up to a constant for each prompt. The transformer reads its number at the last token that is no
/// padding. Not thread-safe.</remarks>
public sealed class RewardModel : IDisposable
{
    private const string Entry = "reward_model.json";

    private readonly RewardModelOptions _options;
    private readonly Sequential _module;
    private readonly int _window;

    internal RewardModel(Space observations, RewardModelOptions options, Seed seed)
    {
        TensorSettings.ApplyDefaults();
        (ObservationSpace, _options) = (observations, options);
        var encoder = new ObservationEncoder(observations);
        _window = encoder.Features;
        var kind = options.Network == FeatureNetworkKind.Auto ? FeatureNetworkKind.OneHot : options.Network;
        _module = RandomStreams.InitialWeights(seed, () =>
        {
            var reader = TokenNetwork.Create(kind, encoder);
            return nn.Sequential(
                reader, Mlp.CreateUniform(NetworkShapes.OutputsOf(reader, _window, nameof(TokenNetwork)), options.HiddenSizes, 1, options.Activation));
        });
    }

    /// <summary>The windows that it reads.</summary>
    public Space ObservationSpace { get; }

    /// <summary>Its networks: float32 [B, W] of tokens to float32 [B, 1].</summary>
    public nn.Module<Tensor, Tensor> Module => _module;

    /// <summary>Loads a model that <see cref="Save"/> wrote.</summary>
    /// <param name="path">What <see cref="Save"/>, or a run of <see cref="RewardLearner"/>, wrote.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or no reward model.</exception>
    public static RewardModel Load(string path) => CheckpointFile.Load(path, _ => { }, archive =>
    {
        if (!archive.Has(Entry))
        {
            throw new InvalidDataException("it holds no reward model.");
        }

        var node = archive.Json(Entry, () => throw new InvalidOperationException("Bug: a model is read while saving."));
        var model = new RewardModel(SpaceJson.Read(node["observation_space"]), (RewardModelOptions)RewardLearner.Descriptor.ReadOptions(node["options"]!), default);
        model.Exchange(archive);
        return model;
    });

    /// <summary>Saves the model alone: networks and observation space, no optimizer.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => CheckpointFile.Save(path, Exchange);

    /// <summary>The scores of whole completions.</summary>
    /// <param name="windows">float32 [N, W]; prompt, completion and padding.</param>
    /// <param name="scores">float64 [N]; filled.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Score(ReadOnlySpan<float> windows, Span<double> scores)
    {
        if (windows.Length != scores.Length * _window)
        {
            throw new ArgumentException($"{scores.Length} scores need windows of {scores.Length} x {_window} tokens, got {windows.Length}.", nameof(windows));
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var values = Score(tensor(windows.ToArray(), [scores.Length, _window])).cpu().data<float>();
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = values[i];
        }
    }

    /// <summary>Frees the networks; scoring afterwards is an error.</summary>
    public void Dispose() => _module.Dispose();

    internal Tensor Score(Tensor windows) => _module.call(windows).squeeze(1);

    internal void Exchange(StateArchive archive)
    {
        if (!archive.IsLoading)
        {
            archive.Json(Entry, () => new JsonObject
            {
                ["engine"] = EngineIdentity.Current.ToString(),
                ["observation_space"] = SpaceJson.Write(ObservationSpace),
                ["options"] = RewardLearner.Descriptor.WriteOptions(_options),
            });
        }

        archive.Module("reward_model", _module);
    }
}

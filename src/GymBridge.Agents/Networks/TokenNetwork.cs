using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>Reads a window of tokens: prompt, what was written, and padding, which is the last of the tokens.</summary>
/// <remarks>Either each place one-hot, float32 [B, W V]; or by a transformer with embeddings of 32 numbers, learned positions and two layers
/// of two heads (post-norm, ReLU, 64 units, no dropout), each place seeing those before it alone; the output, float32 [B, 32], is that at
/// the last token that is no padding. Source: Vaswani et al. 2017, arXiv:1706.03762.</remarks>
public sealed class TokenNetwork : nn.Module<Tensor, Tensor>
{
    private const int Width = 32;
    private const int Heads = 2;
    private const int FeedForward = 64;
    private const int Layers = 2;

    private readonly int _tokens;
    private readonly Embedding? _embedding;
    private readonly Parameter? _positions;
    private readonly TransformerEncoder? _encoder;

    private TokenNetwork(int window, int tokens, bool isTransformer)
        : base(nameof(TokenNetwork))
    {
        _tokens = tokens;
        if (!isTransformer)
        {
            return;
        }

        _embedding = nn.Embedding(tokens, Width);
        _positions = nn.Parameter(randn([window, Width]) * 0.02);
        using var layer = nn.TransformerEncoderLayer(Width, Heads, FeedForward, dropout: 0);
        _encoder = nn.TransformerEncoder(layer, Layers);
        register_module("embedding", _embedding);
        register_parameter("positions", _positions);
        register_module("encoder", _encoder);
    }

    /// <summary>Makes one with fresh weights.</summary>
    /// <param name="kind">One-hot or transformer.</param>
    /// <param name="observations">The features.</param>
    /// <exception cref="ArgumentException">The observation is no window of tokens.</exception>
    public static TokenNetwork Create(FeatureNetworkKind kind, ObservationEncoder observations)
    {
        Resolve(kind, observations);
        return new TokenNetwork(observations.Features, observations.Parts[0].Tokens!.Value, kind == FeatureNetworkKind.Transformer);
    }

    /// <summary>Whether observations are one window of tokens.</summary>
    public static bool Fits(ObservationEncoder observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        return observations.Parts is [{ Tokens: not null }];
    }

    internal static FeatureNetworkKind Resolve(FeatureNetworkKind kind, ObservationEncoder observations) =>
        Fits(observations) ? kind : throw new ArgumentException(
        "There is no window of tokens to read one-hot or by a transformer: that is a Box of integers of one axis from 0 to the same bound in each place, such as Box(0, 15, (4,), int64). Set Network to auto (--network auto).");

    /// <summary>float32 [B, W] of tokens to float32 [B, G].</summary>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var tokens = input.to_type(ScalarType.Int64);
        if (_encoder is null)
        {
            return nn.functional.one_hot(tokens, _tokens).to_type(ScalarType.Float32).flatten(1).MoveToOuterDisposeScope();
        }

        var window = tokens.shape[1];
        var places = (_embedding!.call(tokens) + _positions!).transpose(0, 1);
        var later = full([window, window], float.NegativeInfinity, device: input.device).triu(1);
        var read = _encoder.call(places, later, null);
        var last = (tokens.ne(_tokens - 1).sum(1) - 1).clamp(0).reshape(1, -1, 1).expand(1, tokens.shape[0], Width);
        return read.gather(0, last).squeeze(0).MoveToOuterDisposeScope();
    }
}

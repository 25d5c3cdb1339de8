using System.Globalization;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>Reads the images among the features by convolutions, and passes the other features on beside them.</summary>
/// <remarks>What Stable-Baselines3 calls NatureCNN, and for observations of several parts CombinedExtractor: an image alone becomes 512
/// features (256 of the residual network), an image beside other parts 256; parts stay in their order.</remarks>
public sealed class FeatureNetwork : nn.Module<Tensor, Tensor>
{
    private const int FeaturesAlone = 512;
    private const int FeaturesBesideOthers = 256;

    private readonly IReadOnlyList<ObservationPart> _parts;
    private readonly ImageNetwork?[] _images;

    private FeatureNetwork(IReadOnlyList<ObservationPart> parts, Func<ImageLayout, ImageNetwork?> create)
        : base(nameof(FeatureNetwork))
    {
        _parts = parts;
        _images = [.. parts.Select(part => part.Image is { } image ? create(image) : null)];
        for (var i = 0; i < _images.Length; i++)
        {
            if (_images[i] is { } network)
            {
                register_module(parts.Count == 1 ? "image" : string.Create(CultureInfo.InvariantCulture, $"image_{i}"), network);
            }
        }
    }

    /// <summary>The networks of the parts of an observation; null of a part that is passed on.</summary>
    public IReadOnlyList<ImageNetwork?> Images => _images;

    /// <summary>The parts of the features that it reads.</summary>
    public IReadOnlyList<ObservationPart> Parts => _parts;

    /// <summary>Makes one with fresh weights; null where all features are passed on as they are.</summary>
    /// <param name="kind">What reads images; <see cref="FeatureNetworkKind.Auto"/> leaves out those that are too small.</param>
    /// <param name="observations">The features.</param>
    /// <param name="isOrthogonal">Whether weights start orthogonal with gain sqrt(2) and biases at zero; if not, as the tensor library makes them.</param>
    /// <exception cref="ArgumentException">There is no image, or one that is too small for the network.</exception>
    public static FeatureNetwork? Create(FeatureNetworkKind kind, ObservationEncoder observations, bool isOrthogonal)
    {
        ArgumentNullException.ThrowIfNull(observations);
        if (Resolve(kind, observations) is FeatureNetworkKind.Mlp or FeatureNetworkKind.OneHot or FeatureNetworkKind.Transformer)
        {
            return null;
        }

        var isAlone = observations.Parts.Count == 1;
        return new FeatureNetwork(observations.Parts, image => kind switch
        {
            FeatureNetworkKind.Impala => ImageNetwork.Impala(image, FeaturesBesideOthers, isOrthogonal),
            _ when ImageNetwork.FitsNature(image) => ImageNetwork.Nature(image, isAlone ? FeaturesAlone : FeaturesBesideOthers, isOrthogonal),
            _ => null,
        });
    }

    /// <summary>What <see cref="FeatureNetworkKind.Auto"/> stands for with these observations; other kinds stand for themselves.</summary>
    /// <exception cref="ArgumentException">There is no image, or none that is large enough for the network.</exception>
    public static FeatureNetworkKind Resolve(FeatureNetworkKind kind, ObservationEncoder observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var images = observations.Parts.Select(part => part.Image).OfType<ImageLayout>().ToList();
        return kind switch
        {
            FeatureNetworkKind.Auto => images.Exists(ImageNetwork.FitsNature) ? FeatureNetworkKind.NatureCnn : FeatureNetworkKind.Mlp,
            FeatureNetworkKind.Mlp => kind,
            FeatureNetworkKind.OneHot or FeatureNetworkKind.Transformer => TokenNetwork.Resolve(kind, observations),
            _ when images.Count == 0 => throw new ArgumentException(
                "There is no image among the observations for a convolutional network: images are Box spaces of uint8 from 0 to 255 with two to four axes, such as (84, 84, 3). Set Network to mlp (--network mlp), or wrap the environment so that it gives images."),
            FeatureNetworkKind.NatureCnn when !images.Exists(ImageNetwork.FitsNature) => throw new ArgumentException(
                $"A Nature CNN needs images of at least {ImageNetwork.MinNatureSize} x {ImageNetwork.MinNatureSize} pixels, got {string.Join(", ", images)}. Set Network to impala or mlp (--network impala)."),
            _ => kind,
        };
    }

    /// <summary>float32 [B, F] of encoded observations to float32 [B, G].</summary>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_images is [{ } only])
        {
            return only.call(input);
        }

        return cat([.. _parts.Select((part, i) =>
        {
            var features = input.narrow(1, part.Offset, part.Width);
            return _images[i]?.call(features) ?? features;
        })], 1);
    }
}

using GymBridge.Agents.Observations;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GymBridge.Agents.Networks;

/// <summary>Convolutions over an image that comes as a flat row, or over a stack of images, and a linear layer behind them.</summary>
public sealed class ImageNetwork : Module<Tensor, Tensor>
{
    /// <summary>Rows and columns that the three convolutions of the Nature CNN need.</summary>
    public const int MinNatureSize = 36;

    private static readonly double Gain = Math.Sqrt(2);

    private ImageNetwork(ImageLayout image, Sequential convolutions, int features, bool isOrthogonal)
        : base(nameof(ImageNetwork))
    {
        Image = image;
        Convolutions = convolutions;
        long flat;
        using (NewDisposeScope())
        using (no_grad())
        {
            flat = convolutions.call(zeros(1, image.Planes, image.Height, image.Width)).numel();
        }

        Linear = Sequential(Linear(flat, features), ReLU());
        register_module("cnn", Convolutions);
        register_module("linear", Linear);
        if (isOrthogonal)
        {
            foreach (var (_, parameter) in named_parameters())
            {
                _ = parameter.dim() > 1 ? init.orthogonal_(parameter, Gain) : init.zeros_(parameter);
            }
        }
    }

    /// <summary>How a row becomes an image.</summary>
    public ImageLayout Image { get; }

    /// <summary>float32 [B, S C, H, W] to float32 [B, K], flat.</summary>
    public Sequential Convolutions { get; }

    /// <summary>float32 [B, K] to float32 [B, G].</summary>
    public Sequential Linear { get; }

    /// <summary>Whether an image is large enough for <see cref="Nature"/>.</summary>
    public static bool FitsNature(ImageLayout image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Height >= MinNatureSize && image.Width >= MinNatureSize;
    }

    /// <summary>Three convolutions, a linear layer, ReLU after each.</summary>
    /// <remarks>Sources: Mnih et al. 2015, doi:10.1038/nature14236; stable_baselines3/common/torch_layers.py, NatureCNN.</remarks>
    public static ImageNetwork Nature(ImageLayout image, int features, bool isOrthogonal)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new ImageNetwork(
            image,
            Sequential(
                Conv2d(image.Planes, 32, 8, stride: 4),
                ReLU(),
                Conv2d(32, 64, 4, stride: 2),
                ReLU(),
                Conv2d(64, 64, 3),
                ReLU(),
                Flatten()),
            features,
            isOrthogonal);
    }

    /// <summary>Three stages of a convolution, a maximum and two residual blocks, a linear layer behind them.</summary>
    /// <remarks>Source: Espeholt et al. 2018, arXiv:1802.01561, figure 3, the large architecture without its LSTM.</remarks>
    public static ImageNetwork Impala(ImageLayout image, int features, bool isOrthogonal)
    {
        ArgumentNullException.ThrowIfNull(image);
        var modules = new List<Module<Tensor, Tensor>>();
        var planes = image.Planes;
        foreach (var channels in (ReadOnlySpan<int>)[16, 32, 32])
        {
            modules.Add(Conv2d(planes, channels, 3, padding: 1));
            modules.Add(MaxPool2d(3, stride: 2, padding: 1));
            modules.Add(new ResidualBlock(channels));
            modules.Add(new ResidualBlock(channels));
            planes = channels;
        }

        modules.Add(ReLU());
        modules.Add(Flatten());
        return new ImageNetwork(image, Sequential(modules), features, isOrthogonal);
    }

    /// <summary>float32 [B, S H W C] or [B, S C H W] to float32 [B, G].</summary>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Linear.call(Convolutions.call(Planes(input)));
    }

    private Tensor Planes(Tensor input)
    {
        var rows = input.shape[0];
        if (!Image.IsChannelsLast || Image.Channels == 1)
        {
            return input.reshape(rows, Image.Planes, Image.Height, Image.Width);
        }

        return input.reshape(rows, Image.Frames, Image.Height, Image.Width, Image.Channels)
            .permute(0, 1, 4, 2, 3)
            .reshape(rows, Image.Planes, Image.Height, Image.Width);
    }
}

using System.Text.Json.Serialization;

namespace GymBridge.Agents.Options;

/// <summary>What reads the observations before the hidden layers.</summary>
public enum FeatureNetworkKind
{
    /// <summary>A Nature CNN for images that are large enough for it, and nothing for other observations.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>Nothing: the hidden layers read the flat observation.</summary>
    [JsonStringEnumMemberName("mlp")]
    Mlp,

    /// <summary>Three convolutions and a linear layer. Source: Mnih et al. 2015, doi:10.1038/nature14236.</summary>
    [JsonStringEnumMemberName("nature-cnn")]
    NatureCnn,

    /// <summary>Fifteen convolutions with residual connections. Source: Espeholt et al. 2018, arXiv:1802.01561, figure 3.</summary>
    [JsonStringEnumMemberName("impala")]
    Impala,

    /// <summary>A window of tokens, each as a vector with one 1.</summary>
    [JsonStringEnumMemberName("one-hot")]
    OneHot,

    /// <summary>A window of tokens read by a small causal transformer, at its last token that is no padding.</summary>
    [JsonStringEnumMemberName("transformer")]
    Transformer,
}

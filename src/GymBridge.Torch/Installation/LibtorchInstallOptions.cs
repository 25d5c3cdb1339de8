namespace GymBridge.Torch.Installation;

/// <summary>For which device libtorch is installed, and how the installation tells of itself.</summary>
public sealed record LibtorchInstallOptions
{
    /// <summary>What it is to compute on.</summary>
    /// <value><c>cpu</c> (default) or <c>cuda</c>.</value>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether to install again what is there already.</summary>
    /// <value>Default false.</value>
    public bool Force { get; init; }

    /// <summary>Takes a line of text for people at every step.</summary>
    /// <value>Default null: nothing is said.</value>
    public Action<string>? Progress { get; init; }
}

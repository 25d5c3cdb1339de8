using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>Puts a user's networks into training mode where gradients flow through them, and into evaluation mode where they only act or
/// judge: what dropout and batch normalisation need to know.</summary>
/// <remarks>Stable-Baselines3's <c>set_training_mode</c>, read off the gradients, so that no algorithm can forget it. What a network draws in
/// training mode comes from a stream of the run: the library's generator, of which there is one in a process, is seeded for each pass.</remarks>
internal sealed class TrainingMode
{
    private const string PassesEntry = "policy/training_passes";

    private readonly Seed _seed;
    private readonly bool _hasNetworks;
    private long _passes;

    /// <summary>Watches over networks.</summary>
    /// <param name="networks">A user's; built-in ones are alike in both modes.</param>
    /// <param name="seed">Seed of the run.</param>
    public TrainingMode(CustomNetworks networks, Seed seed)
    {
        _seed = RandomStreams.SeedOf(seed, StreamPurpose.Networks);
        foreach (var network in networks.Modules)
        {
            _hasNetworks = true;
            network.register_forward_pre_hook(Enter);
        }
    }

    /// <summary>Saves or loads how many streams were drawn from.</summary>
    public void Exchange(StateArchive archive)
    {
        if (_hasNetworks)
        {
            _passes = archive.Number(PassesEntry, _passes, older: 0);
        }
    }

    private void Enter(nn.Module network)
    {
        var learns = is_grad_enabled();
        if (network.training != learns)
        {
            network.train(learns);
        }

        if (learns)
        {
            manual_seed(unchecked((long)(ulong)((_seed.ToBigInteger() + _passes++) & ulong.MaxValue)));
        }
    }
}

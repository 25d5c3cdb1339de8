using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of recurrent PPO; the defaults are sb3-contrib's.</summary>
public sealed record RecurrentPpoOptions : ProximalPolicyOptions
{
    /// <summary>sb3-contrib's defaults, to be changed by an object initializer.</summary>
    public RecurrentPpoOptions()
        : base(rolloutSteps: 128, minibatchSize: 128)
    {
    }

    /// <summary>Size of the state of an LSTM layer.</summary>
    /// <value>256; from 1 to 4096.</value>
    [Hyperparameter("lstm_hidden_size", "Size of the state of an LSTM layer.")]
    public int LstmHiddenSize { get; init; } = 256;

    /// <summary>Layers of an LSTM.</summary>
    /// <value>1; from 1 to 16.</value>
    [Hyperparameter("n_lstm_layers", "Layers of an LSTM.")]
    public int LstmLayers { get; init; } = 1;

    /// <summary>Whether the value reads the policy's LSTM, without gradients into it.</summary>
    /// <value>False.</value>
    [Hyperparameter("shared_lstm", "Whether the value reads the policy's LSTM, without gradients into it.")]
    public bool SharesLstm { get; init; }

    /// <summary>Whether the value has an LSTM of its own; if neither this nor <see cref="SharesLstm"/>, a linear layer stands in its place.</summary>
    /// <value>True.</value>
    [Hyperparameter("enable_critic_lstm", "Whether the value has an LSTM of its own.")]
    public bool HasCriticLstm { get; init; } = true;

    /// <summary>The options of PPO's loss.</summary>
    internal PpoOptions Loss => new()
    {
        NormalizeAdvantage = NormalizeAdvantage,
        ClipRangeValue = ClipRangeValue,
        EntropyCoefficient = EntropyCoefficient,
        ValueCoefficient = ValueCoefficient,
    };

    private protected override string Title => "Recurrent PPO";

    private protected override void Check(OptionChecks checks)
    {
        checks.Check(LstmHiddenSize is >= 1 and <= 4096, nameof(LstmHiddenSize), LstmHiddenSize, "between 1 and 4096");
        checks.Check(LstmLayers is >= 1 and <= 16, nameof(LstmLayers), LstmLayers, "between 1 and 16");
        checks.Check(!(SharesLstm && HasCriticLstm), nameof(HasCriticLstm), HasCriticLstm, "false where SharesLstm is true");
    }
}

namespace GymBridge.Agents.Formulas;

/// <summary>How the losses of tokens become the loss of a batch of completions.</summary>
public enum TokenAggregation
{
    /// <summary>The mean over all tokens: each token counts as much. TRL's bnpo and dapo.</summary>
    TokenMean,

    /// <summary>The mean of each completion, and then of the completions: tokens of long completions count less. TRL's grpo.</summary>
    SequenceMean,

    /// <summary>The sum over all tokens divided by the number of completions and the most tokens that one may have. TRL's dr_grpo.</summary>
    FixedLength,

    /// <summary>The sum over the tokens of each completion, and the mean of the completions.</summary>
    Sum,
}

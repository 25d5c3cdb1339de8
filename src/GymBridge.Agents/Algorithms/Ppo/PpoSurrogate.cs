namespace GymBridge.Agents;

/// <summary>What PPO's policy loss is made of.</summary>
public enum PpoSurrogate
{
    /// <summary>-mean(min(ratio A, clip(ratio, 1 - e, 1 + e) A)).</summary>
    Clip,

    /// <summary>-mean(ratio A) + beta KL(old || new).</summary>
    KlPenalty,

    /// <summary>-mean(ratio A): what the others improve on; it drifts when it is optimised for several epochs.</summary>
    Unclipped,
}

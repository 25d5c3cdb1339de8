namespace GymBridge.Agents;

/// <summary>What DPO makes of the difference of the implicit rewards of a pair.</summary>
public enum PreferenceLoss
{
    /// <summary>-log sigmoid(h): DPO; with label smoothing conservative DPO.</summary>
    Sigmoid,

    /// <summary>(h / beta - 1 / (2 beta))^2: IPO, which does not drive h to infinity where a preference is certain.</summary>
    Ipo,
}

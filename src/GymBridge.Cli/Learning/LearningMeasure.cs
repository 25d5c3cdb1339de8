namespace GymBridge.Cli.Learning;

/// <summary>What of a run is held against the threshold.</summary>
internal enum LearningMeasure
{
    /// <summary>Mean return of 20 greedy episodes of the policy at the end.</summary>
    Evaluation,

    /// <summary>The same of the best of the policies that were evaluated on the way, evaluated again.</summary>
    BestEvaluation,

    /// <summary>Mean return of the last 100 episodes of training.</summary>
    LastHundred,

    /// <summary>E[r] - beta KL(pi || ref) of the policy at the end, summed over all completions.</summary>
    Objective,

    /// <summary>The hidden reward of the policy at the end, summed over all completions.</summary>
    GoldReward,

    /// <summary>Share of held-out pairs of completions that are ranked as the hidden reward ranks them.</summary>
    GoldRanking,

    /// <summary>Of a bandit, the mean pseudo-regret of 200 runs.</summary>
    PseudoRegret,

    /// <summary>Of a bandit, the mean reward of the last 500 pulls over 10 runs.</summary>
    LastRewards,

    /// <summary>Of a table, the expected return of its greedy policy within the time limit, computed from the environment's own table.</summary>
    ExactReturn,

    /// <summary>Of a table, the expected share of the greedy policy's steps that are action 1.</summary>
    ActionShare,

    /// <summary>Mean discounted return of 200,000 greedy episodes.</summary>
    DiscountedReturn,

    /// <summary>How far the values of states are from the exact ones.</summary>
    ValueError,
}

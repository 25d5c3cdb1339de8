namespace GymBridge.Cli.Commands;

/// <summary>Questions that tell algorithms apart, answered for one of them.</summary>
/// <param name="LearnsFrom">What an update is made of: whole episodes, rollouts, single transitions.</param>
/// <param name="NextState">Whether the next state enters the target, and how.</param>
/// <param name="Learns">What is learned: V, Q, an advantage, a policy, from rewards alone.</param>
/// <param name="OnPolicy">Whether experience must come from the policy that learns.</param>
/// <param name="Discount">What the discount means.</param>
/// <param name="Pitfall">What most often goes wrong.</param>
internal sealed record AlgorithmCard(string LearnsFrom, string NextState, string Learns, string OnPolicy, string Discount, string Pitfall)
{
    private const string DiscountOfReturns = "Weight of later rewards in the return; 1 - gamma is the chance that an episode would end at each step.";

    private static readonly AlgorithmCard ActorCriticRollouts = new(
        "Rollouts of a fixed number of steps in every lane.",
        "Yes: V(s') bootstraps where a rollout or a time limit cuts an episode; nothing where the episode terminated.",
        "A policy, and V(s) as its baseline; advantages by GAE(lambda).",
        "Yes: a rollout is used for its own update and thrown away.",
        DiscountOfReturns,
        "A truncated episode that is treated as terminated teaches that time limits are failures.");

    private static readonly AlgorithmCard Bandit = new(
        "Single pulls: an arm and its reward.",
        "No: a bandit has none; the reward is all there is.",
        "The mean reward of each arm, which is Q without a state.",
        "No: a mean is a mean, whoever pulled the arm.",
        "There is none: every pull counts by itself.",
        "Arms that were pulled seldom are judged by luck: without exploration the first arm that pays is kept.");

    private static readonly AlgorithmCard PolicyGradientBandit = Bandit with
    {
        Learns = "A softmax policy over the arms, from rewards alone; a baseline only lowers the variance.",
        OnPolicy = "Yes: the gradient is right for pulls of the present policy alone.",
        Pitfall = "An arm that is hardly pulled gets hardly a gradient: an early wrong lead takes long to undo.",
    };

    private static readonly AlgorithmCard Completions = new(
        "Whole completions (episodes), one of each lane, and a frozen reference policy.",
        "No: the score of the whole completion is the target.",
        "A policy, whose logits are added to the reference's; no value.",
        "Nearly: a few steps on the same completions, kept near the policy that wrote them by clipping the probability ratio.",
        "None: every token shares the score of its completion.",
        "Tokens after the end of a completion in a sum, or a score at the padded end in place of the end.");

    private static readonly AlgorithmCard Table = new(
        "Single transitions, as they come.",
        "Yes: r + gamma max_a' Q(s', a'); nothing where the episode terminated.",
        "Q(s, a) in a table; the policy takes the best action.",
        "No: the target asks for the best action, whatever is done.",
        DiscountOfReturns,
        "It learns what is best without exploration, and walks along the cliff while it explores. The maximum of noisy values is too high.");

    /// <summary>The cards by name of the algorithm; a test holds them against the catalog.</summary>
    public static IReadOnlyDictionary<string, AlgorithmCard> All { get; } = new Dictionary<string, AlgorithmCard>(StringComparer.Ordinal)
    {
        ["ppo"] = ActorCriticRollouts with { OnPolicy = "Nearly: several epochs on one rollout, kept near the policy that made it by clipping the probability ratio." },
        ["recurrent_ppo"] = ActorCriticRollouts with
        {
            OnPolicy = "Nearly: several epochs on one rollout, kept near the policy that made it by clipping the probability ratio.",
            Pitfall = "A state that is not cleared where an episode begins carries one episode into the next.",
        },
        ["a2c"] = ActorCriticRollouts,
        ["a3c"] = ActorCriticRollouts with { OnPolicy = "Nearly: workers collect with weights that others have changed meanwhile. Not deterministic with several workers." },
        ["trpo"] = ActorCriticRollouts with { Pitfall = "A step that is accepted without checking its KL divergence and its surrogate may ruin the policy." },
        ["reinforce"] = new(
            "Whole episodes.",
            "No: the return of the episode is the target, no value is bootstrapped.",
            "A policy, from rewards alone; a baseline only lowers the variance.",
            "Yes: an episode is used once.",
            DiscountOfReturns,
            "Returns of few episodes are noise: without a baseline the gradient hardly points anywhere."),
        ["actor_critic"] = ActorCriticRollouts with { NextState = "No: the return of the episode less V(s) is the advantage.", LearnsFrom = "Whole episodes." },
        ["one_step_actor_critic"] = ActorCriticRollouts with
        {
            LearnsFrom = "Single transitions, as they come.",
            NextState = "Yes: r + gamma V(s') - V(s) is the advantage; V(s') is 0 where the episode terminated.",
            Learns = "A policy, and V(s) as its critic.",
        },
        ["epsilon_greedy"] = Bandit with { Pitfall = "A fixed epsilon explores for ever: the regret grows in a straight line. Epsilon 0 keeps the first arm that pays." },
        ["boltzmann"] = Bandit with { Pitfall = "The temperature is in units of rewards, and a constant one can lock in on a worse arm." },
        ["ucb1"] = Bandit with { Pitfall = "The bound is made for rewards in [0, 1]; others need another weight." },
        ["thompson_sampling"] = Bandit with { Learns = "A Beta posterior of each arm's probability to pay.", Pitfall = "Rewards have to be in [0, 1]: the posterior is that of a coin." },
        ["gradient_bandit"] = PolicyGradientBandit,
        ["reinforce_bandit"] = PolicyGradientBandit,
        ["linucb"] = Bandit with { LearnsFrom = "Single pulls: a context, an arm and its reward.", Learns = "A linear model of each arm's reward in the context.", Pitfall = "A reward that is not linear in the features is learnt wrongly, and confidently." },
        ["contextual_q"] = Bandit with { LearnsFrom = "Single pulls: a context, an arm and its reward.", Learns = "Q(x, a), the reward of each arm in a context, by regression of the pulled arm alone.", Pitfall = "Where actions change what is seen next it is short-sighted." },
        ["rlhf_ppo"] = Completions with
        {
            NextState = "Yes: V of the prefix with the next token, by GAE; nothing after the end.",
            Learns = "A policy, whose logits are added to the reference's, and V of prompt and prefix.",
            Discount = "1: a token is as good as what the whole completion earns, less the KL penalty of the tokens from it on.",
            Pitfall = "A reward model is right near its data alone: with a small KL weight the policy finds what it wrongly likes (reward hacking).",
        },
        ["grpo"] = Completions with { Pitfall = "A group whose completions all earn the same teaches nothing; dividing by its deviation must not give NaN." },
        ["rloo"] = Completions with { Pitfall = "The baseline of a completion must leave that completion out: with it the gradient is too small by (G - 1) / G." },
        ["dpo"] = new(
            "Pairs of completions of which one was preferred; nothing is sampled.",
            "No: log-probabilities of whole completions, and those of the reference, are all it needs.",
            "A policy, which is its own reward model: beta log(pi / ref).",
            "No: the pairs may come from anybody.",
            "None.",
            "Both log-probabilities may fall while the loss does; longer training overfits the pairs."),
        ["reward_model"] = new(
            "Pairs of completions of which one was preferred.",
            "No: whole completions are scored.",
            "A score of a completion, known up to a constant for each prompt.",
            "No.",
            "None.",
            "Its score means nothing far from its data, which is where a policy that maximises it goes."),
        ["exact_policy_gradient"] = new(
            "All completions of all prompts: the expectation is a sum, no sample is drawn.",
            "No: returns are exact.",
            "A table of logits.",
            "Yes: the sum is over the present policy.",
            "None.",
            "The number of contexts grows as V^L: it is a yardstick for small problems."),
        ["q_learning"] = Table,
        ["sarsa"] = Table with
        {
            NextState = "Yes: r + gamma Q(s', a'), a' the action that is taken next; nothing where the episode terminated.",
            OnPolicy = "Yes: it learns what its own policy is worth, exploration and all.",
            Pitfall = "If another action than a' is executed it is neither SARSA nor Q-learning. With a fixed epsilon it never finds the best path.",
        },
        ["expected_sarsa"] = Table with
        {
            NextState = "Yes: r + gamma sum_a' pi(a' | s') Q(s', a'); nothing where the episode terminated.",
            OnPolicy = "As it is used here, yes: the mean is over its own epsilon-greedy policy.",
            Pitfall = "With epsilon 0 in the mean it is Q-learning: the epsilon of the target must be that of the policy.",
        },
        ["monte_carlo"] = Table with
        {
            LearnsFrom = "Whole episodes.",
            NextState = "No: the whole return is the target. Only a cut episode is completed by the value of its last state.",
            OnPolicy = "Yes: returns are those of the policy that made them.",
            Pitfall = "A policy that does not end gives no return at all: it needs a limit of steps, and exploration.",
        },
        ["dqn"] = new(
            "Minibatches of transitions from a replay buffer.",
            "Yes: r + gamma max Q(s', a') by a target network; nothing where the episode terminated.",
            "Q(s, a); the policy takes the best action.",
            "No: old transitions and random actions do.",
            DiscountOfReturns,
            "The maximum of noisy estimates is too high (Double DQN), and a target that moves with every step diverges."),
        ["sac"] = new(
            "Minibatches of transitions from a replay buffer.",
            "Yes: r + gamma (min Q(s', a') - alpha log pi(a'|s')), a' from the present policy.",
            "Two Q functions and a policy, with entropy as a part of the reward.",
            "No: old transitions do.",
            DiscountOfReturns,
            "Actions are squashed by tanh: without the correction of the log-probability the entropy is wrong."),
    };
}

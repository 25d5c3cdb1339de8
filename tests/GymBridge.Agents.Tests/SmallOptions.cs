using GymBridge.Agents.Options;

namespace GymBridge.Agents.Tests;

/// <summary>Options with which an update takes milliseconds; an algorithm that has none here is tested with its defaults.</summary>
internal static class SmallOptions
{
    // The one-step method has no optimizer that scales its gradients: observations up to 255 want tiny steps.
    private static readonly Dictionary<string, AlgorithmOptions> ByName = new(StringComparer.Ordinal)
    {
        ["a2c"] = new A2cOptions { HiddenSizes = [8] },
        ["a3c"] = new A3cOptions { HiddenSizes = [8], RolloutsPerUpdate = 4 },
        ["actor_critic"] = new ActorCriticOptions { HiddenSizes = [8] },
        ["boltzmann"] = new BoltzmannOptions { StepsPerReport = 8 },
        ["contextual_q"] = new ContextualQOptions { StepsPerReport = 8, HiddenSizes = [8] },
        ["dqn"] = new DqnOptions { LearningStarts = 6, BatchSize = 8, BufferSize = 50, TargetUpdateInterval = 20, HiddenSizes = [8], StepsPerReport = 8, ExplorationFraction = 0.001 },
        ["epsilon_greedy"] = new EpsilonGreedyOptions { StepsPerReport = 8, StepSize = 0.1, InitialValue = 1 },
        ["expected_sarsa"] = new ExpectedSarsaOptions { StepsPerReport = 8, LearningRate = 1e-3 },
        ["gradient_bandit"] = new GradientBanditOptions { StepsPerReport = 8 },
        ["linucb"] = new LinUcbOptions { StepsPerReport = 8 },
        ["monte_carlo"] = new MonteCarloControlOptions { StepsPerReport = 8, LearningRate = 1e-3, VisitDecay = 0 },
        ["one_step_actor_critic"] = new OneStepActorCriticOptions { StepsPerReport = 8, LearningRate = 1e-6, ValueLearningRate = 1e-6, DiscountPolicyGradient = true },
        ["ppo"] = new PpoOptions { RolloutSteps = 16, MinibatchSize = 12, Epochs = 2, HiddenSizes = [8], LearningRate = Schedule.Linear(1e-2) },
        ["q_learning"] = new QLearningOptions { StepsPerReport = 8, LearningRate = 1e-3 },
        ["recurrent_ppo"] = new RecurrentPpoOptions { RolloutSteps = 16, MinibatchSize = 12, Epochs = 2, HiddenSizes = [8], LstmHiddenSize = 6, LearningRate = Schedule.Linear(1e-2) },
        ["reinforce_bandit"] = new ReinforceBanditOptions { StepsPerReport = 8 },
        ["thompson_sampling"] = new ThompsonSamplingOptions { StepsPerReport = 8 },
        ["grpo"] = new GrpoOptions { GroupSize = 2, HiddenSizes = [8], KlCoefficient = 0.1 },
        ["rlhf_ppo"] = new RlhfPpoOptions { MinibatchSize = 1, Epochs = 2, HiddenSizes = [8], LearningRate = Schedule.Linear(1e-2) },
        ["rloo"] = new RlooOptions { GroupSize = 2, HiddenSizes = [8], Epochs = 2 },
        ["trpo"] = new TrpoOptions { RolloutSteps = 32, HiddenSizes = [8], ValueEpochs = 2, MinibatchSize = 24 },
        ["ucb1"] = new Ucb1Options { StepsPerReport = 8 },
        ["sarsa"] = new SarsaOptions { StepsPerReport = 8, LearningRate = 1e-3, InitialEpsilon = 0.3 },
        ["sac"] = new SacOptions { LearningStarts = 6, BatchSize = 8, BufferSize = 50, HiddenSizes = [8], StepsPerReport = 8, ActionNoise = ActionNoise.OrnsteinUhlenbeck },
        ["reinforce"] = new ReinforceOptions { StepsPerUpdate = 20, HiddenSizes = [8], BaselineSteps = 2 },
    };

    public static AlgorithmOptions Of(string name) => ByName.GetValueOrDefault(name) ?? AlgorithmCatalog.Get(name).DefaultOptions;
}

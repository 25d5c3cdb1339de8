// Loads the policy that train.cs saved, and plays one episode with it.
//     dotnet run -c Release examples/predict.cs
#:project ../src/GymBridge/GymBridge.csproj
#:project ../src/GymBridge.Agents/GymBridge.Agents.csproj
using GymBridge;
using GymBridge.Agents;

using var policy = Policy.Load("cartpole.gym");
using var env = Gym.Make<float[], long>("CartPole-v1");
var (observation, _) = env.Reset(seed: 42);
var episodeReturn = 0.0;
while (true)
{
    var step = env.Step(policy.Predict<float[], long>(observation));
    episodeReturn += step.Reward;
    if (step.Terminated || step.Truncated)
    {
        break;
    }

    observation = step.Observation;
}

Console.WriteLine($"Return {episodeReturn}");

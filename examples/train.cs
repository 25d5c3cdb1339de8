// Trains PPO on CartPole in eight lanes, evaluates the policy, and saves the run.
//     dotnet run -c Release examples/train.cs
#:project ../src/GymBridge/GymBridge.csproj
#:project ../src/GymBridge.Agents/GymBridge.Agents.csproj
using GymBridge;
using GymBridge.Agents;

using var env = Gym.MakeVec("CartPole-v1", numEnvs: 8);
using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 256, LearningRate = Schedule.Linear(1e-3) }, seed: 1);
ppo.Learn(50_000, new ProgressBar());
ppo.Save("cartpole.gym");
Console.WriteLine(ppo.Policy.Evaluate(Gym.Make("CartPole-v1"), episodes: 20));

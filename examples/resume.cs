// Goes on with the run that train.cs saved, as if it had not been stopped: same weights, optimizer and random numbers.
//     dotnet run -c Release examples/resume.cs
#:project ../src/GymBridge/GymBridge.csproj
#:project ../src/GymBridge.Agents/GymBridge.Agents.csproj
using GymBridge;
using GymBridge.Agents;

using var env = Gym.MakeVec("CartPole-v1", numEnvs: 8);
using var ppo = Ppo.Load("cartpole.gym", env);
Console.WriteLine($"Resumed at {ppo.Timesteps} timesteps.");
ppo.Learn(ppo.Timesteps + 20_000, new ProgressBar(), new CheckpointCallback("checkpoints", everySteps: 10_000));
ppo.Save("cartpole.gym");

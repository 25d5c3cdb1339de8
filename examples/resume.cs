// Goes on with the run that train.cs saved, as if it had not been stopped: same weights, optimizer and random numbers.
//     dotnet run -c Release examples/resume.cs
#:project ../src/GymBridge.Agents/GymBridge.Agents.csproj
#:project ../src/GymBridge.Environments/GymBridge.Environments.csproj
using GymBridge.Agents;
using GymBridge.Environments;

var registry = EnvironmentCatalog.CreateRegistry();
using var env = registry.MakeVec("CartPole-v1", numEnvs: 8);
using var ppo = Ppo.Load("cartpole.gym", env);
Console.WriteLine($"Resumed at {ppo.Timesteps} timesteps.");
ppo.Learn(ppo.Timesteps + 20_000, new ProgressBar(), new CheckpointCallback("checkpoints"));
ppo.Save("cartpole.gym");

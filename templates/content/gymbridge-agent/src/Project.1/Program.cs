// Trains a policy, saves it, and says how good it is:
//     dotnet run -c Release --project src/Project.1 [timesteps]
using GymBridge.Agents;
using Project._1;

var timesteps = args.Length > 0 ? long.Parse(args[0]) : 100_000;
using var run = new WarehouseTraining(seed: 1);
run.Algorithm.Learn(timesteps, new ProgressBar());
run.Algorithm.Save("warehouse.gym");
Console.WriteLine(run.Evaluate(episodes: 20));

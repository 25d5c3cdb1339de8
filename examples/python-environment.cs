// Drives an environment written in Python, with its observations and actions as .NET types.
//     gymbridge python install      (once; sets up the Python)
//     dotnet run -c Release examples/python-environment.cs
#:project ../src/GymBridge.Client/GymBridge.Client.csproj
using GymBridge;
using GymBridge.Client.Hosting;

var registry = new EnvRegistry().UseModules(new PythonEnvSource());
using var env = registry.Make("gymnasium:Pendulum-v1");
var (observation, info) = env.ResetObject(seed: 42);
Console.WriteLine(observation);
for (var t = 0; t < 3; t++)
{
    (observation, var reward, var terminated, var truncated, info) = env.StepObject(new[] { 0.5f });
    Console.WriteLine($"{observation} {reward}");
}

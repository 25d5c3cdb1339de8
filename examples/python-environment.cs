// Drives an environment written in Python, with its observations and actions as .NET types.
//     gymbridge python install --package python      (once; sets up the Python)
//     dotnet run -c Release examples/python-environment.cs
#:project ../src/GymBridge/GymBridge.csproj
using GymBridge;

using var env = Gym.Make("gymnasium:Pendulum-v1").As<float[], float[]>();
var (observation, info) = env.Reset(seed: 42);
Console.WriteLine($"[{string.Join(", ", observation)}]");
for (var t = 0; t < 3; t++)
{
    (observation, var reward, var terminated, var truncated, info) = env.Step([0.5f]);
    Console.WriteLine($"[{string.Join(", ", observation)}] {reward}");
}

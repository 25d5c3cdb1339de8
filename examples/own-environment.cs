// Trains on an environment of one's own: a corridor of eight cells, to be walked to the right end.
//     dotnet run -c Release examples/own-environment.cs
#:project ../src/GymBridge/GymBridge.csproj
#:project ../src/GymBridge.Agents/GymBridge.Agents.csproj
using GymBridge;
using GymBridge.Agents;
using GymBridge.Spaces;

Gym.Register("Corridor-v0", () => new Corridor(), maxEpisodeSteps: 50);
using var env = Gym.MakeVec("Corridor-v0", numEnvs: 8);
using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 64 }, seed: 1);
ppo.Learn(20_000);
Console.WriteLine(ppo.Policy.Evaluate(Gym.Make("Corridor-v0"), episodes: 10));

internal sealed class Corridor() : Env<long, long>(new Discrete(8), new Discrete(2))
{
    private long _position;

    protected override ResetResult<long> OnReset(Info? options) => _position = 0;

    protected override StepResult<long> OnStep(long action)
    {
        _position = Math.Clamp(_position + (action == 1 ? 1 : -1), 0, 7);
        return new(_position, _position == 7 ? 1 : -0.01, terminated: _position == 7);
    }
}

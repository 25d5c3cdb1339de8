// Trains PPO with networks of one's own: any TorchSharp module will do.
//     dotnet run -c Release examples/own-network.cs
#:project ../src/GymBridge.Agents/GymBridge.Agents.csproj
#:project ../src/GymBridge.Environments/GymBridge.Environments.csproj
using GymBridge.Agents;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;
using GymBridge.Environments;
using static TorchSharp.torch;

var registry = EnvironmentCatalog.CreateRegistry();
using var env = registry.MakeVec("CartPole-v1", numEnvs: 8);
var networks = RandomStreams.InitialWeights(1, () => new CustomNetworks { Policy = new Residual(4, 2), Value = new Residual(4, 1) });
using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 256 }, seed: 1, networks);
ppo.Learn(30_000);
Console.WriteLine(ppo.Policy.Evaluate(registry.Make("CartPole-v1"), episodes: 10));

internal sealed class Residual : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _first, _last;

    public Residual(long inputs, long outputs) : base(nameof(Residual))
    {
        (_first, _last) = (nn.Linear(inputs, 64), nn.Linear(64 + inputs, outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _last.forward(cat([_first.forward(input).tanh(), input], 1));
}

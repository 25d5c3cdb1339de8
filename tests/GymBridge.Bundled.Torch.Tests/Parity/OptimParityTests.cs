using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Bundled.Torch.Tests.Parity;

/// <summary>Trajectories, clipping and schedules of optim.json.</summary>
public class OptimParityTests
{
    private const double Rtol = 1e-5;
    private const double Atol = 1e-6;

    // Adagrad and Adamax are not in the bundled engine; RMSpropTFLike is Stable-Baselines3's own and lives with the agents.
    private static readonly HashSet<string> Elsewhere = ["Adagrad", "Adamax", "RMSpropTFLike"];

    [Theory]
    [InlineData("float32")]
    [InlineData("float64")]
    public void Trajectory_EveryOptimizer_MatchesPyTorch(string dtype)
    {
        using var scope = NewDisposeScope();
        var file = GoldenFile.Load("optim.json");
        var type = GoldenFile.Type(dtype);
        var failures = new List<string>();
        var ran = 0;
        foreach (var record in file.GetProperty("trajectories").EnumerateArray())
        {
            var name = record.GetProperty("optimizer").GetString()!;
            if (Elsewhere.Contains(name))
            {
                continue;
            }

            Parameter[] parameters = [.. file.GetProperty("start").EnumerateArray().Select(t => new Parameter(GoldenFile.Tensor(t).to(type, copy: true)))];
            var optimizer = Make(name, parameters, record.GetProperty("args"));
            var steps = record.GetProperty("steps");
            for (var t = 0; t < steps.GetArrayLength(); t++)
            {
                for (var k = 0; k < parameters.Length; k++)
                {
                    parameters[k].grad = GoldenFile.Tensor(file.GetProperty("grads_per_step")[t][k]).to(type, copy: true);
                }

                optimizer.step();
                for (var k = 0; k < parameters.Length && dtype == "float32"; k++)
                {
                    if (GoldenFile.Difference(parameters[k], steps[t][k], Rtol, Atol) is { } difference)
                    {
                        failures.Add($"{name} {record.GetProperty("args")} step {t}: {difference}");
                    }
                }
            }
            for (var k = 0; k < parameters.Length && dtype == "float64"; k++)
            {
                if (GoldenFile.Difference(parameters[k], record.GetProperty("steps_float64_last")[k], 1e-12, 1e-12) is { } difference)
                {
                    failures.Add($"{name} {record.GetProperty("args")} in double: {difference}");
                }
            }
            ran++;
        }
        Assert.Empty(failures);
        Assert.Equal(18, ran);
    }

    [Fact]
    public void Clipping_EveryRecord_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        foreach (var record in GoldenFile.Load("optim.json").GetProperty("clipping").EnumerateArray())
        {
            Parameter[] parameters = [.. record.GetProperty("grads").EnumerateArray().Select(g => new Parameter(zeros_like(GoldenFile.Tensor(g))))];
            for (var k = 0; k < parameters.Length; k++)
            {
                parameters[k].grad = GoldenFile.Tensor(record.GetProperty("grads")[k]);
            }

            if (record.GetProperty("fn").GetString() == "clip_grad_value_")
            {
                nn.utils.clip_grad_value_(parameters, GoldenFile.Number(record.GetProperty("clip_value")));
            }
            else
            {
                var total = nn.utils.clip_grad_norm_(parameters, GoldenFile.Number(record.GetProperty("max_norm")), GoldenFile.Number(record.GetProperty("norm_type")));
                Assert.Null(GoldenFile.Difference(tensor((float)total), record.GetProperty("total_norm"), Rtol, Atol));
            }
            for (var k = 0; k < parameters.Length; k++)
            {
                Assert.Null(GoldenFile.Difference(parameters[k].grad!, record.GetProperty("clipped")[k], Rtol, Atol));
            }
        }
    }

    [Fact]
    public void Schedule_EveryRecord_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        var schedules = new Dictionary<string, Func<optim.Optimizer, optim.lr_scheduler.LRScheduler>>
        {
            ["S.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=15)"] = o => optim.lr_scheduler.LinearLR(o, 1.0, 0.0, 15),
            ["S.LinearLR(o)"] = o => optim.lr_scheduler.LinearLR(o),
            ["S.LambdaLR(o, lambda t: 1 - t / 20)"] = o => optim.lr_scheduler.LambdaLR(o, t => 1 - (t / 20.0)),
            ["S.LambdaLR(o, lambda t: 0.95 ** t)"] = o => optim.lr_scheduler.LambdaLR(o, t => Math.Pow(0.95, t)),
            ["S.StepLR(o, 5, gamma=0.5)"] = o => optim.lr_scheduler.StepLR(o, 5, 0.5),
            ["S.MultiStepLR(o, [3, 10, 10], gamma=0.1)"] = o => optim.lr_scheduler.MultiStepLR(o, [3, 10, 10], 0.1),
            ["S.ConstantLR(o, factor=0.5, total_iters=4)"] = o => optim.lr_scheduler.ConstantLR(o, 0.5, 4),
            ["S.CosineAnnealingLR(o, T_max=10)"] = o => optim.lr_scheduler.CosineAnnealingLR(o, 10),
            ["S.CosineAnnealingLR(o, T_max=20, eta_min=0.01)"] = o => optim.lr_scheduler.CosineAnnealingLR(o, 20, 0.01),
            ["S.ExponentialLR(o, gamma=0.9)"] = o => optim.lr_scheduler.ExponentialLR(o, 0.9),
        };
        foreach (var record in GoldenFile.Load("optim.json").GetProperty("schedulers").EnumerateArray())
        {
            var optimizer = optim.SGD([new Parameter(zeros(1))], GoldenFile.Number(record.GetProperty("base_lr")));
            var scheduler = schedules[record.GetProperty("scheduler").GetString()!](optimizer);
            foreach (var lr in record.GetProperty("lr").EnumerateArray())
            {
                Assert.Equal(GoldenFile.Number(lr), optimizer.ParamGroups.First().LearningRate, 1e-9);
                optimizer.step();
                scheduler.step();
            }
        }
    }

    [Fact]
    public void State_SavedAndLoaded_ContinuesTheSameTrajectory()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var a = nn.Linear(3, 2);
        var b = nn.Linear(3, 2);
        b.load_state_dict(a.state_dict());
        var first = optim.Adam(a.parameters(), lr: 0.1, amsgrad: true);
        var second = optim.Adam(b.parameters(), lr: 0.5, amsgrad: true);
        var x = randn(4, 3);
        void Step(Linear m, Adam o)
        {
            o.zero_grad();
            m.call(x).square().sum().backward();
            o.step();
        }
        Step(a, first);
        using var stream = new MemoryStream();
        first.save_state_dict(new BinaryWriter(stream));
        b.load_state_dict(a.state_dict());
        stream.Position = 0;
        second.load_state_dict(new BinaryReader(stream));
        Step(a, first);
        Step(b, second);
        Assert.Equal(a.weight.data<float>().ToArray(), b.weight.data<float>().ToArray());
        Assert.Equal(0.1, second.ParamGroups.First().LearningRate);
    }

    private static optim.Optimizer Make(string name, Parameter[] parameters, JsonElement args)
    {
        double D(string key, double missing) => args.TryGetProperty(key, out var v) ? GoldenFile.Number(v) : missing;
        bool B(string key) => args.TryGetProperty(key, out var v) && v.GetBoolean();
        double Beta(int i) => args.TryGetProperty("betas", out var v) ? GoldenFile.Number(v[i]) : i == 0 ? 0.9 : 0.999;
        return name switch
        {
            "SGD" => optim.SGD(parameters, D("lr", 0), D("momentum", 0), D("dampening", 0), D("weight_decay", 0), B("nesterov"), B("maximize")),
            "Adam" => optim.Adam(parameters, D("lr", 0), Beta(0), Beta(1), D("eps", 1e-8), D("weight_decay", 0), B("amsgrad"), B("maximize")),
            "AdamW" => optim.AdamW(parameters, D("lr", 0), Beta(0), Beta(1), D("eps", 1e-8), D("weight_decay", 0.01), B("amsgrad"), B("maximize")),
            "RMSprop" => optim.RMSProp(parameters, D("lr", 0), D("alpha", 0.99), D("eps", 1e-8), D("weight_decay", 0), D("momentum", 0), B("centered"), B("maximize")),
            _ => throw new ArgumentException(name),
        };
    }
}

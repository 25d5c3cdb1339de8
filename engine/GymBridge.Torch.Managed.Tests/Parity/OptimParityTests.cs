using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>Trajectories, clipping and schedules of optim.json.</summary>
public class OptimParityTests
{
    private const double Rtol = 1e-5;
    private const double Atol = 1e-6;

    // Stable-Baselines3's own, not PyTorch's nor TorchSharp's: GymBridge.Agents has it, and runs its two records.
    private const string Elsewhere = "RMSpropTFLike";

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
            if (name == Elsewhere)
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
        Assert.Equal(20, ran);
    }

    /// <summary>Optimizers that optim.json does not have, in double against plain Python (golden/generate_optim_rules.py).</summary>
    [Fact]
    public void Trajectory_EveryOtherRule_MatchesItsFormula()
    {
        using var scope = NewDisposeScope();
        var file = GoldenFile.Load("optim.json");
        var ran = 0;
        foreach (var record in GoldenFile.Load("optim_rules.json").GetProperty("trajectories").EnumerateArray())
        {
            Parameter[] parameters = [.. file.GetProperty("start").EnumerateArray().Select(t => new Parameter(Double(t)))];
            var optimizer = Make(record.GetProperty("optimizer").GetString()!, parameters, record.GetProperty("args"));
            var steps = record.GetProperty("steps");
            for (var t = 0; t < steps.GetArrayLength(); t++)
            {
                for (var k = 0; k < parameters.Length; k++)
                {
                    parameters[k].grad = Double(file.GetProperty("grads_per_step")[t][k]);
                }

                optimizer.step();
                for (var k = 0; k < parameters.Length; k++)
                {
                    double[] expected = [.. steps[t][k].EnumerateArray().Select(GoldenFile.Number)];
                    Assert.Null(GoldenFile.Difference(parameters[k], tensor(expected, parameters[k].shape), 1e-12, 1e-12));
                }
            }
            ran++;
        }
        Assert.Equal(10, ran);

        static Tensor Double(JsonElement e) =>
            tensor(e.GetProperty("data").EnumerateArray().Select(GoldenFile.Number).ToArray(), GoldenFile.Longs(e.GetProperty("shape")));
    }

    [Fact]
    public void ClosedLoop_EveryRun_DescendsAsPyTorchDoes()
    {
        using var scope = NewDisposeScope();
        var file = GoldenFile.Load("optim.json");
        var loop = file.GetProperty("closed_loop");
        var x = GoldenFile.Tensor(loop.GetProperty("x"));
        var y = GoldenFile.Tensor(loop.GetProperty("y"));
        var ran = 0;
        foreach (var run in loop.GetProperty("runs").EnumerateArray())
        {
            Parameter[] parameters = [.. file.GetProperty("start").EnumerateArray().Select(t => new Parameter(GoldenFile.Tensor(t)))];
            var optimizer = Make(run.GetProperty("optimizer").GetString()!, parameters, run.GetProperty("args"));
            var losses = new List<Tensor>();
            for (var t = 0; t < 20; t++)
            {
                optimizer.zero_grad();
                var loss = nn.functional.mse_loss(x.mm(parameters[0]) + parameters[1], y);
                loss.backward();
                optimizer.step();
                losses.Add(loss.detach());
            }
            Assert.Null(GoldenFile.Difference(stack(losses), run.GetProperty("losses"), Rtol, Atol));
            for (var k = 0; k < parameters.Length; k++)
            {
                Assert.Null(GoldenFile.Difference(parameters[k], run.GetProperty("final")[k], Rtol, Atol));
            }
            ran++;
        }
        Assert.Equal(3, ran);
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

    public static TheoryData<string> Optimizers => ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adamax", "NAdam", "RAdam", "Adadelta", "ASGD", "Rprop"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void State_SavedAndLoaded_ContinuesTheSameTrajectory(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var a = nn.Linear(3, 2);
        var b = nn.Linear(3, 2);
        var c = nn.Linear(3, 2);
        var first = Build(a, 0.1);
        var fromFile = Build(b, 0.5);
        var fromState = Build(c, 0.5);
        var x = randn(4, 3);
        Step(a, first);
        Step(a, first);
        using var stream = new MemoryStream();
        first.save_state_dict(new BinaryWriter(stream));
        stream.Position = 0;
        fromFile.load_state_dict(new BinaryReader(stream));
        Assert.Equal(stream.Length, stream.Position);
        fromState.load_state_dict(first.state_dict());
        Assert.All(first.state_dict().State.Zip(fromState.state_dict().State), pair => Assert.True(pair.First.ApproximatelyEquals(pair.Second)));
        b.load_state_dict(a.state_dict());
        c.load_state_dict(a.state_dict());
        Step(a, first);
        Step(b, fromFile);
        Step(c, fromState);
        Assert.Equal(a.weight.data<float>().ToArray(), b.weight.data<float>().ToArray());
        Assert.Equal(a.weight.data<float>().ToArray(), c.weight.data<float>().ToArray());
        Assert.Equal(0.1, fromFile.ParamGroups.First().LearningRate);
        Assert.False(first.state_dict().State[0].ApproximatelyEquals(Build(nn.Linear(3, 2), 0.1).state_dict().State[0]));

        OptimizerHelper Build(Linear m, double lr) => (OptimizerHelper)Make(name, [m.weight, m.bias!], JsonDocument.Parse($$"""{"lr": {{lr}}, "momentum": 0.9, "amsgrad": true, "centered": true}""").RootElement);
        void Step(Linear m, OptimizerHelper o)
        {
            o.zero_grad();
            m.call(x).square().sum().backward();
            o.step();
        }
    }

    /// <summary>The files of TorchSharp itself (golden/generate_optim_states.cs.txt) are read to their end and hold the state that ours
    /// have after the same steps.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void State_SavedByTorchSharp_IsReadAsOurOwn(string name)
    {
        using var scope = NewDisposeScope();
        var saved = GoldenFile.Load("optim_states.json").GetProperty(name == "RMSprop" ? "RMSProp" : name).GetBytesFromBase64();
        OptimizerHelper Build(Parameter p, double lr) => name switch
        {
            "SGD" => optim.SGD([p], lr, momentum: 0.9),
            "Adam" => optim.Adam([p], lr, amsgrad: true),
            "RMSprop" => optim.RMSProp([p], lr, momentum: 0.9, centered: true),
            "Adagrad" => optim.Adagrad([p], lr, initial_accumulator_value: 0.5),
            _ => (OptimizerHelper)Make(name, [p], JsonDocument.Parse($$"""{"lr": {{lr}}, "weight_decay": 0}""").RootElement),
        };
        var parameter = new Parameter(tensor(new[] { 0.5f, -1f, 2f }));
        var ours = Build(parameter, 0.1);
        foreach (var gradient in new[] { new[] { 0.1f, -0.2f, 0.3f }, new[] { -0.3f, -0.1f, 0.2f } })
        {
            parameter.grad = tensor(gradient);
            ours.step();
        }
        var loaded = Build(new Parameter(zeros(3)), 0.7);
        using var stream = new MemoryStream(saved);
        loaded.load_state_dict(new BinaryReader(stream));
        Assert.Equal(stream.Length, stream.Position);
        Assert.Equal(0.1, loaded.ParamGroups.Single().LearningRate);
        Assert.True(loaded.state_dict().State[0].ApproximatelyEquals(ours.state_dict().State[0]));
        using var again = new MemoryStream();
        loaded.save_state_dict(new BinaryWriter(again));
        Assert.Equal(saved, again.ToArray());
    }

    /// <summary>Handles of intermediate values, but no arrays: one of them would be 64 KiB.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Step_InSteadyState_AllocatesNoArrays(string name)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(128, 128));
        parameter.grad = ones(128, 128);
        var optimizer = Make(name, [parameter], JsonDocument.Parse("""{"lr": 0.01, "momentum": 0.9, "amsgrad": true, "centered": true}""").RootElement);
        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                optimizer.zero_grad();
                optimizer.step();
            }
        }
        Steps(20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Steps(50);
        var perStep = (GC.GetAllocatedBytesForCurrentThread() - before) / 50;
        Assert.True(perStep < (name is "Adam" or "AdamW" ? 1024 : 16_384), $"{perStep} bytes a step");
    }

    [Fact]
    public void ParamGroup_WithItsOwnOptions_KeepsThemAndTakesTheRestFromTheDefaults()
    {
        using var scope = NewDisposeScope();
        var options = new Adagrad.Options { LearningRate = 0.5 };
        var group = new Adagrad.ParamGroup([new Parameter(zeros(1))], options);
        var optimizer = optim.Adagrad([group], lr: 0.1, eps: 1e-3);
        Assert.Equal(0.5, optimizer.ParamGroups.Single().LearningRate);
        Assert.Equal(1e-3, options.eps);
        Assert.Throws<ArgumentException>(() => optimizer.add_param_group(group));
        Assert.Throws<ArgumentException>(() => optim.Adamax([new Parameter(zeros(1))], lr: -1));
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
            "Adagrad" => optim.Adagrad(parameters, D("lr", 0)),
            "Adamax" => optim.Adamax(parameters, D("lr", 0)),
            "NAdam" => optim.NAdam(parameters, D("lr", 0), D("b1", 0.9), D("b2", 0.999), D("eps", 1e-8), D("weight_decay", 0), D("psi", 0.004)),
            "RAdam" => optim.RAdam(parameters, D("lr", 0), D("b1", 0.9), D("b2", 0.999), D("eps", 1e-8), D("weight_decay", 0)),
            "Adadelta" => optim.Adadelta(parameters, D("lr", 0), D("rho", 0.9), D("eps", 1e-6), D("weight_decay", 0), B("maximize")),
            "ASGD" => optim.ASGD(parameters, D("lr", 0), D("lambd", 1e-4), D("alpha", 0.75), D("t0", 1e6), D("weight_decay", 0), B("maximize")),
            "Rprop" => optim.Rprop(parameters, D("lr", 0), D("etaminus", 0.5), D("etaplus", 1.2), D("min_step", 1e-6), D("max_step", 50), B("maximize")),
            "RMSprop" => optim.RMSProp(parameters, D("lr", 0), D("alpha", 0.99), D("eps", 1e-8), D("weight_decay", 0), D("momentum", 0), B("centered"), B("maximize")),
            _ => throw new ArgumentException(name),
        };
    }
}

using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>Every module of layers.json: outputs, gradients, running statistics.</summary>
public class LayersParityTests
{
    private static readonly Dictionary<string, Func<nn.Module>> Modules = new()
    {
        ["nn.Linear(3, 2)"] = () => nn.Linear(3, 2),
        ["nn.Linear(3, 2, bias=False)"] = () => nn.Linear(3, 2, hasBias: false),
        ["nn.Linear(3, 2).double()"] = () => nn.Linear(3, 2).@double(),
        ["nn.Conv2d(2, 3, 3)"] = () => nn.Conv2d(2, 3, 3),
        ["nn.Conv2d(2, 3, (2, 3), stride=(2, 1), padding=(1, 2))"] = () => nn.Conv2d(2, 3, (2, 3), stride: (2, 1), padding: (1, 2)),
        ["nn.Conv2d(1, 2, 2, dilation=2, bias=False)"] = () => nn.Conv2d(1, 2, 2, dilation: 2, bias: false),
        ["nn.Conv2d(4, 4, 3, padding=1, groups=2)"] = () => nn.Conv2d(4, 4, 3, padding: 1, groups: 2),
        ["nn.Conv2d(3, 6, 2, stride=2, groups=3)"] = () => nn.Conv2d(3, 6, 2, stride: 2, groups: 3),
        ["nn.Conv2d(2, 2, 3, padding='same')"] = () => nn.Conv2d(2, 2, 3, Padding.Same),
        ["nn.Conv2d(2, 3, 1)"] = () => nn.Conv2d(2, 3, 1),
        ["nn.Conv1d(2, 3, 3, stride=2, padding=1)"] = () => nn.Conv1d(2, 3, 3, stride: 2, padding: 1),
        ["nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1)"] = () => nn.ConvTranspose2d(2, 3, 3, stride: 2, padding: 1, output_padding: 1),
        ["nn.MaxPool2d(2)"] = () => nn.MaxPool2d(2),
        ["nn.MaxPool2d(3, stride=2, padding=1)"] = () => nn.MaxPool2d(3, stride: 2, padding: 1),
        ["nn.MaxPool2d(2, stride=1, dilation=2)"] = () => nn.MaxPool2d(2, stride: 1, dilation: 2),
        ["nn.MaxPool2d(2, ceil_mode=True)"] = () => nn.MaxPool2d(2, ceil_mode: true),
        ["nn.AvgPool2d(2)"] = () => nn.AvgPool2d(2),
        ["nn.AvgPool2d(3, stride=2, padding=1)"] = () => nn.AvgPool2d(3, stride: 2, padding: 1),
        ["nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)"] = () => nn.AvgPool2d(3, stride: 2, padding: 1, count_include_pad: false),
        ["nn.AdaptiveAvgPool2d((2, 3))"] = () => nn.AdaptiveAvgPool2d((2, 3)),
        ["nn.LayerNorm(4)"] = () => nn.LayerNorm(4),
        ["nn.LayerNorm([2, 3], eps=1e-3)"] = () => nn.LayerNorm([2, 3], eps: 1e-3),
        ["nn.LayerNorm(4, elementwise_affine=False)"] = () => nn.LayerNorm(4, elementwise_affine: false),
        ["nn.GroupNorm(2, 4)"] = () => nn.GroupNorm(2, 4),
        ["nn.BatchNorm1d(3)"] = () => nn.BatchNorm1d(3),
        ["nn.BatchNorm2d(2, momentum=0.3)"] = () => nn.BatchNorm2d(2, momentum: 0.3),
        ["nn.BatchNorm1d(3, affine=False)"] = () => nn.BatchNorm1d(3, affine: false),
        ["nn.BatchNorm1d(3, momentum=None)"] = () =>
        {
            var m = nn.BatchNorm1d(3);
            m.momentum = null;
            return m;
        },
        ["nn.BatchNorm1d(3).eval()"] = () => nn.BatchNorm1d(3),
        ["nn.BatchNorm2d(2).eval()"] = () => nn.BatchNorm2d(2),
        ["nn.Embedding(5, 3)"] = () => nn.Embedding(5, 3),
        ["nn.Embedding(5, 3, padding_idx=0)"] = () => nn.Embedding(5, 3, padding_idx: 0),
        ["nn.Dropout(0.5).eval()"] = () => nn.Dropout(0.5),
        ["nn.Sequential(nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2))"] = () =>
            nn.Sequential(nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2)),
        ["nn.Sequential(nn.Conv2d(1, 2, 2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2))"] = () =>
            nn.Sequential(nn.Conv2d(1, 2, 2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2)),
        ["nn.LSTM(3, 4)"] = () => nn.LSTM(3, 4),
        ["nn.LSTM(3, 4, batch_first=True, bias=False)"] = () => nn.LSTM(3, 4, batchFirst: true, bias: false),
        ["nn.LSTM(3, 4, num_layers=2, bidirectional=True)"] = () => nn.LSTM(3, 4, numLayers: 2, bidirectional: true),
        ["nn.LSTMCell(3, 4)"] = () => nn.LSTMCell(3, 4),
        ["nn.GRU(3, 4)"] = () => nn.GRU(3, 4),
        ["nn.GRU(3, 4, num_layers=2, batch_first=True)"] = () => nn.GRU(3, 4, numLayers: 2, batchFirst: true),
        ["nn.GRUCell(3, 4)"] = () => nn.GRUCell(3, 4),
    };

    [Fact]
    public void Module_EveryRecord_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        var failures = new List<string>();
        var passed = 0;
        foreach (var record in GoldenFile.Load("layers.json").GetProperty("cases").EnumerateArray())
        {
            var expr = record.GetProperty("expr").GetString()!;
            if (Check(record, Modules[expr]()) is { } failure)
            {
                failures.Add($"{expr}: {failure}");
            }
            else
            {
                passed++;
            }
        }
        Assert.Empty(failures);
        Assert.Equal(43, passed);
    }

    [Fact]
    public void NatureCnn_ForwardAndBackward_MatchesPyTorchsDigests()
    {
        using var scope = NewDisposeScope();
        var record = GoldenFile.Load("layers.json").GetProperty("nature_cnn");
        var net = nn.Sequential(
            nn.Conv2d(4, 32, 8, stride: 4), nn.ReLU(), nn.Conv2d(
                32, 64, 4, stride: 2), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(), nn.Linear(3136, 512), nn.ReLU());
        var parameters = net.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        using (no_grad())
        {
            foreach (var p in record.GetProperty("parameters").EnumerateArray())
            {
                parameters[p.GetProperty("name").GetString()!].copy_(Filled(p, GoldenFile.Longs(p.GetProperty("shape"))));
            }
        }
        var input = Filled(record.GetProperty("input"), GoldenFile.Longs(record.GetProperty("input").GetProperty("shape"))).requires_grad_();
        var output = net.call(input);
        Digest(output, record.GetProperty("output"));
        output.backward([Filled(record.GetProperty("grad_output"), output.shape)]);
        Digest(input.grad!, record.GetProperty("grad_input"));
        foreach (var g in record.GetProperty("grads").EnumerateObject())
        {
            Digest(parameters[g.Name].grad!, g.Value);
        }
    }

    private static string? Check(JsonElement record, nn.Module module)
    {
        var state = record.GetProperty("state_dict").EnumerateObject().ToDictionary(e => e.Name, e => GoldenFile.Tensor(e.Value));
        module.load_state_dict(state);
        module.train(record.GetProperty("training").GetBoolean());
        var input = GoldenFile.Tensor(record.GetProperty("input"));
        if (input.is_floating_point())
        {
            input.requires_grad_();
        }

        Tensor[] initial = record.TryGetProperty("initial_state", out var i) && i.ValueKind == JsonValueKind.Array ? [.. i.EnumerateArray().Select(e => GoldenFile.Tensor(e).requires_grad_())] : [];
        Tensor[] outputs = module switch
        {
            LSTM lstm => Three(lstm.call(input, (initial[0], initial[1]))),
            LSTMCell cell => Two(cell.call(input, (initial[0], initial[1]))),
            GRU gru => Two(gru.call(input, initial[0])),
            GRUCell cell => [cell.call(input, initial[0])],
            nn.Module<Tensor, Tensor> m => [m.call(input)],
            _ => throw new ArgumentException(module.GetName()),
        };
        const double Rtol = 1e-5;
        const double Atol = 1e-6;
        var expected = record.GetProperty("outputs").EnumerateArray().ToArray();
        for (var k = 0; k < expected.Length; k++)
        {
            if (GoldenFile.Difference(outputs[k], expected[k], Rtol, Atol) is { } difference)
            {
                return $"output {k}: {difference}";
            }
        }
        autograd.backward(outputs, [.. record.GetProperty("grad_outputs").EnumerateArray().Select(GoldenFile.Tensor)]);
        foreach (var g in record.GetProperty("grads").EnumerateObject())
        {
            if (GoldenFile.Difference(module.get_parameter(g.Name)!.grad!, g.Value, Rtol, Atol) is { } difference)
            {
                return $"gradient of {g.Name}: {difference}";
            }
        }
        if (record.GetProperty("grad_input").ValueKind == JsonValueKind.Object && GoldenFile.Difference(input.grad!, record.GetProperty("grad_input"), Rtol, Atol) is { } d)
        {
            return $"gradient of the input: {d}";
        }

        for (var k = 0; k < initial.Length; k++)
        {
            if (GoldenFile.Difference(initial[k].grad!, record.GetProperty("grad_initial_state")[k], Rtol, Atol) is { } difference)
            {
                return $"gradient of state {k}: {difference}";
            }
        }
        if (record.GetProperty("state_dict_after").ValueKind == JsonValueKind.Object)
        {
            var after = module.state_dict();
            foreach (var e in record.GetProperty("state_dict_after").EnumerateObject())
            {
                if (GoldenFile.Difference(after[e.Name], e.Value, Rtol, Atol) is { } difference)
                {
                    return $"{e.Name} after: {difference}";
                }
            }
        }
        return null;
    }

    private static Tensor[] Two((Tensor, Tensor) t) => [t.Item1, t.Item2];

    private static Tensor[] Three((Tensor, Tensor, Tensor) t) => [t.Item1, t.Item2, t.Item3];

    /// <summary>The fixture's integer hash.</summary>
    private static Tensor Filled(JsonElement rule, long[] shape)
    {
        var salt = rule.GetProperty("salt").GetUInt32();
        var scale = GoldenFile.Number(rule.GetProperty("scale"));
        var offset = rule.TryGetProperty("offset", out var o) ? GoldenFile.Number(o) : -0.5;
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (uint k = 0; k < values.Length; k++)
        {
            values[k] = (float)(((((k + salt) * 2654435761u) / 4294967296.0) + offset) * scale);
        }

        return tensor(values, shape);
    }

    private static void Digest(Tensor t, JsonElement digest)
    {
        Assert.Equal(GoldenFile.Longs(digest.GetProperty("shape")), t.shape);
        var values = GoldenFile.Values(t);
        var abs = GoldenFile.Number(digest.GetProperty("abs_sum"));
        Assert.Equal(abs, values.Sum(Math.Abs), abs * 1e-6);
        Assert.Equal(GoldenFile.Number(digest.GetProperty("sum")), values.Sum(), abs * 1e-6);
        var index = GoldenFile.Values(GoldenFile.Tensor(digest.GetProperty("index")));
        var want = GoldenFile.Values(GoldenFile.Tensor(digest.GetProperty("values")));
        var atol = 1e-5 * values.Max(Math.Abs);
        for (var k = 0; k < index.Length; k++)
        {
            var got = values[(int)index[k]];
            Assert.True(Math.Abs(got - want[k]) <= atol + (1e-5 * Math.Abs(want[k])), $"[{index[k]}] {got}, expected {want[k]}");
        }
    }
}

using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Attention and transformers against loops over plain arrays, and gradients against finite differences.</summary>
public class AttentionTests
{
    [Fact]
    public void ScaledDotProductAttention_EveryMask_IsTheFormula()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (q, k, v) = (randn([2, 3, 4], float64), randn([2, 5, 4], float64), randn([2, 5, 2], float64));
        var added = randn([3, 5], float64);
        var allowed = tensor(new[] { true, false, true, true, false, false, false, true, false, false, true, true, true, true, true }, 3, 5);
        Near(Reference(q, k, v, (_, _) => 0), F.scaled_dot_product_attention(q, k, v));
        Near(Reference(q, k, v, (i, j) => added[i, j].item<double>()), F.scaled_dot_product_attention(q, k, v, attn_mask: added));
        Near(
            Reference(q, k, v, (i, j) => allowed[i, j].item<bool>() ? 0 : double.NegativeInfinity),
            F.scaled_dot_product_attention(q, k, v, attn_mask: allowed));
        Near(Reference(q, k, v, (i, j) => j <= i ? 0 : double.NegativeInfinity), F.scaled_dot_product_attention(q, k, v, is_casual: true));
    }

    [Fact]
    public void ScaledDotProductAttention_ARowThatMayGoNowhere_IsZeroAndHasNoGradient()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var q = randn([2, 3], float64).requires_grad_();
        var k = randn([2, 3], float64);
        var mask = tensor(new[] { false, false, true, true }, 2, 2);
        var y = F.scaled_dot_product_attention(q, k, k, attn_mask: mask);
        Assert.Equal([0.0, 0, 0], y[0].data<double>().ToArray());
        y.sum().backward();
        Assert.Equal([0.0, 0, 0], q.grad![0].data<double>().ToArray());
        Assert.False(q.grad.isnan().any().item<bool>());
    }

    [Fact]
    public void ScaledDotProductAttention_BadArguments_AreRefused()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3);
        Assert.Contains("-0.5", Assert.Throws<ArgumentException>(() => F.scaled_dot_product_attention(x, x, x, p: -0.5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => F.scaled_dot_product_attention(x, x, x, attn_mask: ones(2, 2), is_casual: true));
        Assert.Throws<ExternalException>(() => F.scaled_dot_product_attention(x[0], x, x));
        Assert.Throws<ExternalException>(() => F.scaled_dot_product_attention(x, x.to(float64), x));
    }

    [Fact]
    public void ScaledDotProductAttention_Gradients_AgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (q, k, v) = (Leaf(2, 3, 4), Leaf(2, 3, 4), Leaf(2, 3, 2));
        FiniteDifferences.Check("attention", () => F.scaled_dot_product_attention(q, k, v), q, k, v);
        FiniteDifferences.Check("causal attention", () => F.scaled_dot_product_attention(q, k, v, is_casual: true), q, k, v);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MultiheadAttention_TwoHeads_IsAttentionOfEachHeadJoined(bool ownSizes)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var module = MultiheadAttention(4, 2, kdim: ownSizes ? 3 : null, vdim: ownSizes ? 5 : null).to(float64);
        var p = module.state_dict();
        foreach (var bias in new[] { "in_proj_bias", "out_proj.bias" })
        {
            using var _ = no_grad();
            p[bias].uniform_(-1, 1);
        }
        var (q, k, v) = (randn([3, 2, 4], float64), randn([5, 2, ownSizes ? 3 : 4], float64), randn([5, 2, ownSizes ? 5 : 4], float64));
        var parts = ownSizes ? [p["q_proj_weight"], p["k_proj_weight"], p["v_proj_weight"]] : p["in_proj_weight"].chunk(3);
        var biases = p["in_proj_bias"].chunk(3);
        var projected = new[] { q, k, v }.Select((x, i) => x.matmul(parts[i].t()) + biases[i]).ToArray();
        var heads = Enumerable.Range(0, 2).Select(h =>
        {
            var mine = projected.Select(x => x[.., .., (2 * h)..(2 * (h + 1))].transpose(0, 1)).ToArray();
            return Reference(mine[0], mine[1], mine[2], (_, _) => 0).transpose(0, 1);
        }).ToArray();
        var expected = torch.cat(heads, -1).matmul(p["out_proj.weight"].t()) + p["out_proj.bias"];
        var (output, weights) = module.call(q, k, v);
        Near(expected, output);
        Assert.Equal([2, 3, 5], weights.shape);
        Near(ones([2, 3], float64), weights.sum(-1));
        Assert.True(module.call(q, k, v, need_weights: false).Item2.IsInvalid);
    }

    [Fact]
    public void MultiheadAttention_Masks_CloseWhatTheyName()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var module = MultiheadAttention(4, 2, add_bias_kv: true, add_zero_attn: true).to(float64);
        var (q, k) = (randn([2, 1, 4], float64), randn([3, 1, 4], float64));
        var padding = tensor(new[] { false, true, false }, 1, 3);
        var (_, byPadding) = module.call(q, k, k, key_padding_mask: padding);
        // Two columns more: the learned key and the zero key, which no mask closes.
        Assert.Equal([1, 2, 5], byPadding.shape);
        Assert.Equal([true, true, false, true, true, true, false, true, true, true], Order(byPadding));
        var closed = tensor(new[] { false, true, true, true, false, false }, 2, 3);
        var (_, byMask) = module.call(q, k, k, attn_mask: closed);
        Assert.Equal([true, false, false, true, true, false, true, true, true, true], (byMask > 0).data<bool>().ToArray());
        var added = where(closed, tensor(double.NegativeInfinity), tensor(0.0));
        Near(byMask, module.call(q, k, k, attn_mask: added).Item2);
        Near(byMask, module.call(q, k, k, attn_mask: closed.expand(2, 2, 3)).Item2);

        static bool[] Order(Tensor w)
        {
            var open = (w > 0).data<bool>().ToArray();
            return [open[0], open[0], open[1], open[2], open[3], open[5], open[6], open[7], open[8], open[9]];
        }
    }

    [Fact]
    public void MultiheadAttention_Parameters_AreNamedAndInitialisedAsUpstream()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var module = MultiheadAttention(64, 4);
        Assert.Equal(["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"], module.named_parameters().Select(p => p.name));
        var p = module.state_dict();
        // Xavier: uniform within sqrt(6 / (fan in + fan out)).
        var bound = Math.Sqrt(6.0 / (64 + (3 * 64)));
        Assert.InRange(p["in_proj_weight"].abs().max().item<float>(), 0.99 * bound, bound);
        Assert.InRange(p["out_proj.weight"].abs().max().item<float>(), 0.98 / 8, 1.0 / 8);
        Assert.Equal(0, p["in_proj_bias"].abs().max().item<float>());
        Assert.Equal(0, p["out_proj.bias"].abs().max().item<float>());
        Assert.Equal(
            ["q_proj_weight", "k_proj_weight", "v_proj_weight", "bias_k", "bias_v", "out_proj.weight"],
            MultiheadAttention(4, 2, bias: false, add_bias_kv: true, kdim: 3).named_parameters().Select(n => n.name));
    }

    [Fact]
    public void MultiheadAttention_BadSizes_AreRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("divisible", Assert.Throws<ExternalException>(() => MultiheadAttention(5, 2)).Message, StringComparison.Ordinal);
        var module = MultiheadAttention(4, 2);
        Assert.Throws<ExternalException>(() => module.call(ones(3, 4), ones(3, 4), ones(3, 4)));
        Assert.Contains("6", Assert.Throws<ExternalException>(() => module.call(ones(3, 1, 6), ones(3, 1, 4), ones(3, 1, 4))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TransformerEncoderLayer_WithoutDropout_IsTheFormula()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var layer = TransformerEncoderLayer(4, 2, 6, dropout: 0, activation: Activations.GELU).to(float64);
        Assert.Equal(
            ["self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight", "self_attn.out_proj.bias", "linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias", "norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"],
            layer.named_parameters().Select(p => p.name));
        var p = layer.state_dict();
        var attention = MultiheadAttention(4, 2).to(float64);
        attention.load_state_dict(p.Where(e => e.Key.StartsWith("self_attn.", StringComparison.Ordinal)).ToDictionary(e => e.Key["self_attn.".Length..], e => e.Value));
        var x = randn([3, 2, 4], float64);
        var mask = randn([3, 3], float64);
        var a = Standardized(x + attention.call(x, x, x, attn_mask: mask).Item1);
        var h = a.matmul(p["linear1.weight"].t()) + p["linear1.bias"];
        var gelu = h * 0.5 * (1 + (h / Math.Sqrt(2)).erf());
        Near(Standardized(a + gelu.matmul(p["linear2.weight"].t()) + p["linear2.bias"]), layer.call(x, mask));
    }

    [Fact]
    public void Transformer_Call_IsDecoderAfterEncoder()
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        var model = Transformer(4, 2, 2, 1, 6, dropout: 0).to(float64);
        var names = model.named_parameters().Select(p => p.name).ToArray();
        Assert.Equal("encoder.layers.0.self_attn.in_proj_weight", names[0]);
        Assert.Contains("encoder.layers.1.norm2.bias", names);
        Assert.Contains("encoder.norm.weight", names);
        Assert.Contains("decoder.layers.0.multihead_attn.out_proj.bias", names);
        Assert.Equal("decoder.norm.bias", names[^1]);
        var all = model.state_dict();
        Dictionary<string, Tensor> Under(string prefix) =>
            all.Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(e => e.Key[prefix.Length..], e => e.Value);
        using var encoderLayer = TransformerEncoderLayer(4, 2, 6, 0);
        var encoder = TransformerEncoder(encoderLayer, 2).to(float64);
        encoder.load_state_dict(Under("encoder."), strict: false);
        using var decoderLayer = TransformerDecoderLayer(4, 2, 6, 0);
        var decoder = TransformerDecoder(decoderLayer, 1).to(float64);
        decoder.load_state_dict(Under("decoder."), strict: false);
        var (src, tgt) = (randn([3, 2, 4], float64), randn([5, 2, 4], float64));
        var causal = triu(ones([5, 5], @bool), 1);
        Near(Standardized(decoder.call(tgt, Standardized(encoder.call(src)), causal)), model.call(src, tgt, null!, causal));
        Assert.Throws<ExternalException>(() => model.call(src, tgt[.., ..1]));
    }

    [Fact]
    public void TransformerEncoder_Layers_StartAlikeAndLearnApart()
    {
        using var scope = NewDisposeScope();
        var layer = TransformerEncoderLayer(4, 2, 6);
        var encoder = TransformerEncoder(layer, 2);
        var p = encoder.state_dict();
        Assert.Equal(p["layers.0.linear1.weight"], p["layers.1.linear1.weight"]);
        Assert.Equal(layer.state_dict()["linear1.weight"], p["layers.1.linear1.weight"]);
        using (no_grad())
        {
            p["layers.0.linear1.weight"].add_(1);
        }
        Assert.NotEqual(p["layers.0.linear1.weight"], p["layers.1.linear1.weight"]);
        encoder.eval();
        var x = randn(3, 1, 4);
        Assert.Equal(encoder.call(x), encoder.call(x));
        encoder.train();
        Assert.NotEqual(encoder.call(x), encoder.call(x));
    }

    [Fact]
    public void Transformer_Gradients_AgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        var model = Transformer(2, 1, 1, 1, 3, dropout: 0, activation: Activations.GELU).to(float64);
        var (src, tgt) = (Leaf(2, 1, 2), Leaf(2, 2, 2));
        var wide = src.expand(2, 2, 2);
        FiniteDifferences.Check("transformer", () => model.call(src.expand(2, 2, 2), tgt), [src, tgt, .. model.parameters().Where(p => p.ndim > 1)]);
    }

    private static Tensor Leaf(params long[] shape) => randn(shape, float64).requires_grad_();

    private static Tensor Standardized(Tensor x) => (x - x.mean([-1], keepdim: true)) / (x.var(-1L, unbiased: false, keepdim: true) + 1e-5).sqrt();

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.allclose(actual, rtol: 1e-9, atol: 1e-11), $"expected {expected.str()} but got {actual.str()}");
    }

    /// <summary>Of (B, L, E), (B, S, E) and (B, S, V), in loops.</summary>
    private static Tensor Reference(Tensor query, Tensor key, Tensor value, Func<int, int, double> mask)
    {
        var (batches, length, width) = ((int)query.size(0), (int)query.size(1), (int)query.size(2));
        var (keys, values) = ((int)key.size(1), (int)value.size(2));
        double At(Tensor t, int b, int i, int e) => t[b, i, e].item<double>();
        var result = new double[batches * length * values];
        for (var b = 0; b < batches; b++)
        {
            for (var i = 0; i < length; i++)
            {
                var weights = new double[keys];
                for (var j = 0; j < keys; j++)
                {
                    var dot = Enumerable.Range(0, width).Sum(e => At(query, b, i, e) * At(key, b, j, e));
                    weights[j] = Math.Exp((dot / Math.Sqrt(width)) + mask(i, j));
                }
                for (var e = 0; e < values; e++)
                {
                    result[(((b * length) + i) * values) + e] = Enumerable.Range(0, keys).Sum(j => weights[j] * At(value, b, j, e)) / weights.Sum();
                }
            }
        }
        return tensor(result, batches, length, values);
    }
}

using System.Text.Json;

using TorchSharp;
using static TorchSharp.torch;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>Each operation of ops.json as a call of the C# interface, by its PyTorch expression.</summary>
internal static class Expressions
{
    /// <summary>The inputs and parameters of one record.</summary>
    public sealed class Args(Dictionary<string, Tensor> inputs, JsonElement parameters)
    {
        public Tensor this[string name] => inputs[name];

        public Tensor A => inputs["a"];

        public Tensor B => inputs["b"];

        public bool HasA => inputs.ContainsKey("a");

        public JsonElement P(string name) => parameters.GetProperty(name);

        public bool Has(string name) => parameters.TryGetProperty(name, out var v) && v.ValueKind != JsonValueKind.Null;

        public Scalar S(string name) => GoldenFile.Scalar(P(name));

        public Scalar? SOrNull(string name) => Has(name) ? S(name) : null;

        public long L(string name) => P(name).GetInt64();

        public double D(string name) => GoldenFile.Number(P(name));

        public bool Bool(string name) => P(name).GetBoolean();

        public long[] Dims(string name) => GoldenFile.Longs(P(name));

        public nn.Reduction Reduction => P("r").GetString() switch
        {
            "mean" => nn.Reduction.Mean,
            "sum" => nn.Reduction.Sum,
            _ => nn.Reduction.None,
        };
    }

    private static Tensor[] One(Tensor t) => [t];

    /// <summary>A bool result of PyTorch is a 0-dim tensor in the fixture.</summary>
    private static Tensor Truth(bool value) => tensor(value);

    private static Tensor[] Two((Tensor, Tensor) t) => [t.Item1, t.Item2];

    public static Func<Args, Tensor[]>? Find(string op, string expr)
    {
        if (Named.TryGetValue(op, out var named))
        {
            return named;
        }
        // torch.name(a), torch.name(a.t()), torch.name(a, b), torch.name(a, s): by reflection on the static functions.
        var m = System.Text.RegularExpressions.Regex.Match(expr, @"^(torch|F)\.(\w+)\((a|a\.t\(\)|a\.reshape\(-1, 1\))(?:, (b|s))?\)$");
        if (!m.Success)
        {
            return null;
        }

        var type = m.Groups[1].Value == "F" ? typeof(F) : typeof(TorchSharp.torch);
        var second = m.Groups[4].Value switch { "b" => typeof(Tensor), "s" => typeof(Scalar), _ => null };
        var name = m.Groups[2].Value;
        var types = second is null ? new[] { typeof(Tensor) } : [typeof(Tensor), second];
        var method = type.GetMethods().Where(x => x.Name == name && Fits(x, types)).OrderBy(x => x.GetParameters().Length).FirstOrDefault();
        if (method is null)
        {
            var instance = typeof(Tensor).GetMethods().Where(
                x => !x.IsStatic && x.Name == name && Fits(x, types[1..])).OrderBy(x => x.GetParameters().Length).FirstOrDefault();
            if (instance is null)
            {
                return null;
            }

            return a => One((Tensor)Call(instance, First(a, m.Groups[3].Value), second is null ? [] : [second == typeof(Tensor) ? (object)a.B : a.S("s")]));
        }
        return a =>
            One((Tensor)Call(method, null, second is null ? [First(a, m.Groups[3].Value)] : [First(a, m.Groups[3].Value), second == typeof(Tensor) ? (object)a.B : a.S("s")]));
    }

    private static Tensor First(Args a, string text) => text switch { "a.t()" => a.A.t(), "a" => a.A, _ => a.A.reshape(-1, 1) };

    private static bool Fits(System.Reflection.MethodInfo m, Type[] types)
    {
        var p = m.GetParameters();
        if (p.Length < types.Length || m.ReturnType != typeof(Tensor))
        {
            return false;
        }

        for (var i = 0; i < p.Length; i++)
        {
            if (i < types.Length ? p[i].ParameterType != types[i] : !p[i].HasDefaultValue)
            {
                return false;
            }
        }
        return true;
    }

    private static object Call(System.Reflection.MethodInfo m, object? target, object[] args)
    {
        var p = m.GetParameters();
        var all = p.Select((x, i) => i < args.Length ? args[i] : x.DefaultValue).ToArray();
        try
        {
            return m.Invoke(target, all)!;
        }
        catch (System.Reflection.TargetInvocationException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e.InnerException!).Throw();
            throw;
        }
    }

    private static Tensor Where(Tensor c, Tensor x, Scalar s) => where(c, x, full([], s));

    /// <summary>TorchSharp has no scatter_reduce: by hand, from what it has.</summary>
    private static Tensor ScatterMax(Tensor x, Tensor index, Tensor source) =>
        torch.stack(Enumerable.Range(0, (int)x.shape[0]).Select(j => torch.cat([x.narrow(0, j, 1), source[index.eq(j)]]).amax()));

    private static Tensor Std(Args a, bool root)
    {
        var dims = a.Dims("dim");
        return root ? a.A.Spread(dims, a.D("c"), a.Bool("keepdim"), true) : a.A.Spread(dims, a.D("c"), a.Bool("keepdim"), false);
    }

    private static readonly Dictionary<string, Func<Args, Tensor[]>> Named = new()
    {
        ["round.decimals"] = a => One(a.A.round(a.L("d"))),
        ["elu"] = a => One(F.elu(a.A, a.D("alpha"))),
        ["leaky_relu"] = a => One(F.leaky_relu(a.A, a.D("alpha"))),
        ["gelu_tanh"] = a => One(F.gelu(a.A, TorchSharp.Modules.GELU.Approximate.tanh)),
        ["softplus"] = a => One(F.softplus(a.A, a.D("beta"), a.D("threshold"))),
        ["hardtanh"] = a => One(F.hardtanh(a.A, a.D("lo"), a.D("hi"))),
        ["fmax"] = a => One(a.A.fmax(a.B)),
        ["fmin"] = a => One(a.A.fmin(a.B)),
        ["floor_divide.scalar"] = a => One(a.A.floor_divide(a.S("s"))),
        ["true_divide.scalar"] = a => One(a.A.true_divide(a.S("s"))),
        ["div.mode"] = a => One(torch.div(a.A, a.B, a.P("mode").GetString() == "floor" ? RoundingMode.floor : RoundingMode.trunc)),
        ["rsub"] = a => One(a.S("s") - a.A),
        ["rdiv"] = a => One(a.S("s") / a.A),
        ["add.alpha"] = a => One(torch.add(a.A, a.B, a.S("alpha"))),
        ["addcmul"] = a => One(a.A.addcmul(a.B, a["c"], a.S("v"))),
        ["addcdiv"] = a => One(a.A.addcdiv(a.B, a["c"], a.S("v"))),
        ["lerp"] = a => One(a.A.lerp(a.B, a.Has("w") ? (Tensor)a.D("w") : a["w"])),
        ["pow.grid"] = a => One(torch.pow(a.A.reshape(-1, 1), a.B)),
        ["pow.scalar"] = a => One(torch.pow(a.A, a.S("s"))),
        ["rpow"] = a => One(full([], a.S("s")).pow(a.A)),
        ["clamp"] = a => One(a.A.clamp(a.SOrNull("lo"), a.SOrNull("hi"))),
        ["clamp.tensor"] = a => One(a.A.clamp(a["lo"], a["hi"])),
        ["where"] = a => One(where(a["c"], a.A, a.B)),
        ["where.scalar"] = a => One(Where(a["c"], a.A, a.S("s"))),
        ["bitwise"] = a => [a.A & a.B, a.A | a.B, a.A ^ a.B, ~a.A],
        ["allclose"] = a => [Truth(allclose(a.A, a.B)), Truth(a.A.Equals(a.B)), isclose(a.A, a.B)],
        ["to"] = a => One(a.A.to(GoldenFile.Type(a.P("dtype").GetString()!))),
        ["sum"] = a => One(a.A.sum(a.Dims("dim"), keepdim: a.Bool("keepdim"))),
        ["mean"] = a => One(a.A.mean(a.Dims("dim"), keepdim: a.Bool("keepdim"))),
        ["amax"] = a => One(a.A.amax(a.Dims("dim"), keepdim: a.Bool("keepdim"))),
        ["amin"] = a => One(a.A.amin(a.Dims("dim"), keepdim: a.Bool("keepdim"))),
        ["logsumexp"] = a => One(a.A.LogSumExp(a.Dims("dim"), a.Bool("keepdim"))),
        ["amax.all"] = a => One(a.A.amax()),
        ["sum.all"] = a => One(a.A.sum()),
        ["prod.all"] = a => One(a.A.prod()),
        ["std.all"] = a => One(a.A.std()),
        ["var.all"] = a => One(a.A.var()),
        ["norm.all"] = a => One(a.A.norm()),
        ["sum.dtype"] = a => One(a.A.sum(dim: 0, type: GoldenFile.Type(a.P("dtype").GetString()!))),
        ["sum.long"] = a => One((a.A * a.S("s")).sum()),
        ["std"] = a => One(Std(a, true)),
        ["var"] = a => One(Std(a, false)),
        ["prod"] = a => One(a.A.prod(a.L("dim"), a.Bool("k"))),
        ["cumsum"] = a => One(a.A.cumsum(a.L("dim"))),
        ["cumprod"] = a => One(a.A.cumprod(a.L("dim"))),
        ["max.dim"] = a => Two(a.A.max(a.L("dim"), a.Bool("k"))),
        ["min.dim"] = a => Two(a.A.min(a.L("dim"), a.Bool("k"))),
        ["cummax.dim"] = a => Two(a.A.cummax(a.L("dim"))),
        ["median.dim"] = a => Two(a.A.Median(a.L("dim"), a.Bool("k"))),
        ["argmax"] = a => One(a.Has("dim") ? a.A.argmax(a.L("dim"), a.Bool("k")) : a.A.argmax()),
        ["argmin"] = a => One(a.Has("dim") ? a.A.argmin(a.L("dim"), a.Bool("k")) : a.A.argmin()),
        ["all"] = a => [a.A.all(), a.A.all(0), a.A.all(1, keepdim: true)],
        ["any"] = a => [a.A.any(), a.A.any(0), a.A.any(1, keepdim: true)],
        ["count_nonzero"] = a => One(a.A.count_nonzero()),
        ["softmax"] = a => One(torch.softmax(a.A, (int)a.L("dim"))),
        ["log_softmax"] = a => One(a.A.log_softmax(a.L("dim"))),
        ["linalg.vector_norm"] = a => One(a.A.Norm(a.Dims("dim"), a.Bool("k"), a.D("o"))),
        ["linalg.norm"] = a => One(a.A.Norm(a.Dims("dim"), a.Bool("k"), a.D("o"))),
        ["normalize"] = a => One(F.normalize(a.A, dim: a.L("dim"))),
        ["cosine_similarity"] = a => One(F.cosine_similarity(a.A, a.B, dim: 1)),
        ["matmul.t"] = a => One(a.A.t().matmul(a.B.transpose(0, 1))),
        ["addmm"] = a => One(a["c"].addmm(a.A, a.B, (float)a.D("beta"), (float)a.D("alpha"))),
        ["baddbmm"] = a => One(a["c"].baddbmm(a.A, a.B, (float)a.D("beta"), (float)a.D("alpha"))),
        ["addmv"] = a => One(a["c"].addmv(a.A, a.B, (float)a.D("beta"), (float)a.D("alpha"))),
        ["linear"] = a => One(F.linear(a.A, a["w"], a.B)),
        ["einsum"] = a => One(einsum(a.P("eq").GetString()!, a.A, a.B)),
        ["reshape"] = a => One(a.A.reshape(6, -1)),
        ["view"] = a => One(a.A.view(4, 6)),
        ["flatten"] = a => One(a.A.flatten(1)),
        ["unflatten"] = a => One(a.A.unflatten(2, 2, 2)),
        ["transpose"] = a => One(a.A.transpose(0, 2)),
        ["permute"] = a => One(a.A.permute(2, 0, 1)),
        ["permute.reshape"] = a => One(a.A.permute(2, 0, 1).reshape(4, 6)),
        ["movedim"] = a => One(a.A.movedim([0], [-1])),
        ["unsqueeze"] = a => One(a.A.unsqueeze(-2)),
        ["squeeze"] = a => One(a.A[.., ..1].squeeze(1)),
        ["squeeze.all"] = a => One(a.A[..1, .., ..1].squeeze()),
        ["expand"] = a => One(a.A[.., ..1].expand(2, 3, -1)),
        ["expand.new"] = a => One(a.A.expand(2, 2, 3, 4)),
        ["repeat"] = a => One(a.A[.., ..2].repeat(2, 1, 2)),
        ["repeat_interleave"] = a => One(a.A.repeat_interleave(2, dim: 1)),
        ["tile"] = a => One(a.A[0].tile([2, 1])),
        ["split"] = a => a.A.split(2, dim: 1),
        ["split.sizes"] = a => torch.split(a.A, [1, 3], dim: 2),
        ["chunk"] = a => torch.chunk(a.A, 3, dim: 2),
        ["unbind"] = a => torch.unbind(a.A, 0),
        ["narrow"] = a => One(a.A.narrow(2, 1, 2)),
        ["select"] = a => One(a.A.select(1, -1)),
        ["slice"] = a => One(a.A[.., 1.., TensorIndex.Slice(step: 2)]),
        ["slice.neg"] = a => One(a.A[-1, ..^1, ^2..]),
        ["slice.ellipsis"] = a => One(a.A[TensorIndex.Ellipsis, 0]),
        ["slice.none"] = a => One(a.A[.., TensorIndex.None, 0]),
        ["roll"] = a => One(torch.roll(a.A, 1, 2)),
        ["roll.multi"] = a => One(torch.roll(a.A, (1, -1), (0, 1))),
        ["roll.flat"] = a => One(torch.roll(a.A, 5)),
        ["flip"] = a => One(torch.flip(a.A, 0, 2)),
        ["tril.k"] = a => One(torch.tril(a.A, -1)),
        ["tril"] = a => One(torch.tril(a.A)),
        ["triu"] = a => One(torch.triu(a.A, 1)),
        ["diagonal"] = a => One(torch.diagonal(a.A, 0, 1, 2)),
        ["mT"] = a => One(a.A.mT),
        ["contiguous"] = a => One(a.A.transpose(1, 2).contiguous()),
        ["pad"] = a => One(F.pad(a.A, (1, 0, 0, 2), value: 0.5)),
        ["pad.replicate"] = a => One(F.pad(a.A, (1, 2), mode: PaddingModes.Replicate)),
        ["detach"] = a => One(a.A.detach() * a.A),
        ["stack.self"] = a => One(torch.stack([a.A, a.A * 2], dim: 1)),
        ["unfold"] = a => One(a.A.unfold(2, 2, 1)),
        ["diag"] = a => One(torch.diag(a.A)),
        ["diag_embed"] = a => One(torch.diag_embed(a.A)),
        ["cat"] = a => One(torch.cat([a.A, a.B], a.L("dim"))),
        ["stack"] = a => One(torch.stack([a.A, a.B], a.L("dim"))),
        ["index_select"] = a => One(torch.index_select(a.A, a.L("dim"), a["i"])),
        ["gather"] = a => One(torch.gather(a.A, a.L("dim"), a["i"])),
        ["scatter"] = a => One(torch.scatter(a.A, a.L("dim"), a["i"], a.B)),
        ["scatter_add"] = a => One(torch.scatter_add(a.A, a.L("dim"), a["i"], a.B)),
        ["scatter_reduce"] = a => One(a.P("r").GetString() == "sum" ? a.A.scatter_add(0, a["i"], a.B) : ScatterMax(a.A, a["i"], a.B)),
        ["scatter.value"] = a => One(a.A.scatter(1, a["i"], torch.ones(a["i"].shape))),
        ["index_add"] = a => One(a.A.index_add(0, a["i"], a.B, 1)),
        ["index"] = a => [a.A[a["i"]], a.A[a["i"], a["j"]], a.A[.., TensorIndex.Tensor(a["j"])], a.A[a.A > 0]],
        ["index_put"] = a => One(a.A.clone().index_put_(a.B, [a["i"]], a.Bool("acc"))),
        ["masked_fill"] = a => One(a.A.masked_fill(a["m"], a.S("v"))),
        ["masked_select"] = a => One(torch.masked_select(a.A, a["m"])),
        ["one_hot"] = a => One(F.one_hot(a["i"], a.L("n"))),
        ["nonzero"] = a => One(torch.nonzero(a.A)),
        ["sort"] = a => Two(torch.sort(a.A, a.L("dim"), a.Bool("desc"), stable: true)),
        ["argsort"] = a => One(torch.argsort(a.A, 1, a.Bool("desc"))),
        ["topk"] = a => Two(torch.topk(a.A, (int)a.L("k"), (int)a.L("dim"), a.Bool("lg"))),
        ["searchsorted"] = a => One(torch.searchsorted(a.A, a.B, right: a.Bool("r"))),
        ["unique"] = a => One(torch.unique(a.A).output),
        ["bincount"] = a => One(a["i"].bincount(null)),
        ["meshgrid"] = a => torch.meshgrid([a.A, a.B], indexing: "ij"),
        ["embedding"] = a => One(a["w"].index_select(0, a["i"].flatten()).reshape([.. a["i"].shape, a["w"].shape[1]])),
        ["arange"] = a => One(torch.arange(a.S("a"), a.S("b"), a.S("s"))),
        ["linspace"] = a => One(torch.linspace(a.D("a"), a.D("b"), a.L("s"))),
        ["logspace"] = a => One(torch.logspace(a.D("a"), a.D("b"), a.L("s"))),
        ["factories"] = a =>
        [
            torch.zeros(2, 2), torch.ones([2], dtype: int64), torch.full([2], 1.5), torch.full([2], 7L),
            torch.eye(2, 3), torch.zeros_like(a.A), torch.ones_like(a.A), torch.full_like(a.A, 2),
        ],
        ["inplace"] = a => One((a.A * 1).add_(a.B).mul_(2).clamp_(min: 0).sub_(1)),
        ["inplace.index"] = a => One(torch.zeros(3, 2).index_copy(0, a["i"], a.B)),
        ["shared"] = a => One((a.A * a.A) + (a.A.sum() * a.B)),
        ["mse_loss"] = a => One(F.mse_loss(a.A, a.B, a.Reduction)),
        ["l1_loss"] = a => One(F.l1_loss(a.A, a.B, a.Reduction)),
        ["smooth_l1_loss"] = a => One(F.smooth_l1_loss(a.A, a.B, a.Reduction, a.D("d"))),
        ["huber_loss"] = a => One(F.huber_loss(a.A, a.B, a.D("d"), a.Reduction)),
        ["cross_entropy"] = a => One(F.cross_entropy(a.A, a["t"], reduction: a.Reduction, label_smoothing: a.D("ls"))),
        ["cross_entropy.ignore"] = a => One(F.cross_entropy(a.A, a["t"], weight: a["n"])),
        ["cross_entropy.prob"] = a => One(F.cross_entropy(a.A, a["t"])),
        ["cross_entropy.nd"] = a => One(F.cross_entropy(a.A, a["t"])),
        ["nll_loss"] = a => One(F.nll_loss(F.log_softmax(a.A, 1), a["t"], reduction: a.Reduction)),
        ["bce_with_logits"] = a => One(F.binary_cross_entropy_with_logits(a.A, a.B, reduction: a.Reduction)),
        ["bce"] = a => One(F.binary_cross_entropy(a.A, a.B, reduction: a.Reduction)),
        ["kl_div"] = a => One(KlDiv(a)),
        ["gaussian_nll"] = a => One(F.gaussian_nll_loss(a.A, a["t"], a["v"])),
        ["log_sum.composite"] = a =>
        {
            var d = a.A - a.B;
            return One(-((F.logsigmoid(a.D("b0") * d) * (1 - a.D("s"))) + (F.logsigmoid(-a.D("b0") * d) * a.D("s"))).mean());
        },
    };

    /// <summary>batchmean is the sum over the batch size: TorchSharp's enum has no such value.</summary>
    private static Tensor KlDiv(Args a)
    {
        if (a.P("r").GetString() != "batchmean")
        {
            return F.kl_div(a.A, a.B, a.Bool("lt"), a.Reduction);
        }

        return F.kl_div(a.A, a.B, a.Bool("lt"), nn.Reduction.Sum) / a.A.shape[0];
    }
}

using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.Official;

internal static partial class Scenarios
{
    private static Dictionary<string, Action<Tensor, Tensor>> InPlaceOperations => new()
    {
        ["add_"] = (y, b) => y.add_(b),
        ["add_ alpha"] = (y, b) => y.add_(b, 3),
        ["add_ scalar"] = (y, _) => y.add_(2),
        ["sub_"] = (y, b) => y.sub_(b),
        ["mul_"] = (y, b) => y.mul_(b),
        ["mul_ itself"] = (y, _) => y.mul_(y),
        ["mul_ scalar"] = (y, _) => y.mul_(0.5),
        ["div_"] = (y, b) => y.div_(b + 3),
        ["pow_"] = (y, _) => y.pow_(3),
        ["exp_"] = (y, _) => y.exp_(),
        ["log_"] = (y, _) => y.add_(3).log_(),
        ["sqrt_"] = (y, _) => y.add_(3).sqrt_(),
        ["abs_"] = (y, _) => y.abs_(),
        ["neg_"] = (y, _) => y.neg_(),
        ["sin_"] = (y, _) => y.sin_(),
        ["cos_"] = (y, _) => y.cos_(),
        ["tanh_"] = (y, _) => y.tanh_(),
        ["sigmoid_"] = (y, _) => y.sigmoid_(),
        ["relu_"] = (y, _) => y.relu_(),
        ["erf_"] = (y, _) => y.erf_(),
        ["reciprocal_"] = (y, _) => y.add_(3).reciprocal_(),
        ["rsqrt_"] = (y, _) => y.add_(3).rsqrt_(),
        ["floor_"] = (y, _) => y.floor_(),
        ["round_"] = (y, _) => y.round_(),
        ["sign_"] = (y, _) => y.sign_(),
        ["clamp_"] = (y, _) => y.clamp_(-0.4, 0.6),
        ["clamp_min_"] = (y, _) => y.clamp_min_(0.1),
        ["masked_fill_"] = (y, b) => y.masked_fill_(b > 0, 0.3),
        ["fill_"] = (y, _) => y.fill_(0.3),
        ["copy_"] = (y, b) => y.copy_(b),
        ["copy_ of a row"] = (y, b) => y.copy_(b[0]),
        ["lerp_"] = (y, b) => y.lerp_(b, tensor(0.3)),
        ["addcmul_"] = (y, b) => y.addcmul_(b, b, 2),
        ["addcdiv_"] = (y, b) => y.addcdiv_(b, b + 3, 2),
        ["tril_"] = (y, _) => y.tril_(),
        ["triu_"] = (y, _) => y.triu_(),
        ["index_put_"] = (y, b) => y.index_put_(b[0], tensor(new long[] { 1 })),
        ["index_put_, accumulated"] = (y, b) => y.index_put_(b[..2], [tensor(new long[] { 1, 1 })], true),
        ["index_add_"] = (y, b) => y.index_add_(0, tensor(new long[] { 1, 0 }), b[..2], 2),
        ["index_copy_"] = (y, b) => y.index_copy_(0, tensor(new long[] { 1, 0 }), b[..2]),
        ["index_fill_"] = (y, _) => y.index_fill_(1, tensor(new long[] { 1 }), 0.7),
        ["scatter_"] = (y, b) => y.scatter_(1, tensor(new long[,] { { 0, 2 }, { 1, 0 } }), b[.., 1..]),
        ["scatter_add_"] = (y, b) => y.scatter_add_(0, tensor(new long[,] { { 0, 1, 1 } }), b[..1]),
        ["addmm_"] = (y, b) => y.addmm_(b[.., ..2], b),
        ["indexer"] = (y, b) => y[1] = b[0] * 2,
        ["indexer, a column"] = (y, b) => y[.., 1] = b[0, 0] * 2,
        ["indexer, a mask"] = (y, b) => y[b[..2] > 0] = b.sum(),
    };

    /// <summary>Each operation in place on a recorded value and on a view of one, with what it gives and all gradients.</summary>
    private static Dictionary<string, Func<Tensor[]>> InPlace => InPlaceOperations.SelectMany(operation => new[]
    {
        KeyValuePair.Create<string, Func<Tensor[]>>($"in place: {operation.Key}", () => Applied(operation.Value, whole: true)),
        KeyValuePair.Create<string, Func<Tensor[]>>($"in place: {operation.Key}, of a view", () => Applied(operation.Value, whole: false)),
    }).ToDictionary(entry => entry.Key, entry => entry.Value);

    private static Tensor[] Applied(Action<Tensor, Tensor> operation, bool whole)
    {
        var x = Input(whole ? 2 : 3, 3).requires_grad_();
        var b = Input(ScalarType.Float64, 1, whole ? 2 : 3, 3).requires_grad_();
        var y = x * 1.5;
        var other = y[1];
        operation(whole ? y : y[1..], b[..2]);
        ((y * x).square().sum() + other.sum() + (0 * b.sum())).backward();
        return [y.detach(), x.grad!, b.grad!];
    }
}

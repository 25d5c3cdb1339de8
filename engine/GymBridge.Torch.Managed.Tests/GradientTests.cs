using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Backward rules against finite differences, in float64, over random shapes.</summary>
public class GradientTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Functions = new()
    {
        ["add"] = (a, b) => a + b,
        ["sub"] = (a, b) => a - b,
        ["mul"] = (a, b) => a * b,
        ["div"] = (a, b) => a / b,
        ["pow"] = (a, b) => b.pow(a),
        ["broadcast"] = (a, b) => a * b.sum(dim: 0, keepdim: true),
        ["exp"] = (a, _) => a.exp(),
        ["log"] = (_, b) => b.log(),
        ["tanh"] = (a, _) => a.tanh(),
        ["sigmoid"] = (a, _) => a.sigmoid(),
        ["sqrt"] = (_, b) => b.sqrt(),
        ["sin"] = (a, _) => a.sin(),
        ["cos"] = (a, _) => a.cos(),
        ["erf"] = (a, _) => a.erf(),
        ["erfc"] = (a, _) => a.erfc(),
        ["erfinv"] = (a, _) => (a.tanh() * 0.9).erfinv(),
        ["digamma"] = (_, b) => b.digamma(),
        ["polygamma"] = (_, b) => b.polygamma(1) + b.polygamma(2) + b.polygamma(3),
        ["mvlgamma"] = (_, b) => (b + 1).mvlgamma(3),
        ["igamma"] = (_, b) => full_like(b, 0.7).igamma(b) + full_like(b, 3.2).igammac(b),
        ["xlogy"] = (a, b) => a.xlogy(b),
        ["zeta"] = (_, b) => special.zeta(full_like(b, 2.5), b),
        ["ndtr"] = (a, _) => special.ndtr(a),
        ["ndtri"] = (a, _) => special.ndtri(a.sigmoid()),
        ["entr"] = (_, b) => special.entr(b),
        ["cholesky"] = (a, b) => linalg.cholesky(a.mm(a.t()) + b.sum().exp() * eye(a.shape[0], dtype: float64)),
        ["solve_triangular"] = (a, b) => linalg.solve_triangular(a.mm(b.t()).tril() + 5 * eye(a.shape[0], dtype: float64), b, upper: false),
        ["solve_triangular right"] = (a, b) => linalg.solve_triangular(a.mm(b.t()).triu() + 5 * eye(a.shape[0], dtype: float64), b.t(), upper: true, left: false),
        ["gelu"] = (a, _) => a.gelu(),
        ["silu"] = (a, _) => a.silu(),
        ["softplus"] = (a, _) => a.softplus(),
        ["log_sigmoid"] = (a, _) => a.log_sigmoid(),
        ["elu"] = (a, _) => a.elu(),
        ["softmax"] = (a, b) => a.softmax(-1) * b,
        ["log_softmax"] = (a, b) => a.log_softmax(0) * b,
        ["logsumexp"] = (a, _) => a.logsumexp(-1),
        ["mean"] = (a, b) => a.mean([0]) * b,
        ["std"] = (a, b) => (a + b).std(),
        ["var"] = (a, _) => a.var(0L, unbiased: false),
        ["norm"] = (a, b) => (a + b).norm(),
        ["prod"] = (a, _) => a.prod(0L, keepdim: true),
        ["cumsum"] = (a, b) => a.cumsum(0) * b,
        ["cumprod"] = (a, b) => a.cumprod(0) * b,
        ["max"] = (a, _) => a.max(0).values,
        ["amin"] = (a, _) => a.amin([0, 1]),
        ["maximum"] = (a, b) => torch.maximum(a, b),
        ["clamp"] = (a, b) => a.clamp(-0.53, 0.47) * b,
        ["mm"] = (a, b) => a.mm(b.t()),
        ["matmul"] = (a, b) => torch.matmul(a.unsqueeze(0), b.t()),
        ["linear"] = (a, b) => F.linear(a, b, b.sum(dim: 1)),
        ["einsum"] = (a, b) => einsum("ij,kj->ki", a, b),
        ["cat"] = (a, b) => torch.cat([a, b, a], 0).square(),
        ["stack"] = (a, b) => torch.stack([a, b], 1).square(),
        ["transpose"] = (a, b) => a.t().contiguous() * b.t(),
        ["slice"] = (a, b) => a[.., ..1] * b,
        ["index"] = (a, b) => a[tensor(new long[] { 0, 0 })].square().sum() + b,
        ["gather"] = (a, b) => a.gather(1, zeros_like(a, int64)) * b,
        ["scatter_add"] = (a, b) => zeros_like(a).scatter_add(0, zeros_like(a, int64), a).square() + b,
        ["where"] = (a, b) => where(a > 0, a * b, b.square()),
        ["masked_fill"] = (a, b) => a.masked_fill(a > 0.3, 2) * b,
        ["flip"] = (a, b) => a.flip(0) * b,
        ["roll"] = (a, b) => a.roll(1, 0) * b,
        ["repeat"] = (a, _) => a.repeat(2, 2).square(),
        ["expand"] = (a, _) => a.unsqueeze(0).expand(3, -1, -1).square(),
        ["tril"] = (a, b) => a.tril() * b,
        ["mse_loss"] = (a, b) => F.mse_loss(a, b),
        ["smooth_l1"] = (a, b) => F.smooth_l1_loss(a, b),
        ["huber"] = (a, b) => F.huber_loss(a, b, 0.7),
        ["cross_entropy"] = (a, b) => F.cross_entropy(a * b, zeros([a.shape[0]], int64)),
        ["bce_with_logits"] = (a, b) => F.binary_cross_entropy_with_logits(a, b.sigmoid()),
        ["kl_div"] = (a, b) => F.kl_div(a.log_softmax(-1), b.log_softmax(-1)),
        ["layer_norm"] = (a, b) => F.layer_norm(a, [a.shape[1]]) * b,
        ["sort"] = (a, b) => a.sort(0).Values * b,
        ["topk"] = (a, _) => a.topk(1, 1).values.square(),
        ["normalize"] = (a, b) => F.normalize(a, dim: 0) * b,
        ["lgamma"] = (_, b) => b.lgamma(),
        ["in place, a slice"] = (a, b) => Changed(a * b, y => y[.., ..1].mul_(b[.., 1..2])) * a,
        ["in place, a slice by itself"] = (a, b) => Changed(a * b, y => y[.., ..1].add_(y[.., 1..2])) * a,
        ["in place, a view of a view"] = (a, b) => Changed(a * b, y => y.t()[1].add_(b.t()[0]).exp_()) * a,
        ["in place, two views"] = (a, b) => Changed(a * b, y =>
        {
            var (first, flat) = (y[0], y.view(-1));
            first.mul_(b[1]);
            flat[1..3].copy_(a.flatten()[..2] * first[0].clone());
            first.sin_();
        }) * a,
        ["in place, the base, seen through a view"] = (a, b) =>
        {
            var y = a * b;
            var view = y[1..];
            y.mul_(a);
            return view.square() * b[1..];
        },
        ["in place, the base, seen through an expanded view"] = (a, b) =>
        {
            var y = a * b;
            var view = y.unsqueeze(0).expand(3, -1, -1);
            y.mul_(a);
            return view.square() * b;
        },
        ["in place, an expanded view of a slice changed by another"] = (a, b) =>
        {
            var y = a * b;
            var view = y[.., ..1].expand(-1, 3);
            y.t()[0].sin_();
            return view.square();
        },
        ["in place, a view of a constant"] = (a, b) => Changed(zeros_like(a), y => y[0].copy_((a * b)[1])).sin() + a,
        ["in place, a filled view"] = (a, b) => Changed(a * b, y => y[.., 0].fill_(0.5)) * a,
        ["in place, a diagonal"] = (a, b) => Changed(a * b, y => y.diagonal().add_(a.sum()).mul_(2)) * a,
        ["in place, a mask through a view"] = (a, b) => Changed(a * b, y => y[0].masked_fill_(a[0] > 0, 0.3)) * a,
        ["in place, an indexer of a view"] = (a, b) => Changed(a * b, y => y[0][tensor(new long[] { 1 })] = b[0, 0] * 3) * a,
        ["in place, unsqueeze_ and squeeze_"] = (a, b) => (a * b).unsqueeze_(0).mul_(a).squeeze_(0).transpose_(0, 1) * b.t(),
        ["as_strided"] = (a, b) => (a * b).as_strided([2, 2], [1, 1], 1).square(),
    };

    [Property(MaxTest = 25, Replay = "(1234567890123,4567)")]
    public bool Gradient_EveryFunction_AgreesWithFiniteDifferences(byte rows, byte columns, byte seed)
    {
        manual_seed(seed);
        using var scope = NewDisposeScope();
        // Two columns at least: the spread of one element has no derivative.
        long[] shape = [2 + (rows % 3), 2 + (columns % 4)];
        foreach (var (name, f) in Functions)
        {
            using var inner = NewDisposeScope();
            var a = randn(shape, float64).requires_grad_();
            var b = (rand(shape, float64) + 0.4).requires_grad_();
            var weights = randn(f(a, b).shape, float64);
            Tensor Objective() => (f(a, b) * weights).sum();
            var gradients = autograd.grad([Objective()], [a, b], allow_unused: true);
            foreach (var (x, g) in new[] { (a, gradients[0]), (b, gradients[1]) })
            {
                Compare(name, x, g, () => Objective().item<double>());
            }
        }
        return true;
    }

    [Fact]
    public void Convolution_RandomGeometry_AgreesWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        foreach (var (stride, padding, dilation, groups) in new[] { (1L, 0L, 1L, 1L), (2, 1, 1, 1), (1, 1, 2, 2), (3, 2, 1, 2) })
        {
            var x = randn([2, 4, 7, 6], float64).requires_grad_();
            var w = randn([4, 4 / groups, 3, 2], float64).requires_grad_();
            Tensor Run() =>
                F.conv2d(x, w, strides: [stride, stride], padding: [padding, padding], dilation: [dilation, dilation], groups: groups).square().sum();
            var gradients = autograd.grad([Run()], [x, w]);
            Compare("conv2d input", x, gradients[0], () => Run().item<double>());
            Compare("conv2d weight", w, gradients[1], () => Run().item<double>());
        }
    }

    [Fact]
    public void SecondDerivative_OfATanhNetwork_AgreesWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var x = randn([3, 2], float64).requires_grad_();
        var w = randn([4, 2], float64).requires_grad_();
        Tensor Penalty()
        {
            var y = F.linear(x, w).tanh().square().sum();
            return autograd.grad([y], [x], create_graph: true)[0].square().sum();
        }
        var gradient = autograd.grad([Penalty()], [w])[0];
        Compare("gradient penalty", w, gradient, () => Penalty().item<double>());
    }

    private static Tensor Changed(Tensor y, Action<Tensor> change)
    {
        change(y);
        return y;
    }

    [Fact]
    public void SecondDerivative_ThroughAChangedView_AgreesWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var x = randn([3, 2], float64).requires_grad_();
        var w = randn([3, 2], float64).requires_grad_();
        Tensor Penalty()
        {
            var y = x * x * w;
            var view = y[.., 0];
            y[1].mul_(w[0]).exp_();
            return autograd.grad([y.square().sum() + view.sin().sum()], [x], create_graph: true)[0].square().sum();
        }
        var gradients = autograd.grad([Penalty()], [w, x]);
        Compare("gradient penalty, w", w, gradients[0], () => Penalty().item<double>());
        Compare("gradient penalty, x", x, gradients[1], () => Penalty().item<double>());
    }

    private static void Compare(string name, Tensor x, Tensor? gradient, Func<double> objective)
    {
        if (gradient is not null)
        {
            FiniteDifferences.Compare(name, x, gradient, objective);
        }
    }
}

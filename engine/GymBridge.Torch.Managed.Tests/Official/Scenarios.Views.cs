using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.Official;

internal static partial class Scenarios
{
    /// <summary>Changes in place of views, of bases, and what sees them.</summary>
    private static Dictionary<string, Func<Tensor[]>> Views => new()
    {
        ["views: a slice changes"] = () => Changed(y => y[1..].mul_(3)),
        ["views: a column of a slice changes"] = () => Changed(y => y[1..].t()[0].exp_()),
        ["views: a slice takes another's value"] = () => Changed(y => y[0].copy_(y[1] * y[2])),
        ["views: a slice is filled"] = () => Changed(y => y[0].fill_(2)),
        ["views: a slice is filled with zeros and added to"] = () => Changed(y => y[0].fill_(0).add_(y[1].clone())),
        ["views: the whole is filled with zeros"] = () => Changed(y => y.fill_(0)),
        ["views: the whole is compared in place"] = () => Changed(y => y.gt_(0)),
        ["views: the whole is rounded in place"] = () => Changed(y => y[0].round_()),
        ["views: a view of the whole changes"] = () => Changed(y => y.view(-1).sin_()),
        ["views: a diagonal changes"] = () => Changed(y => y.diagonal().mul_(y.sum())),
        ["views: a masked fill of a slice"] = () => Changed(y => y[1..].masked_fill_(y[1..] > 0, 0.5)),
        ["views: an indexer of a slice"] = () => Changed(y => y[1..][tensor(new long[] { 1, 0 })] = y[0].clone()),
        ["views: clamp_ of a slice"] = () => Changed(y => y[1..].clamp_(-0.5, 0.5)),
        ["views: detach of a changed slice"] = () => Changed(y => y[1..].mul_(y[1..].detach())),
        ["views: as_strided"] = () => Changed(y => y.as_strided([2, 2], [3, 1], 1).mul_(2)),
        ["views: unsqueeze_ and squeeze_"] = () =>
        {
            var x = Input(3, 3).requires_grad_();
            var y = (x * x).unsqueeze_(1);
            y.mul_(2);
            y.squeeze_(1).transpose_(0, 1);
            return WithGradients(y[0], x);
        },
        ["views: a view sees its base change"] = () =>
        {
            var x = Input(3, 3).requires_grad_();
            var y = x * 2;
            var (view, row) = (y.t(), y[0]);
            y.mul_(x);
            row.add_(1);
            return WithGradients(view[1..] * 3, x);
        },
        ["views: a view of a view sees another change"] = () =>
        {
            var x = Input(3, 3).requires_grad_();
            var y = x * 2;
            var view = y[1..].t();
            y[2].mul_(x[0]);
            return WithGradients(view, x);
        },
        ["views: an expanded view sees its base change"] = () =>
        {
            var x = Input(3).requires_grad_();
            var y = x * 2;
            var view = y.expand(2, 3);
            y.mul_(x);
            return WithGradients(view, x);
        },
        ["views: a constant's slice takes a recorded value"] = () =>
        {
            var x = Input(3).requires_grad_();
            var y = zeros(2, 3, float64);
            y[1].copy_(x * x);
            y[0].add_(x);
            return WithGradients(y, x);
        },
        ["views: a float32 value into a float64 slice"] = () =>
        {
            var x = Input(ScalarType.Float32, 0, 3).requires_grad_();
            var y = zeros(2, 3, float64);
            y[1].copy_(x * x);
            return WithGradients(y, x);
        },
        ["views: the gradient of a changed view"] = () =>
        {
            var x = Input(3, 3).requires_grad_();
            var y = x * x;
            var view = y[1];
            view.mul_(x[0]);
            var gradients = autograd.grad([(view * y).sum()], [view, y], retain_graph: true);
            return [gradients[0], gradients[1], .. autograd.grad([view.sum()], [x])];
        },
        ["views: a retained gradient, after a change"] = () =>
        {
            var x = Input(3, 3).requires_grad_();
            var (y, z) = (x * x, x * 2);
            y.retain_grad();
            z.retain_grad();
            y.mul_(3);
            z[0].mul_(x[1]);
            (y.square() + z.square()).sum().backward();
            return [y.grad!, z.grad!, x.grad!];
        },
        ["views: of a view made without gradients, in no_grad"] = () =>
        {
            var x = Input(3, 3).requires_grad_();
            using (no_grad())
            {
                x[0].zero_();
                x.view(-1)[4] = tensor(7.0);
            }

            return WithGradients(x * 2, x);
        },
    };

    /// <summary>What is refused: the type of the exception, and its text where it is libtorch's own.</summary>
    private static Dictionary<string, Func<Tensor[]>> Errors => new()
    {
        ["text: a leaf changes"] = () => [ones(3).requires_grad_().add_(1)],
        ["text: a view of a leaf changes"] = () => [ones(3).requires_grad_()[..2].add_(1)],
        ["text: a view made in no_grad changes"] = () => [MadeWithoutGradients(ones(3).requires_grad_() * 2).mul_(2)],
        ["text: a constant's view made in no_grad takes a recorded value"] = () => [MadeWithoutGradients(ones(3)).mul_(ones(2).requires_grad_())],
        ["text: a base changes, a view made in no_grad is used"] = () =>
        {
            var y = ones(3).requires_grad_() * 2;
            var view = MadeWithoutGradients(y);
            y.mul_(2);
            return [view * ones(2).requires_grad_()];
        },
        ["text: an expanded tensor is added to"] = () => [ones(1).expand(3).add_(1)],
        ["text: an expanded tensor is copied to"] = () => [ones(1).expand(3).copy_(ones(3))],
        ["text: an expanded tensor is drawn"] = () => [ones(1).expand(3).uniform_(0, 1)],
        ["text: a saved constant changes"] = () => Saved(w => w.add_(1)),
        ["text: a saved constant changes twice through a view"] = () => Saved(w =>
        {
            w[0].add_(1);
            w.zero_();
        }),
        ["text: an index changes"] = () =>
        {
            var x = ones(3).requires_grad_();
            var index = zeros(3, int64);
            var y = x.gather(0, index);
            index.add_(1);
            y.sum().backward();
            return [];
        },
        ["text: a second backward"] = () =>
        {
            var x = ones(3).requires_grad_();
            var y = (x * x).sum();
            y.backward();
            y.backward();
            return [];
        },
        ["error: one of several views changes"] = () => [(ones(3).requires_grad_() * 2).unbind()[0].add_(1)],
        ["error: a chunk changes"] = () => [(ones(3).requires_grad_() * 2).chunk(3)[0].add_(1)],
        ["error: a base of several views changes"] = () =>
        {
            var y = ones(3).requires_grad_() * 2;
            var views = y.split(1);
            y.add_(1);
            views[0].sum().backward();
            return [];
        },
        ["error: detach_ of a view"] = () => [(ones(3).requires_grad_() * 2)[..2].detach_()],
        ["error: a slice multiplied by another that it saves"] = () => Changed(y => y[0].mul_(y[1])),
        ["error: exp_ and then a change"] = () => Changed(y =>
        {
            _ = y * y;
            var saved = y * y;
            y[0].zero_();
            saved.sum().backward();
        }),
        ["fine: a constant's chunk changes"] = () => [ones(4).chunk(2)[0].add_(1)],
        ["fine: an expanded tensor is filled"] = () => [ones(1).expand(3).fill_(2)],
    };

    private static Tensor[] Changed(Action<Tensor> change)
    {
        var x = Input(3, 3).requires_grad_();
        var y = x * x * 2;
        change(y);
        return WithGradients(y * x, x);
    }

    private static Tensor[] Saved(Action<Tensor> change)
    {
        var w = ones(3);
        var y = (ones(3).requires_grad_() * w).sum();
        change(w);
        y.backward();
        return [];
    }

    private static Tensor MadeWithoutGradients(Tensor y)
    {
        using var _ = no_grad();
        return y[..2];
    }
}

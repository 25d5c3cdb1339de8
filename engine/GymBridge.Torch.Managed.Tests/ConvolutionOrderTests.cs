using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>The order of operations that defines a convolution's bits, written as plain loops.</summary>
public class ConvolutionOrderTests
{
    [Theory]
    [InlineData(4, 32, 8, 8, 4, 0, 1, 1)] // the first layer of the Nature CNN
    [InlineData(3, 5, 3, 3, 1, 1, 1, 1)]
    [InlineData(4, 18, 2, 5, 2, 2, 2, 1)]
    [InlineData(6, 40, 1, 7, 3, 0, 1, 2)]
    [InlineData(2, 2, 3, 1, 1, 0, 1, 2)]
    public void Conv2d_AnyShape_IsOneChainPerElement(int channels, int outputs, int kernelH, int kernelW, int stride, int padding, int dilation, int groups)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var x = randn(2, channels, 17, 19).requires_grad_();
        var w = randn(outputs, channels / groups, kernelH, kernelW).requires_grad_();
        var b = randn(outputs).requires_grad_();
        var y = nn.functional.conv2d(x, w, b, strides: [stride, stride], padding: [padding, padding], dilation: [dilation, dilation], groups: groups);
        var g = randn_like(y);
        y.backward([g]);

        var (xs, ws, bs, gs) = (Values(x), Values(w), Values(b), Values(g));
        var (expected, dw, dx) = (new float[y.numel()], new float[w.numel()], new float[x.numel()]);
        var (inner, own) = (channels / groups, outputs / groups);
        var (oh, ow) = ((int)y.shape[2], (int)y.shape[3]);
        for (var n = 0; n < 2; n++)
        {
            for (var o = 0; o < outputs; o++)
            {
                for (var p = 0; p < oh * ow; p++)
                {
                    var sum = 0f;
                    var at = (((n * outputs) + o) * oh * ow) + p;
                    for (var q = 0; q < inner * kernelH * kernelW; q++)
                    {
                        var from = Source(n, o, p, q);
                        var weight = (o * inner * kernelH * kernelW) + q;
                        sum = MathF.FusedMultiplyAdd(ws[weight], from < 0 ? 0 : xs[from], sum);
                        dw[weight] = MathF.FusedMultiplyAdd(gs[at], from < 0 ? 0 : xs[from], dw[weight]);
                    }

                    expected[at] = sum + bs[o];
                }
            }

            // A chain over the outputs for each point of each patch, added to the image in the order of the patch.
            for (var group = 0; group < groups; group++)
            {
                for (var q = 0; q < inner * kernelH * kernelW; q++)
                {
                    for (var p = 0; p < oh * ow; p++)
                    {
                        var sum = 0f;
                        for (var o = group * own; o < (group + 1) * own; o++)
                        {
                            sum = MathF.FusedMultiplyAdd(ws[(o * inner * kernelH * kernelW) + q], gs[(((n * outputs) + o) * oh * ow) + p], sum);
                        }

                        if (Source(n, group * own, p, q) is >= 0 and var to)
                        {
                            dx[to] += sum;
                        }
                    }
                }
            }
        }

        Assert.Equal(expected, Values(y));
        Assert.Equal(dw, Values(w.grad!));
        Assert.Equal(dx, Values(x.grad!));

        static float[] Values(Tensor t) => t.detach().data<float>().ToArray();

        int Source(int n, int o, int p, int q)
        {
            var h = (p / ow * stride) - padding + (q / kernelW % kernelH * dilation);
            var v = (p % ow * stride) - padding + (q % kernelW * dilation);
            var c = (o / own * inner) + (q / (kernelW * kernelH));
            return h < 0 || h >= 17 || v < 0 || v >= 19 ? -1 : (((n * channels) + c) * 17 * 19) + (h * 19) + v;
        }
    }
}

using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Losses worked out on paper, and their gradients against finite differences.</summary>
public class MarginLossTests
{
    [Fact]
    public void MarginRanking_ThreePairs_IsTheFormula()
    {
        using var scope = NewDisposeScope();
        var (a, b, y) = (tensor(new[] { 1.0, 2, 3 }), tensor(new[] { 2.0, 0.5, 3 }), tensor(new[] { 1.0, 1, -1 }));
        NearAssert.Values([1.25, 0, 0.25], MarginRankingLoss(0.25, Reduction.None).call(a, b, y));
        NearAssert.Values([0.5], MarginRankingLoss(0.25).call(a, b, y));
        NearAssert.Values([1.5], MarginRankingLoss(0.25, Reduction.Sum).call(a, b, y));
        Assert.Throws<ExternalException>(() => MarginRankingLoss().call(a, b.unsqueeze(0), y));
    }

    [Fact]
    public void HingeEmbedding_BothTargets_IsTheFormula()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (tensor(new[] { 0.5, 0.25, 3.0 }), tensor(new[] { 1.0, -1, -1 }));
        NearAssert.Values([0.5, 0.75, 0], HingeEmbeddingLoss(reduction: Reduction.None).call(x, y));
        // The function's margin is 0 by default, the module's 1.
        NearAssert.Values([0.5, 0, 0], F.hinge_embedding_loss(x, y, reduction: Reduction.None));
    }

    [Fact]
    public void CosineEmbedding_BothTargets_IsTheFormula()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[] { 3.0, 4, 1, 0 }, 2, 2);
        var b = tensor(new[] { 4.0, 3, 1, 1 }, 2, 2);
        NearAssert.Values([1 - 0.96, Math.Sqrt(0.5) - 0.5], CosineEmbeddingLoss(0.5, Reduction.None).call(a, b, tensor(new[] { 1, -1 })));
        NearAssert.Values([0.96], CosineEmbeddingLoss().call(a[0], b[0], tensor(-1)));
        Assert.Throws<ExternalException>(() => CosineEmbeddingLoss().call(a, b, ones(2, 2)));
        Assert.Throws<ExternalException>(() => CosineEmbeddingLoss().call(a[0], b[0], ones(2)));
    }

    [Fact]
    public void TripletMargin_WithAndWithoutSwap_IsTheFormula()
    {
        using var scope = NewDisposeScope();
        var (a, p, n) = (tensor(new[] { 0.0, 0 }, 1, 2), tensor(new[] { 3.0, 4 }, 1, 2), tensor(new[] { 0.0, 5.5 }, 1, 2));
        NearAssert.Values([0.5], TripletMarginLoss(eps: 0).call(a, p, n));
        // |p - n| = sqrt(9 + 2.25) is less than |a - n| = 5.5.
        NearAssert.Values([1 + 5 - Math.Sqrt(11.25)], TripletMarginLoss(eps: 0, swap: true).call(a, p, n));
        NearAssert.Values([2.5], TripletMarginLoss(p: 1, eps: 0).call(a, p, n));
        static Tensor Largest(Tensor x, Tensor y) => (x - y).abs().amax([-1]);
        NearAssert.Values([0.25], TripletMarginWithDistanceLoss(Largest, 1.75).call(a, p, n));
        Assert.Throws<ExternalException>(() => TripletMarginLoss(margin: 0).call(a, p, n));
        Assert.Throws<ExternalException>(() => TripletMarginLoss().call(a, p, n[0]));
    }

    [Fact]
    public void SoftMarginAndMultiLabelSoftMargin_TwoClasses_AreTheFormulas()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0.5, -1.0 }, 1, 2);
        NearAssert.Values(
            [Math.Log(1 + Math.Exp(-0.5)), Math.Log(1 + Math.Exp(-1.0))], SoftMarginLoss(Reduction.None).call(x, tensor(new[] { 1.0, -1 }, 1, 2)));
        var y = tensor(new[] { 1.0, 0 }, 1, 2);
        NearAssert.Values([(Math.Log(1 + Math.Exp(-0.5)) + Math.Log(1 + Math.Exp(-1.0))) / 2], MultiLabelSoftMarginLoss(reduction: Reduction.None).call(x, y));
        NearAssert.Values(
            [(Math.Log(1 + Math.Exp(-0.5)) + (3 * Math.Log(1 + Math.Exp(-1.0)))) / 2], MultiLabelSoftMarginLoss(tensor(new[] { 1.0, 3 })).call(x, y));
    }

    [Fact]
    public void MultiLabelMargin_ListedTargets_IsPyTorchsExample()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0.1, 0.2, 0.4, 0.8 }, 1, 4);
        // Only 3 and 0 are targets: the 1 comes after a -1. 0.25 (1 - (0.1 - 0.2) + 1 - (0.1 - 0.4) + 1 - (0.8 - 0.2) + 1 - (0.8 - 0.4)) = 0.85.
        NearAssert.Values([0.85], MultiLabelMarginLoss().call(x, tensor(new long[] { 3, 0, -1, 1 }, 1, 4)));
        Assert.Empty(MultiLabelMarginLoss(Reduction.None).call(x[0], tensor(new long[] { 3, 0, -1, 1 })).shape);
        NearAssert.Values([0], MultiLabelMarginLoss(Reduction.None).call(x, tensor(new long[] { -1, 0, 1, 2 }, 1, 4)));
        Assert.Throws<ExternalException>(() => MultiLabelMarginLoss().call(x, tensor(new long[] { 4, 0, -1, 1 }, 1, 4)));
        Assert.Throws<ExternalException>(() => MultiLabelMarginLoss().call(x, tensor(new long[] { 0, 1 }, 1, 2)));
    }

    [Fact]
    public void MultiMargin_PowersAndWeights_AreTheFormula()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0.1, 0.2, 0.4, 0.8 }, 1, 4);
        var y = tensor(new long[] { 3 });
        // 1 - 0.8 + 0.1, 0.2 and 0.4: 0.3, 0.4 and 0.6 over 4 classes.
        NearAssert.Values([1.3 / 4], MultiMarginLoss().call(x, y));
        NearAssert.Values([(0.09 + 0.16 + 0.36) / 4], MultiMarginLoss(2).call(x, y));
        NearAssert.Values([5 * 1.3 / 4], MultiMarginLoss(weight: tensor(new[] { 1.0, 2, 3, 5 })).call(x, y));
        NearAssert.Values([0.1 / 4], MultiMarginLoss(margin: 0.5).call(x[0], y[0]));
        Assert.Throws<ExternalException>(() => MultiMarginLoss(3).call(x, y));
        Assert.Throws<ExternalException>(() => MultiMarginLoss().call(x, tensor(new long[] { 4 })));
        Assert.Throws<ExternalException>(() => MultiMarginLoss().call(x, tensor(new long[] { 1, 2 })));
    }

    [Fact]
    public void PoissonNLL_EveryForm_IsTheFormula()
    {
        using var scope = NewDisposeScope();
        var (x, t) = (tensor(new[] { 0.5, 2.0 }), tensor(new[] { 1.0, 3.0 }));
        NearAssert.Values([Math.Exp(0.5) - 0.5, Math.Exp(2) - 6], PoissonNLLLoss(reduction: Reduction.None).call(x, t));
        var log = new[] { 0.5 - Math.Log(0.75), 2 - (3 * Math.Log(2.25)) };
        NearAssert.Values(log, PoissonNLLLoss(log_input: false, eps: 0.25f, reduction: Reduction.None).call(x, t));
        var stirling = (3 * Math.Log(3)) - 3 + (0.5 * Math.Log(2 * Math.PI * 3));
        NearAssert.Values([log[0], log[1] + stirling], PoissonNLLLoss(log_input: false, full: true, eps: 0.25f, reduction: Reduction.None).call(x, t));
        Assert.Throws<ExternalException>(() => PoissonNLLLoss().call(x, ones(3)));
    }

    [Fact]
    public void GaussianNLL_Rows_AreSummedAsUpstreamDoes()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2, 3, 4 }, 2, 2);
        var t = tensor(new[] { 0.0, 2, 3, 2 }, 2, 2);
        var v = tensor(new[] { 2.0, 0.5 }, 2, 1);
        double[] rows = [0.5 * ((1 / 2.0) + (2 * Math.Log(2))), 0.5 * ((4 / 0.5) + (2 * Math.Log(0.5)))];
        // The variance of a row is broadcast over its elements.
        NearAssert.Values(rows, GaussianNLLLoss(reduction: Reduction.None).call(x, t, v));
        NearAssert.Values([rows.Average() + Math.Log(2 * Math.PI)], GaussianNLLLoss(full: true).call(x, t, v));
        Assert.Throws<ArgumentException>(() => GaussianNLLLoss().call(x, t, -v));
        Assert.Throws<ArgumentException>(() => GaussianNLLLoss().call(x, t, ones(3)));
        Assert.Throws<ArgumentException>(() => GaussianNLLLoss().call(x, t[0], v));
    }

    [Fact]
    public void Distances_TwoRows_AreTheFormulas()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[] { 3.0, 4, 1, 0 }, 2, 2);
        var b = tensor(new[] { 0.0, 0, 1, 1 }, 2, 2);
        NearAssert.Values([5, 1], PairwiseDistance(eps: 0).call(a, b));
        NearAssert.Values([7 + 2e-6, 1], PairwiseDistance(1).call(a, b));
        Assert.Equal([2, 1], PairwiseDistance(keepdim: true).call(a, b).shape);
        NearAssert.Values([0, Math.Sqrt(0.5)], CosineSimilarity().call(a, b));
        NearAssert.Values([1 / Math.Sqrt(10.0), 0], CosineSimilarity(dim: 0).call(a, b));
        NearAssert.Values([0, Math.Sqrt(0.5)], CosineSimilarity().call(a, b.to(int64)));
        Assert.Throws<ExternalException>(() => CosineSimilarity().call(a.to(int64), b.to(int64)));
    }

    [Fact]
    public void Losses_Gradients_AgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        Tensor Leaf() => randn([3, 4], float64).requires_grad_();
        var (a, b, c) = (Leaf(), Leaf(), Leaf());
        var signs = where(randn(3, 4) > 0, tensor(1.0), tensor(-1.0));
        var v = (rand([3, 4], float64) + 0.5).requires_grad_();
        FiniteDifferences.Check("margin ranking", () => F.margin_ranking_loss(a, b, signs, 0.3), a, b);
        FiniteDifferences.Check("hinge", () => F.hinge_embedding_loss(a, signs, 1.1), a);
        FiniteDifferences.Check("cosine", () => F.cosine_embedding_loss(a, b, signs[.., 0], 0.1), a, b);
        FiniteDifferences.Check("triplet", () => F.triplet_margin_loss(a, b, c, 5, swap: true), a, b, c);
        FiniteDifferences.Check("triplet 1", () => F.triplet_margin_loss(a, b, c, 5, p: 3), a, b, c);
        FiniteDifferences.Check("soft margin", () => F.soft_margin_loss(a, signs), a);
        FiniteDifferences.Check("multi-label", () => F.multi_label_margin_loss(a, tensor(new long[] { 1, 2, -1, 0, 3, -1, 0, 0, 0, 1, 2, 3 }, 3, 4)), a);
        FiniteDifferences.Check("multi-label soft", () => F.multilabel_soft_margin_loss(a, (signs + 1) / 2), a);
        FiniteDifferences.Check("multi-margin", () => F.multi_margin_loss(a, tensor(new long[] { 0, 3, 1 }), 2), a);
        FiniteDifferences.Check("poisson", () => F.poisson_nll_loss(a, v.detach() * 3, full: true), a);
        FiniteDifferences.Check("gaussian", () => F.gaussian_nll_loss(a, b, v), a, b, v);
        FiniteDifferences.Check("distance", () => F.pairwise_distance(a, b), a, b);
    }
}

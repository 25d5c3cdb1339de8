using GymBridge.Agents.Collecting.Replay;
using GymBridge.Seeding;

namespace GymBridge.Agents.Tests.Collecting.Replay;

public class SumTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(100)]
    public void Find_EveryPart_IsTheLeafThatASearchFromTheLeftFinds(int count)
    {
        var stream = new Rng(count);
        var tree = new SumTree(count);
        var leaves = new double[count];
        for (var i = 0; i < 4 * count; i++)
        {
            var leaf = stream.Integers(count);

            // Sums of small integers are exact, so that both searches see the same numbers.
            tree[leaf] = leaves[leaf] = stream.Integers(5);
        }

        Assert.Equal(leaves.Sum(), tree.Total);
        for (var part = 0.5; part < tree.Total; part++)
        {
            var (expected, sum) = (0, leaves[0]);
            while (sum <= part)
            {
                sum += leaves[++expected];
            }

            Assert.Equal(expected, tree.Find(part));
        }
    }

    [Fact]
    public void Find_TheWholeSumThroughRounding_IsNoLeafOfZero()
    {
        var tree = new SumTree(5) { [0] = 0.1, [2] = 0.2 };
        Assert.Equal(2, tree.Find(tree.Total));
        Assert.Equal(2, tree.Find(tree.Total * 2));
        Assert.Equal(0, tree.Find(0));
    }

    [Fact]
    public void Total_LeavesSetInAnotherOrder_IsTheSameToTheBit()
    {
        var (forth, back) = (new SumTree(100), new SumTree(100));
        var stream = new Rng(1);
        var leaves = Enumerable.Range(0, 100).Select(_ => stream.Random()).ToArray();
        for (var i = 0; i < 100; i++)
        {
            forth[i] = leaves[i];
            back[99 - i] = leaves[99 - i];
        }

        Assert.Equal(forth.Total, back.Total);
    }
}

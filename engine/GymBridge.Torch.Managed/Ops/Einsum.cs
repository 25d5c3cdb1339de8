namespace GymBridge.Torch.Managed;

/// <summary>Sums of products by index letters, for one or two operands, as one batched matrix product.</summary>
internal static class Einsum
{
    public static Tensor Run(string equation, Tensor[] tensors)
    {
        var text = equation.Replace(" ", string.Empty, StringComparison.Ordinal);
        var arrow = text.IndexOf("->", StringComparison.Ordinal);
        var operands = (arrow < 0 ? text : text[..arrow]).Split(',');
        if (operands.Length != tensors.Length)
            throw Errors.Libtorch($"einsum(): fewer or more operands were provided than specified in the equation '{equation}': {tensors.Length}");
        if (tensors.Length > 2 || text.Contains('.', StringComparison.Ordinal))
            throw Errors.NotSupported("torch.einsum of more than two operands, or with an ellipsis");
        var all = string.Concat(operands);
        var output = arrow >= 0 ? text[(arrow + 2)..] : string.Concat(all.Distinct().Where(c => all.Count(x => x == c) == 1).Order());
        var sizes = new Dictionary<char, long>();
        for (var i = 0; i < operands.Length; i++)
        {
            if (operands[i].Length != tensors[i].Impl.Rank)
                throw Errors.Libtorch($"einsum(): the number of subscripts in the equation '{operands[i]}' does not match the number of dimensions of {Errors.Shape(tensors[i].Impl.Shape)}");
            if (operands[i].Distinct().Count() != operands[i].Length)
                throw Errors.NotSupported("torch.einsum with an index repeated in one operand");
            for (var d = 0; d < operands[i].Length; d++)
            {
                if (!sizes.TryAdd(operands[i][d], tensors[i].Impl.Shape[d]) && sizes[operands[i][d]] != tensors[i].Impl.Shape[d])
                    throw Errors.Libtorch($"einsum(): subscript {operands[i][d]} has size {tensors[i].Impl.Shape[d]} for operand {i} which does not broadcast with previously seen size {sizes[operands[i][d]]}");
            }
        }
        foreach (var c in output)
        {
            if (!sizes.ContainsKey(c))
                throw Errors.Libtorch($"einsum(): output subscript {c} does not appear in the equation for any input operand");
        }
        if (tensors.Length == 1)
            return Arrange(SumOut(tensors[0], operands[0], output, out var left), left, output);
        var x = SumOut(tensors[0], operands[0], output + operands[1], out var a);
        var y = SumOut(tensors[1], operands[1], output + operands[0], out var b);
        var batch = string.Concat(a.Where(c => b.Contains(c, StringComparison.Ordinal) && output.Contains(c, StringComparison.Ordinal)));
        var shared = string.Concat(a.Where(c => b.Contains(c, StringComparison.Ordinal) && !output.Contains(c, StringComparison.Ordinal)));
        var mine = string.Concat(a.Where(c => !b.Contains(c, StringComparison.Ordinal)));
        var theirs = string.Concat(b.Where(c => !a.Contains(c, StringComparison.Ordinal)));
        long Size(string letters) => letters.Aggregate(1L, (n, c) => n * sizes[c]);
        var p = Arrange(x, a, batch + mine + shared).reshape(Size(batch), Size(mine), Size(shared));
        var q = Arrange(y, b, batch + shared + theirs).reshape(Size(batch), Size(shared), Size(theirs));
        var product = p.bmm(q).reshape([.. (batch + mine + theirs).Select(c => sizes[c])]);
        return Arrange(product, batch + mine + theirs, output);
    }

    /// <summary>Sums over the letters that nobody else mentions.</summary>
    private static Tensor SumOut(Tensor t, string letters, string needed, out string left)
    {
        long[] gone = [.. letters.Select((c, i) => (c, i)).Where(e => !needed.Contains(e.c, StringComparison.Ordinal)).Select(e => (long)e.i)];
        left = string.Concat(letters.Where(c => needed.Contains(c, StringComparison.Ordinal)));
        return gone.Length == 0 ? t : t.sum(gone);
    }

    private static Tensor Arrange(Tensor t, string from, string to) =>
        from == to ? t.alias() : t.permute([.. to.Select(c => (long)from.IndexOf(c, StringComparison.Ordinal))]);
}

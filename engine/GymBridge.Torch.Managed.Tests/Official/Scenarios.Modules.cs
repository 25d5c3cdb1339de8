using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests.Official;

internal static partial class Scenarios
{
    private static Dictionary<string, Func<Tensor[]>> Modules => new()
    {
        ["modules: ConvTranspose2d"] = () => Module(nn.ConvTranspose2d(2, 3, 3, stride: 2, padding: 1, output_padding: 1, dtype: float64), Input(2, 2, 3, 4)),
        ["modules: ConvTranspose2d, unequal sides"] = () => Module(nn.ConvTranspose2d(2, 3, (2, 3), stride: (3, 1), padding: (0, 1), dilation: (1, 2), dtype: float64), Input(1, 2, 3, 4)),
        ["modules: ConvTranspose2d, groups"] = () => Module(nn.ConvTranspose2d(4, 2, 2, groups: 2, bias: false, dtype: float64), Input(4, 3, 2)),
        ["modules: ConvTranspose2d, output size"] = () =>
        {
            var layer = Filled(nn.ConvTranspose2d(2, 1, 2, stride: 2, dtype: float64));
            return [layer.forward(Input(1, 2, 3, 3), [7, 6]), layer.forward(Input(1, 2, 3, 3), [1, 1, 6, 7])];
        },
        ["modules: ConvTranspose1d"] = () => Module(nn.ConvTranspose1d(2, 3, 3, stride: 2, padding: 1, output_padding: 1, dilation: 2, dtype: float64), Input(2, 2, 5)),
        ["modules: ConvTranspose2d, initial weights"] = () =>
        {
            manual_seed(3);
            var layer = nn.ConvTranspose2d(2, 3, 2);
            return [layer.weight, layer.bias!, layer.transposed ? ones(1) : zeros(1), tensor(layer.output_padding), tensor(layer.padding!)];
        },
        ["modules: ConvTranspose2d, state dict"] = () => [.. Filled(nn.ConvTranspose2d(1, 2, 2, dtype: float64)).state_dict().Values],
        ["error: ConvTranspose2d of another padding mode"] = () => [Module(nn.ConvTranspose2d(2, 3, 3, padding_mode: PaddingModes.Reflect), Input(1, 2, 3, 3))[0]],
        ["error: ConvTranspose2d of an output size out of range"] = () => [nn.ConvTranspose2d(2, 3, 2, stride: 2).forward(ones(1, 2, 3, 3), [9, 6])],
        ["error: ConvTranspose2d of an output size of one number"] = () => [nn.ConvTranspose2d(2, 3, 2, stride: 2).forward(ones(1, 2, 3, 3), [9])],
        ["text: Conv2d of other channels"] = () => [nn.Conv2d(2, 3, 2).call(ones(1, 3, 3, 3))],
        ["text: Conv1d of two dimensions"] = () => [nn.Conv1d(3, 3, 2).call(ones(2, 3))],
        ["text: ConvTranspose2d of other channels"] = () => [nn.ConvTranspose2d(2, 3, 2).call(ones(1, 3, 3, 3))],
        ["error: ConvTranspose2d of too large an output padding"] = () => [nn.ConvTranspose2d(2, 3, 2, stride: 2, output_padding: 2).call(ones(1, 2, 3, 3))],
        ["modules: conv1d"] = () => Function((x, w) => F.conv1d(x, w, stride: 2, padding: 1, dilation: 2), Input(2, 2, 7), Input(3, 2, 2)),
        ["modules: conv_transpose1d"] = () => Function((x, w) => F.conv_transpose1d(x, w, stride: 2, padding: 1, output_padding: 1), Input(2, 2, 5), Input(2, 3, 3)),
        ["modules: conv_transpose2d"] = () => Function((x, w) => F.conv_transpose2d(x, w, strides: [2, 1], padding: [1, 0]), Input(1, 2, 3, 3), Input(2, 2, 3, 2)),
        ["modules: BatchNorm3d"] = () =>
        {
            var layer = Filled(nn.BatchNorm3d(2, dtype: float64));
            return [.. Module(layer, Input(2, 2, 2, 3, 2)), layer.running_mean!, layer.running_var!];
        },
        ["error: BatchNorm3d of three dimensions"] = () => [nn.BatchNorm3d(2).call(ones(2, 2, 2))],
        ["modules: RNN"] = () => Recurrent(nn.RNN(3, 4, dtype: float64), Input(5, 2, 3), Input(1, 2, 4)),
        ["modules: RNN, relu, two layers, both directions, batch first"] = () =>
            Recurrent(
                nn.RNN(3, 4, numLayers: 2, nonLinearity: nn.NonLinearities.ReLU, bidirectional: true, batchFirst: true, dtype: float64),
                Input(2, 5, 3),
                Input(4, 2, 4)),
        ["modules: RNN without bias, without state"] = () => Recurrent(nn.RNN(3, 4, bias: false, dtype: float64), Input(5, 2, 3), null),
        ["modules: RNN, initial weights"] = () =>
        {
            manual_seed(3);
            var rnn = nn.RNN(2, 3, numLayers: 2, bidirectional: true);
            return [.. rnn.parameters(), rnn.get_weight_ih(3)!, rnn.get_weight_hh(1)!, rnn.get_bias_ih(2)!, rnn.get_bias_hh(0)!];
        },
        ["modules: RNNCell"] = () =>
        {
            var cell = Filled(nn.RNNCell(3, 4, dtype: float64));
            var (x, h) = (Input(2, 3).requires_grad_(), Input(2, 4).requires_grad_());
            return WithGradients([cell.call(x, h), cell.call(x, null!)], [x, h, .. cell.parameters()]);
        },
        ["modules: RNNCell, relu"] = () =>
        {
            var cell = Filled(nn.RNNCell(3, 4, nn.NonLinearities.ReLU, bias: false, dtype: float64));
            return [cell.call(Input(2, 3), Input(2, 4)), cell.weight_ih!, cell.weight_hh!];
        },
        ["error: RNN of another width"] = () => [nn.RNN(2, 4).call(ones(3, 2, 1)).Item1],
        ["error: RNN with another state"] = () => [nn.RNN(1, 4).call(ones(3, 2, 1), ones(1, 3, 4)).Item1],
        ["error: RNN of two dimensions"] = () => [nn.RNN(1, 4).call(ones(3, 1)).Item1],
        ["error: LSTM of two dimensions"] = () => [nn.LSTM(1, 4).call(ones(3, 1)).Item1],
        ["error: GRU of another width"] = () => [nn.GRU(2, 4).call(ones(3, 2, 1)).Item1],
    };

    private static Dictionary<string, Func<Tensor[]>> Sequences => new()
    {
        ["sequences: pack, sorted"] = () =>
        {
            var x = Input(4, 3, 2).requires_grad_();
            var packed = pack_padded_sequence(x, tensor(new long[] { 4, 2, 1 }));
            return [.. WithGradients(packed.data, x), packed.batch_sizes];
        },
        ["sequences: pack, unsorted, batch first"] = () =>
        {
            var packed = pack_padded_sequence(Input(4, 3, 2), tensor(new long[] { 2, 3, 2, 1 }), batch_first: true, enforce_sorted: false);
            return [packed.data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices];
        },
        ["sequences: pack_sequence"] = () =>
        {
            var packed = pack_sequence([Input(2, 3), Input(4, 3), Input(1, 3)], enforce_sorted: false);
            return [packed.data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices];
        },
        ["sequences: pad"] = () => [pad_sequence([Input(2, 3), Input(4, 3)]), pad_sequence([Input(2), Input(1)], batch_first: true, padding_value: -7)],
        ["sequences: pad packed"] = () =>
        {
            var x = Input(4, 3, 2).requires_grad_();
            var packed = pack_padded_sequence(x, tensor(new long[] { 1, 4, 2 }), enforce_sorted: false);
            var (padded, lengths) = pad_packed_sequence(packed, padding_value: 0.5, total_length: 6);
            var (first, _) = pad_packed_sequence(packed, batch_first: true);
            return [.. WithGradients([padded, first], [x]), lengths];
        },
        ["sequences: RNN"] = () => Packed(nn.RNN(3, 4, numLayers: 2, bidirectional: true, dtype: float64), (rnn, x) => rnn.call(x), (rnn, x, h) => rnn.call(x, h)),
        ["sequences: GRU"] = () => Packed(nn.GRU(3, 4, numLayers: 2, bidirectional: true, dtype: float64), (rnn, x) => rnn.call(x), (rnn, x, h) => rnn.call(x, h)),
        ["sequences: LSTM"] = () => Packed(
            nn.LSTM(3, 4, numLayers: 2, bidirectional: true, dtype: float64),
            (rnn, x) =>
            {
                var (y, h, c) = rnn.call(x);
                return (y, cat([h, c]));
            },
            (rnn, x, h) =>
            {
                var (y, next, c) = rnn.call(x, (h, h * 2));
                return (y, cat([next, c]));
            }),
        ["text: pack, unsorted where sorted is expected"] = () => [pack_padded_sequence(ones(3, 2, 1), tensor(new long[] { 2, 3 })).data],
        ["text: pack, an empty sequence"] = () => [pack_padded_sequence(ones(3, 2, 1), tensor(new long[] { 2, 0 })).data],
        ["text: pack, too many lengths"] = () => [pack_padded_sequence(ones(3, 2, 1), tensor(new long[] { 2, 1, 1 })).data],
        ["text: pad packed to fewer steps"] = () => [pad_packed_sequence(pack_padded_sequence(ones(3, 2, 1), tensor(new long[] { 3, 2 })), total_length: 2).Item1],
        ["text: a packed sequence with another state"] = () => [nn.RNN(1, 4).call(pack_padded_sequence(ones(3, 2, 1), tensor(new long[] { 3, 2 })), zeros(1, 3, 4)).Item2],
        ["text: indices of a sorted one"] = () => [ones_like(pack_padded_sequence(ones(3, 2, 1), tensor(new long[] { 3, 2 })).sorted_indices)],
        ["sequences: scopes"] = () =>
        {
            using var scope = NewDisposeScope();
            var (x, lengths) = (Input(3, 2, 1), tensor(new long[] { 3, 2 }));
            var before = scope.DisposablesCount;
            var packed = pack_padded_sequence(x, lengths);
            var made = scope.DisposablesCount - before;
            scope.DisposeEverythingBut(packed);
            var kept = packed.data.IsInvalid ? 0 : 1;
            packed.Dispose();
            long[] counts = [made, kept, packed.data.IsInvalid ? 0 : 1, scope.DisposablesCount];
            return [tensor(counts).MoveToOuterDisposeScope()];
        },
    };

    private static Tensor[] Module(nn.Module<Tensor, Tensor> module, Tensor x)
    {
        Filled(module);
        x.requires_grad_();
        return WithGradients([module.call(x)], [x, .. module.parameters()]);
    }

    private static Tensor[] Function(Func<Tensor, Tensor, Tensor> f, Tensor x, Tensor w) => WithGradients(f(x.requires_grad_(), w.requires_grad_()), x, w);

    private static Tensor[] Recurrent(TorchSharp.Modules.RNN rnn, Tensor x, Tensor? h)
    {
        Filled(rnn);
        x.requires_grad_();
        h?.requires_grad_();
        var (output, state) = rnn.call(x, h);
        return WithGradients([output, state], [x, .. h is null ? Array.Empty<Tensor>() : [h], .. rnn.parameters()]);
    }

    private static Tensor[] Packed<M>(
        M rnn, Func<M, PackedSequence, (PackedSequence, Tensor)> plain, Func<M, PackedSequence, Tensor, (PackedSequence, Tensor)> stateful)
        where M : nn.Module
    {
        Filled(rnn);
        var x = Input(4, 3, 3).requires_grad_();
        var h = Input(ScalarType.Float64, 5, 4, 3, 4).requires_grad_();
        var sorted = pack_padded_sequence(x, tensor(new long[] { 4, 2, 2 }));
        var unsorted = pack_padded_sequence(x, tensor(new long[] { 1, 4, 3 }), enforce_sorted: false);
        var (a, last) = plain(rnn, sorted);
        var (b, other) = stateful(rnn, unsorted, h);
        return [.. WithGradients([a.data, last, pad_packed_sequence(b).Item1, other], [x, h, .. rnn.parameters()]), b.batch_sizes];
    }
}

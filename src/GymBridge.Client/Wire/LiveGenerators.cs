using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;
using GymBridge.Seeding;

namespace GymBridge.Client.Wire;

/// <summary>Generators here that are those of remote lanes: what is drawn from them is written back before the next call, and after
/// it they are where the remote ones are. docs/protocol.md, section 8.</summary>
internal sealed class LiveGenerators
{
    private readonly Dictionary<int, (Rng Rng, RngState Known)> _lanes = [];

    /// <summary>The generator of a lane; null where nobody has asked for it.</summary>
    public Rng? Find(int lane) => _lanes.TryGetValue(lane, out var live) ? live.Rng : null;

    /// <summary>Keeps a generator as that of a lane, whose state the server knows.</summary>
    public Rng Keep(int lane, Rng rng)
    {
        _lanes[lane] = (rng, rng.State);
        return rng;
    }

    /// <summary>Writes to a call what was drawn since the last one.</summary>
    public void Write(Call call)
    {
        if (call.Generators.Count > 0)
        {
            call.Generators.Clear();
        }

        call.WantGenerators = _lanes.Count > 0;
        foreach (var (lane, (rng, known)) in _lanes)
        {
            if (rng.State != known)
            {
                call.Generators.Add(new LaneGenerator { Lane = (uint)lane, State = GeneratorCodec.Encode(rng.State, null) });
            }
        }
    }

    /// <summary>Takes over where the remote generators are after a call.</summary>
    public void Read(IEnumerable<LaneGenerator> generators)
    {
        foreach (var generator in generators)
        {
            if (_lanes.TryGetValue((int)generator.Lane, out var live))
            {
                live.Rng.State = GeneratorCodec.Decode(generator.State).State;
                _lanes[(int)generator.Lane] = (live.Rng, live.Rng.State);
            }
        }
    }
}

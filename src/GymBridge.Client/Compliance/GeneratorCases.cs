using System.Collections.Immutable;
using System.Numerics;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;
using GymBridge.Seeding;
using static GymBridge.Client.Compliance.CompliancePeer;

namespace GymBridge.Client.Compliance;

/// <summary>Generators: setting, getting, and live ones.</summary>
internal static class GeneratorCases
{
    public static ImmutableArray<ComplianceCase> All { get; } = [new("generator/roundtrip", RoundTrip), new("generator/live", Live)];

    private static void RoundTrip(CompliancePeer peer)
    {
        var session = peer.Open();
        peer.Good(Reset(session, 1, 7));
        var (_, seed) = Get(peer, session, 2);
        Expect(seed == 7, $"np_random_seed 7 was expected after reset(seed=7), got {seed}");
        var state = new Rng(99).State;
        var set = NewCall(session, 3);
        set.SetGenerator = new SetGenerator { State = GeneratorCodec.Encode(state, BigInteger.MinusOne) };
        peer.Good(set);
        var back = Get(peer, session, 4);
        Expect(back.State == state && back.Seed == -1, $"the state that was set and seed -1 were expected, got seed {back.Seed}");
    }

    private static void Live(CompliancePeer peer)
    {
        var session = peer.Open();
        peer.Good(Reset(session, 1, 7));
        var state = new Rng(99).State;
        var call = Ping(session, 2);
        call.WantGenerators = true;
        call.Generators.Add(new LaneGenerator { State = GeneratorCodec.Encode(state, null) });
        var reply = peer.Good(call);
        Expect(reply.Generators.Count == 1, $"1 generator was expected, got {reply.Generators.Count}");
        var (after, seed) = GeneratorCodec.Decode(reply.Generators[0].State);
        Expect(after == state && seed == 7, $"the state that was written and seed 7 were expected, got seed {seed}");
        var reset = Reset(session, 3);
        reset.WantGenerators = true;
        Expect(GeneratorCodec.Decode(peer.Good(reset).Generators[0].State).State != state, "a reset has not drawn from the generator that was written");
    }

    private static (RngState State, BigInteger? Seed) Get(CompliancePeer peer, Session session, ulong seq)
    {
        var call = NewCall(session, seq);
        call.GetGenerator = new GetGenerator();
        return GeneratorCodec.Decode(peer.Good(call).Generator);
    }
}

using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>The losses of the common algorithms in rl.json, with the gradients of every network.</summary>
public class RlParityTests
{
    private const double Rtol = 1e-5;
    private const double Atol = 1e-6;

    [Fact]
    public void Ppo_EveryRecord_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        foreach (var r in GoldenFile.Load("rl.json").GetProperty("ppo").EnumerateArray())
        {
            var continuous = r.GetProperty("continuous").GetBoolean();
            var clip = GoldenFile.Number(r.GetProperty("clip_coef"));
            var actor = Network(r.GetProperty("actor"), t => t.tanh());
            var critic = Network(r.GetProperty("critic"), t => t.tanh());
            var obs = T(r, "obs");
            var actions = T(r, "actions");
            var output = actor.Run(obs);
            Tensor logProb;
            Tensor entropy;
            Tensor? logStd = null;
            if (continuous)
            {
                logStd = T(r, "log_std").requires_grad_();
                var d = Normal(output, logStd.expand_as(output).exp());
                logProb = d.log_prob(actions).sum(dim: 1);
                entropy = d.entropy().sum(dim: 1);
            }
            else
            {
                var d = Categorical(logits: output);
                logProb = d.log_prob(actions);
                entropy = d.entropy();
            }
            Same(logProb, r, "new_logprob");
            var logRatio = logProb - T(r, "old_logprob");
            var ratio = logRatio.exp();
            Same(ratio, r, "ratio");
            Same((-logRatio).mean(), r, "approx_kl_k1");
            Same((ratio - 1 - logRatio).mean(), r, "approx_kl_k3");
            Same(((ratio - 1).abs() > clip).@float().mean(), r, "clipfrac");
            var advantages = T(r, "advantages");
            if (r.GetProperty("norm_adv").GetBoolean())
            {
                advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8);
            }

            var policyLoss = torch.max(-advantages * ratio, -advantages * torch.clamp(ratio, 1 - clip, 1 + clip)).mean();
            var v = critic.Run(obs).view(-1);
            var returns = T(r, "returns");
            var valueLoss = (v - returns).pow(2);
            if (r.GetProperty("clip_vloss").GetBoolean())
            {
                var old = T(r, "old_values");
                valueLoss = torch.max(valueLoss, (old + torch.clamp(v - old, -clip, clip) - returns).pow(2));
            }
            valueLoss = 0.5 * valueLoss.mean();
            var loss = policyLoss - (GoldenFile.Number(r.GetProperty("ent_coef")) * entropy.mean()) + (GoldenFile.Number(r.GetProperty("vf_coef")) * valueLoss);
            Same(policyLoss, r, "policy_loss");
            Same(valueLoss, r, "value_loss");
            Same(loss, r, "loss");
            loss.backward();
            var grads = r.GetProperty("grads");
            actor.Check(grads, 0);
            critic.Check(grads, 1);
            if (logStd is not null)
            {
                Assert.Null(GoldenFile.Difference(logStd.grad!, grads.GetProperty("2.log_std"), Rtol, Atol));
            }
        }
    }

    [Fact]
    public void A2c_Record_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        var r = GoldenFile.Load("rl.json").GetProperty("a2c");
        var actor = Network(r.GetProperty("actor"), t => t.tanh());
        var critic = Network(r.GetProperty("critic"), t => t.tanh());
        var obs = T(r, "obs");
        var d = Categorical(logits: actor.Run(obs));
        var policyLoss = -(T(r, "advantages") * d.log_prob(T(r, "actions"))).mean();
        var valueLoss = F.mse_loss(T(r, "returns"), critic.Run(obs).flatten());
        var entropyLoss = -d.entropy().mean();
        var loss = policyLoss + (0.01 * entropyLoss) + (0.5 * valueLoss);
        Same(policyLoss, r, "policy_loss");
        Same(valueLoss, r, "value_loss");
        Same(entropyLoss, r, "entropy_loss");
        Same(loss, r, "loss");
        loss.backward();
        actor.Check(r.GetProperty("grads"), 0);
        critic.Check(r.GetProperty("grads"), 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Dqn_Record_MatchesPyTorch(int index)
    {
        using var scope = NewDisposeScope();
        var r = GoldenFile.Load("rl.json").GetProperty("dqn")[index];
        foreach (var huber in new[] { true, false })
        {
            var online = Network(r.GetProperty("online"), t => t.relu());
            var target = Network(r.GetProperty("target"), t => t.relu());
            var next = T(r, "next_obs");
            Tensor goal;
            using (no_grad())
            {
                var best = r.GetProperty("double").GetBoolean()
                    ? target.Run(next).gather(1, online.Run(next).argmax(1, keepdim: true)).squeeze(1)
                    : target.Run(next).max(1).values;
                goal = T(r, "rewards") + (GoldenFile.Number(r.GetProperty("gamma")) * best * (1 - T(r, "dones")));
            }
            Same(goal, r, "td_target");
            var q = online.Run(T(r, "obs")).gather(1, T(r, "actions").unsqueeze(1)).squeeze(1);
            Same(q, r, "q");
            var loss = huber ? F.smooth_l1_loss(q, goal) : F.mse_loss(goal, q);
            Same(loss, r, huber ? "huber_loss" : "mse_loss");
            loss.backward();
            online.Check(r.GetProperty(huber ? "grads_huber" : "grads_mse"), 0);
        }
    }

    [Fact]
    public void Sac_Record_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        var r = GoldenFile.Load("rl.json").GetProperty("sac");
        var scale = GoldenFile.Number(r.GetProperty("action_scale"));
        var bias = GoldenFile.Number(r.GetProperty("action_bias"));
        var logAlpha = T(r, "log_alpha").requires_grad_();
        var alpha = logAlpha.exp().item<float>();
        Net Make(string name) => Network(r.GetProperty(name), t => t.relu());
        var (trunk, mean, logStd) = (Make("trunk"), Make("mean"), Make("log_std"));
        var (q1, q2, t1, t2) = (Make("q1"), Make("q2"), Make("q1_target"), Make("q2_target"));
        (Tensor Action, Tensor LogProb) Sample(Tensor x, Tensor eps)
        {
            var h = trunk.Run(x).relu();
            var mu = mean.Run(h);
            var ls = -5 + (0.5 * 7 * (logStd.Run(h).tanh() + 1));
            var u = mu + (ls.exp() * eps);
            var y = u.tanh();
            var lp = (Normal(mu, ls.exp()).log_prob(u) - ((scale * (1 - y.pow(2))) + 1e-6).log()).sum(dim: 1, keepdim: true);
            return ((y * scale) + bias, lp);
        }
        Tensor target;
        using (no_grad())
        {
            var (a, lp) = Sample(T(r, "next_obs"), T(r, "next_eps"));
            Same(a, r, "next_actions");
            Same(lp, r, "next_logprob");
            var x = torch.cat([T(r, "next_obs"), a], 1);
            var q = torch.min(t1.Run(x), t2.Run(x)) - (alpha * lp);
            target = T(r, "rewards") + ((1 - T(r, "dones")) * GoldenFile.Number(r.GetProperty("gamma")) * q.view(-1));
            Same(target, r, "td_target");
        }
        var at = torch.cat([T(r, "obs"), T(r, "actions")], 1);
        var criticLoss = F.mse_loss(q1.Run(at).view(-1), target) + F.mse_loss(q2.Run(at).view(-1), target);
        Same(criticLoss, r, "critic_loss");
        criticLoss.backward();
        q1.Check(r.GetProperty("critic_grads"), 0);
        q2.Check(r.GetProperty("critic_grads"), 1);
        var (pi, logProb) = Sample(T(r, "obs"), T(r, "eps"));
        Same(pi, r, "pi_actions");
        Same(logProb, r, "pi_logprob");
        var both = torch.cat([T(r, "obs"), pi], 1);
        var actorLoss = ((alpha * logProb) - torch.min(q1.Run(both), q2.Run(both))).mean();
        Same(actorLoss, r, "actor_loss");
        actorLoss.backward();
        trunk.Check(r.GetProperty("actor_grads"), 0);
        mean.Check(r.GetProperty("actor_grads"), 1);
        logStd.Check(r.GetProperty("actor_grads"), 2);
        var alphaLoss = (-logAlpha.exp() * (logProb.detach() + GoldenFile.Number(r.GetProperty("target_entropy")))).mean();
        Same(alphaLoss, r, "alpha_loss");
        alphaLoss.backward();
        Same(logAlpha.grad!, r, "alpha_grad");
    }

    [Fact]
    public void Dpo_EveryKind_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        var r = GoldenFile.Load("rl.json").GetProperty("dpo");
        var reference = T(r, "ref_logprobs");
        foreach (var c in r.GetProperty("cases").EnumerateArray())
        {
            var chosen = T(r, "logits_chosen").requires_grad_();
            var rejected = T(r, "logits_rejected").requires_grad_();
            Tensor Sequence(Tensor logits, string side) =>
                (logits.log_softmax(-1).gather(2, T(r, $"labels_{side}").unsqueeze(-1)).squeeze(2) * T(r, $"mask_{side}")).sum(dim: 1);
            var h = Sequence(chosen, "chosen") - Sequence(rejected, "rejected") - (reference[0] - reference[1]);
            var beta = GoldenFile.Number(c.GetProperty("beta"));
            var smooth = GoldenFile.Number(c.GetProperty("label_smoothing"));
            var losses = c.GetProperty("kind").GetString() switch
            {
                "sigmoid" => (-F.logsigmoid(beta * h) * (1 - smooth)) - (F.logsigmoid(-beta * h) * smooth),
                "ipo" => (h - (1 / (2 * beta))).pow(2),
                _ => (1 - (beta * h)).relu(),
            };
            Same(losses, c, "losses");
            losses.mean().backward();
            Same(chosen.grad!, c, "grad_logits_chosen");
            Same(rejected.grad!, c, "grad_logits_rejected");
        }
    }

    [Fact]
    public void Grpo_EveryAggregation_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        var r = GoldenFile.Load("rl.json").GetProperty("grpo");
        var (prompts, group) = (r.GetProperty("prompts").GetInt64(), r.GetProperty("group").GetInt64());
        var eps = GoldenFile.Number(r.GetProperty("clip_eps"));
        foreach (var c in r.GetProperty("cases").EnumerateArray())
        {
            var logits = T(r, "logits").requires_grad_();
            var lp = logits.log_softmax(-1).gather(2, T(r, "tokens").unsqueeze(-1)).squeeze(2);
            Same(lp, r, "logprobs");
            var g = T(r, "rewards").view(prompts, group);
            var advantages = ((g - g.mean([1], keepdim: true)) / (g.std(1, keepdim: true) + 1e-4)).view(-1);
            Same(advantages, r, "advantages");
            var ratio = (lp - T(r, "old_logprobs")).exp();
            var reference = T(r, "ref_logprobs");
            var kl = (reference - lp).exp() - (reference - lp) - 1;
            Same(kl, r, "kl");
            var a = advantages.unsqueeze(1);
            var token = -torch.min(ratio * a, ratio.clamp(1 - eps, 1 + eps) * a) + (GoldenFile.Number(c.GetProperty("beta")) * kl);
            var mask = T(r, "mask");
            var loss = c.GetProperty("aggregation").GetString() switch
            {
                "sequence" => ((token * mask).sum(dim: 1) / mask.sum(dim: 1).clamp(min: 1)).mean(),
                "token" => (token * mask).sum() / mask.sum(),
                _ => (token * mask).sum() / (prompts * group * mask.shape[1]),
            };
            Same(loss, c, "loss");
            loss.backward();
            Same(logits.grad!, c, "grad_logits");
        }
    }

    [Fact]
    public void SoftUpdate_Record_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        var r = GoldenFile.Load("rl.json").GetProperty("soft_update");
        var tau = GoldenFile.Number(r.GetProperty("tau"));
        for (var i = 0; i < r.GetProperty("online").GetArrayLength(); i++)
        {
            var target = GoldenFile.Tensor(r.GetProperty("target")[i]);
            target.mul_(1 - tau).add_(GoldenFile.Tensor(r.GetProperty("online")[i]) * tau);
            Assert.Null(GoldenFile.Difference(target, r.GetProperty("result")[i], Rtol, Atol));
        }
    }

    private static Tensor T(JsonElement record, string name)
    {
        var e = record.GetProperty(name);
        return GoldenFile.IsTensor(e) ? GoldenFile.Tensor(e) : torch.stack(e.EnumerateArray().Select(GoldenFile.Tensor));
    }

    private static void Same(Tensor got, JsonElement record, string name)
    {
        var e = record.GetProperty(name);
        var difference = GoldenFile.IsTensor(e)
            ? GoldenFile.Difference(got, e, Rtol, Atol)
            : GoldenFile.Difference(got, tensor((float)GoldenFile.Number(e)), Rtol, Atol);
        Assert.True(difference is null, $"{name}: {difference}");
    }

    private static Net Network(JsonElement layers, Func<Tensor, Tensor> activation) =>
        new([.. layers.EnumerateArray().Select(l => (GoldenFile.Tensor(l.GetProperty("weight")).requires_grad_(), GoldenFile.Tensor(l.GetProperty("bias")).requires_grad_()))], activation);

    private sealed class Net((Tensor Weight, Tensor Bias)[] layers, Func<Tensor, Tensor> activation)
    {
        public Tensor Run(Tensor x)
        {
            for (var i = 0; i < layers.Length; i++)
            {
                x = F.linear(x, layers[i].Weight, layers[i].Bias);
                x = i + 1 < layers.Length ? activation(x) : x;
            }
            return x;
        }

        /// <summary>Linear layers stand at the even positions of a module.</summary>
        public void Check(JsonElement grads, int module)
        {
            for (var i = 0; i < layers.Length; i++)
            {
                Assert.Null(GoldenFile.Difference(layers[i].Weight.grad!, grads.GetProperty($"{module}.{2 * i}.weight"), Rtol, Atol));
                Assert.Null(GoldenFile.Difference(layers[i].Bias.grad!, grads.GetProperty($"{module}.{2 * i}.bias"), Rtol, Atol));
            }
        }
    }
}

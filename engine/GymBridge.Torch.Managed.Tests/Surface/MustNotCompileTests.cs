using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GymBridge.Torch.Managed.Tests.Surface;

/// <summary>Source that the real TorchSharp refuses is refused here too, and its neighbours that it takes are taken.</summary>
public class MustNotCompileTests
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.optim;
        using static TorchSharp.torch.distributions;
        using F = TorchSharp.torch.nn.functional;
        """;

    [Theory]
    [InlineData("static void M(Tensor x){ if (x == null) {} }")]
    [InlineData("static void M(Tensor x){ var y = x.mean(1); }")]
    [InlineData("static void M(){ var y = new Linear(3,4); }")]
    [InlineData("static void M(){ var y = new Sequential(); }")]
    [InlineData("static void M(){ var y = torch.zeros(new int[]{2,3}); }")]
    [InlineData("static void M(Tensor x){ var y = x.view(new int[]{2,3}); }")]
    [InlineData("static void M(Tensor x){ var y = x.sum(new int[]{0}); }")]
    [InlineData("static void M(Tensor x){ const ScalarType d = torch.float32; }")]
    [InlineData("static void M(Tensor x, ScalarType s){ switch(s){ case torch.float32: break; } }")]
    [InlineData("static void M(IEnumerable<Tensor> e){ var y = torch.cat(e); }")]
    [InlineData("static void M(){ Module m = Linear(3,4); var y = m.forward(null); }")]
    [InlineData("static void M(Tensor x){ var y = torch.softmax(x, 1L); }")]
    [InlineData("static void M(Tensor x){ var y = torch.log_softmax(x, 1); }")]
    [InlineData("static void M(Tensor x){ var y = F.elu(x); }")]
    [InlineData("static void M(Module<Tensor,Tensor> m){ var o = SGD(m.parameters(), lr: 0.1); }")]
    [InlineData("static void M(Module<Tensor,Tensor> m){ var o = Adam(m.parameters(), betas: (0.9,0.99)); }")]
    [InlineData("static void M(Tensor x){ bool b = x > 0; }")]
    [InlineData("static void M(Tensor x){ var w = !x; }")]
    [InlineData("static void M(Tensor x){ var y = x.clamp(); }")]
    [InlineData("static void M(Size s){ var y = torch.zeros(s); }")]
    public void Source_ThatUpstreamRefuses_IsRefused(string source) => Assert.NotEmpty(ErrorsOf(source));

    [Theory]
    [InlineData("static void M(Tensor x){ var y = x[new int[]{0,1}]; }")]
    [InlineData("static void M(Tensor x){ Tensor y = x ?? throw new Exception(); }")]
    [InlineData("static void M(Tensor x){ var y = F.softmax(x, -1); var z = torch.softmax(x, -1); var w = x.softmax(-1); }")]
    [InlineData("static void M(Tensor x){ var y = x.clamp(0, x); var z = torch.max(x, 0.5); }")]
    [InlineData("static void M(Tensor x){ var y = torch.zeros_like(x, float32); var z = torch.randn_like(x); var w = x.new_zeros(3); }")]
    [InlineData("static void M(Tensor x){ var d = Categorical(logits: x); var t = new Categorical(null, x); var n = Normal(x, x); Normal q = n; }")]
    [InlineData("static void M(Tensor x){ var y = Parameter(x); Parameter p = new Parameter(x); }")]
    [InlineData("static void M(Tensor x){ var y = torch.std_mean(x); var (s, m) = torch.std_mean(x, unbiased: false); var (v, idx) = x.max(1); var (a,b) = torch.topk(x, 3); }")]
    [InlineData("static void M(Tensor x){ var y = torch.maximum(x, 0.0); }")]
    [InlineData("static void M(Tensor x){ var y = torch.min(x, x).mean(); y = -y; y += x; }")]
    [InlineData("static void M(Tensor x){ var y = x.unflatten(0, 2, 3); var z = x.flatten(0, 1); var w = x.flatten(1); }")]
    [InlineData("static void M(Tensor x){ var y = torch.full_like(x, 0.5); var z = torch.arange(5); var w = torch.arange(0, 5, dtype: int64); var v = torch.linspace(0, 1, 5); }")]
    [InlineData("static void M(Tensor x){ Span<float> s = stackalloc float[4]; x.data<float>().CopyTo(s); }")]
    [InlineData("static void M(Tensor x){ var y = x.to(int64); var z = x.type(int64); var w = x.to_type(int64); }")]
    [InlineData("static void M(Tensor x){ using var d = torch.NewDisposeScope(); var y = (x*2).MoveToOuterDisposeScope(); var z = d.MoveToOuter(x+1); using (torch.no_grad()) {} using (torch.inference_mode()) {} }")]
    [InlineData("static void M(Module<Tensor,Tensor> m){ m.train(); m.eval(); m.to(CPU); m.load_state_dict(m.state_dict()); m.save(\"a\"); m.load(\"a\"); foreach(var (name, p) in m.named_parameters()) { p.copy_(p); p.requires_grad_(false); p.requires_grad = false; } var g = Linear(1,1).weight.grad; }")]
    [InlineData("static void M(Tensor x){ var y = ~(x > 0) & (x < 1); var z = x.eq(1); var f = x.masked_fill(x > 0, float.NegativeInfinity); }")]
    [InlineData("static void M(Tensor x){ var y = x.sum(dim: 0); var z = x.sum(0L); var w = x.sum(0, keepdim: true); var v = torch.sum(x, 0); var u = x.prod(0); }")]
    [InlineData("static void M(Tensor a, Tensor b){ var y = torch.cat([a, b], 1); var z = torch.zeros([2, 3]); var e = a.expand([2, 3]); var s = a.sum([0, 1]); var t = torch.tensor([1f, 2f]); var m = a.mean([1]); var r = a.reshape([2, 3]); }")]
    [InlineData("class Net : Module<Tensor, (Tensor, Tensor)> { Linear a = Linear(4, 2); ModuleList<Linear> l = ModuleList(Linear(1,1), Linear(1,1)); Parameter log_std = Parameter(torch.zeros(3)); public Net() : base(\"net\") { RegisterComponents(); init.orthogonal_(a.weight, Math.Sqrt(2)); init.constant_(a.bias, 0.0); } public override (Tensor, Tensor) forward(Tensor x) => (a.call(x), log_std.expand_as(x)); }")]
    [InlineData("class Two : Module<Tensor, Tensor, Tensor> { public Two() : base(nameof(Two)) {} public override Tensor forward(Tensor o, Tensor a) => torch.cat([o, a], -1); }")]
    public void Source_ThatUpstreamTakes_IsTaken(string source) => Assert.Empty(ErrorsOf(source));

    private static readonly Lazy<MetadataReference[]> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(p) is "netstandard.dll" or "mscorlib.dll")
            .Select(p => MetadataReference.CreateFromFile(p)),
        MetadataReference.CreateFromFile(typeof(TorchSharp.torch).Assembly.Location),
    ]);

    private static string[] ErrorsOf(string member)
    {
        var tree = CSharpSyntaxTree.ParseText($"{Usings}\nclass N {{ {member} }}", new CSharpParseOptions(LanguageVersion.CSharp14));
        var compilation = CSharpCompilation.Create("Snippet", [tree], References.Value, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        return [.. compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
    }
}

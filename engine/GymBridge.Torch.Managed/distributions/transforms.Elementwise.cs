namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        public static partial class transforms
        {
            /// <summary>exp.</summary>
            public class ExpTransform : Transform
            {
                public ExpTransform()
                {
                    _codomain = constraints.positive;
                    _bijective = true;
                }

                protected internal override Tensor _sign() => 1;

                protected internal override Tensor _call(Tensor x) => x.exp();

                protected internal override Tensor _inverse(Tensor y) => y.log();

                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y) => x.alias();
            }

            /// <summary>log.</summary>
            public class LogTransform : Transform
            {
                public LogTransform()
                {
                    _domain = constraints.positive;
                    _bijective = true;
                }

                protected internal override Tensor _sign() => 1;

                protected internal override Tensor _call(Tensor x) => x.log();

                protected internal override Tensor _inverse(Tensor y) => y.exp();

                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y) => -y;
            }

            /// <summary>A power of a positive number.</summary>
            public class PowerTransform : Transform
            {
                private readonly Tensor _exponent;

                public PowerTransform(Tensor exponent)
                {
                    _exponent = exponent;
                    _domain = constraints.positive;
                    _codomain = constraints.positive;
                    _bijective = true;
                }

                public override long[] forward_shape(long[] shape) => Shapes.Broadcast(shape, _exponent.shape);

                public override long[] inverse_shape(long[] shape) => Shapes.Broadcast(shape, _exponent.shape);

                protected internal override Tensor _sign() => _exponent.sign();

                protected internal override Tensor _call(Tensor x) => x.pow(_exponent);

                protected internal override Tensor _inverse(Tensor y) => y.pow(1 / _exponent);

                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y) => (_exponent * y / x).abs().log();
            }

            /// <summary>sigmoid, kept off 0 and 1.</summary>
            public class SigmoidTransform : Transform
            {
                public SigmoidTransform()
                {
                    _codomain = constraints.unit_interval;
                    _bijective = true;
                }

                protected internal override Tensor _sign() => 1;

                protected internal override Tensor _call(Tensor x) => Inside(x.sigmoid());

                protected internal override Tensor _inverse(Tensor y)
                {
                    var p = Inside(y);
                    return p.log() - (-p).log1p();
                }

                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y) => -nn.functional.softplus(-x) - nn.functional.softplus(x);

                private static Tensor Inside(Tensor p)
                {
                    var info = finfo(p.dtype);
                    return p.clamp(info.tiny, 1 - info.eps);
                }
            }

            /// <summary>log(1 + exp x).</summary>
            public class SoftplusTransform : Transform
            {
                public SoftplusTransform()
                {
                    _codomain = constraints.positive;
                    _bijective = true;
                }

                protected internal override Tensor _sign() => 1;

                protected internal override Tensor _call(Tensor x) => nn.functional.softplus(x);

                protected internal override Tensor _inverse(Tensor y) => (-y).expm1().neg().log() + y;

                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y) => -nn.functional.softplus(-x);
            }

            /// <summary>Logits to probabilities; not one to one.</summary>
            public class SoftmaxTransform : Transform
            {
                public SoftmaxTransform()
                {
                    _domain = constraints.real_vector;
                    _codomain = constraints.simplex;
                }

                protected internal override Tensor _call(Tensor x) => x.softmax(-1);

                protected internal override Tensor _inverse(Tensor y) => y.log();
            }

            /// <summary>tanh.</summary>
            public class TanhTransform : Transform
            {
                public TanhTransform()
                {
                    _codomain = constraints.interval(-1, 1);
                    _bijective = true;
                }

                protected internal override Tensor _sign() => 1;

                protected internal override Tensor _call(Tensor x) => x.tanh();

                protected internal override Tensor _inverse(Tensor y) => y.atanh();

                /// <summary>log(1 - tanh(x)^2), which loses no digits where tanh is near one.</summary>
                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y) => (Math.Log(2) - x - nn.functional.softplus(x * -2)) * 2;
            }

            /// <summary>The absolute value; its inverse is the positive one.</summary>
            public class AbsTransform : Transform
            {
                public AbsTransform() => _codomain = constraints.positive;

                protected internal override Tensor _call(Tensor x) => x.abs();

                protected internal override Tensor _inverse(Tensor y) => y;
            }

            /// <summary>loc + scale x.</summary>
            public class AffineTransform : Transform
            {
                private readonly Tensor _loc;
                private readonly Tensor _scale;
                private readonly bool _numbers;
                private readonly int _event_dim;

                public AffineTransform(double loc, double scale, int event_dim = 0)
                    : this((Tensor)loc, (Tensor)scale, event_dim) => _numbers = true;

                public AffineTransform(Tensor loc, Tensor scale, int event_dim = 0)
                {
                    _loc = loc;
                    _scale = scale;
                    _event_dim = event_dim;
                    _bijective = true;
                    if (event_dim > 0)
                        _domain = _codomain = constraints.independent(constraints.real, event_dim);
                }

                public override int event_dim => _event_dim;

                public override long[] forward_shape(long[] shape) => Shapes.Broadcast(shape, Shapes.Broadcast(_loc.shape, _scale.shape));

                public override long[] inverse_shape(long[] shape) => forward_shape(shape);

                protected internal override Tensor _sign() => _scale.sign();

                protected internal override Tensor _call(Tensor x) => Like(_loc, x) + (Like(_scale, x) * x);

                protected internal override Tensor _inverse(Tensor y) => (y - Like(_loc, y)) / Like(_scale, y);

                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y) =>
                    _sum_rightmost(Like(_scale, x).abs().log().expand(x.shape), _event_dim);

                // A number never widens a tensor, not even one without dimensions.
                private Tensor Like(Tensor parameter, Tensor x) => _numbers ? parameter.to(x.dtype) : parameter;
            }

            /// <summary>The same numbers in another shape.</summary>
            public class ReshapeTransform : Transform
            {
                private readonly long[] _in;
                private readonly long[] _out;

                public ReshapeTransform(long[] in_shape, long[] out_shape)
                {
                    if (Shapes.Count(in_shape) != Shapes.Count(out_shape))
                        throw new ArgumentException("in_shape, out_shape have different numbers of elements");
                    _in = in_shape;
                    _out = out_shape;
                    _domain = constraints.independent(constraints.real, in_shape.Length);
                    _codomain = constraints.independent(constraints.real, out_shape.Length);
                    _bijective = true;
                }

                public override long[] forward_shape(long[] shape) => Exchange(shape, _in, _out);

                public override long[] inverse_shape(long[] shape) => Exchange(shape, _out, _in);

                protected internal override Tensor _call(Tensor x) => x.reshape(Exchange(x.shape, _in, _out));

                protected internal override Tensor _inverse(Tensor y) => y.reshape(Exchange(y.shape, _out, _in));

                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y) => zeros(x.shape[..^_in.Length], x.dtype);

                private static long[] Exchange(long[] shape, long[] from, long[] to) =>
                    shape.Length >= from.Length && shape.AsSpan(shape.Length - from.Length).SequenceEqual(from)
                        ? [.. shape[..^from.Length], .. to]
                        : throw new ArgumentException($"Shape mismatch: expected the last dimensions to be {Errors.Shape(from)}, but got {Errors.Shape(shape)}");
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Heretix.Estimation;

/// <summary>
/// Eight stretches of one generator's stream side by side: lane j makes the words j * stride, j * stride + 1, ... of a
/// block of 8 * stride words. Together the lanes make exactly the words that the generator would make alone.
/// </summary>
internal sealed class PcgLanes
{
    public const int Count = 8;

    private readonly Affine _step;
    private readonly Affine _toNextBlock;
    private Vector512<ulong> _low;
    private Vector512<ulong> _high;

    /// <param name="start">The generator whose stream is split; it is not moved.</param>
    /// <param name="stride">Words that each lane makes per block.</param>
    public PcgLanes(Pcg64 start, int stride)
    {
        var state = start.State;
        var jump = PcgJump.Of((ulong)stride, start.Increment);
        for (int lane = 0; lane < Count; lane++)
        {
            _low = _low.WithElement(lane, (ulong)state);
            _high = _high.WithElement(lane, (ulong)(state >> 64));
            state = jump.From(state);
        }

        _step = new Affine(PcgJump.Of(1, start.Increment));
        _toNextBlock = new Affine(PcgJump.Of((ulong)stride * (Count - 1), start.Increment));
    }

    /// <summary>64-bit products in vectors came with AVX-512DQ; without them one generator alone is faster.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512DQ.IsSupported;

    /// <summary>The next block, one vector per step, after which every lane stands at its stretch of the block that follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(Span<Vector512<ulong>> words)
    {
        var low = _low;
        var high = _high;
        var step = _step;
        for (int i = 0; i < words.Length; i++)
        {
            step.Apply(ref low, ref high);
            words[i] = Avx512F.RotateRightVariable(high ^ low, high >> 58);
        }

        _toNextBlock.Apply(ref low, ref high);
        (_low, _high) = (low, high);
    }

    /// <summary>state * multiplier + increment modulo 2^128 in every lane.</summary>
    private readonly struct Affine(PcgJump jump)
    {
        private readonly Vector512<ulong> _multiplierLow = Vector512.Create((ulong)jump.Multiplier);
        private readonly Vector512<ulong> _multiplierHigh = Vector512.Create((ulong)(jump.Multiplier >> 64));
        private readonly Vector512<ulong> _incrementLow = Vector512.Create((ulong)jump.Increment);
        private readonly Vector512<ulong> _incrementHigh = Vector512.Create((ulong)(jump.Increment >> 64));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref Vector512<ulong> low, ref Vector512<ulong> high)
        {
            // The upper half of low * multiplierLow, from products of 32-bit halves as on paper.
            var lowTop = low >> 32;
            var multiplierTop = _multiplierLow >> 32;
            var bottom = Product(low, _multiplierLow);
            var middle = Product(lowTop, _multiplierLow) + (bottom >> 32);
            var cross = Product(low, multiplierTop) + (middle & Vector512.Create((ulong)uint.MaxValue));
            var carried = Product(lowTop, multiplierTop) + (middle >> 32) + (cross >> 32);

            high =
                carried
                + Avx512DQ.MultiplyLow(low, _multiplierHigh)
                + Avx512DQ.MultiplyLow(high, _multiplierLow)
                + _incrementHigh;
            low = Avx512DQ.MultiplyLow(low, _multiplierLow) + _incrementLow;
            high -= Vector512.LessThan(low, _incrementLow);
        }

        /// <summary>Products of the lower 32 bits of every lane.</summary>
        private static Vector512<ulong> Product(Vector512<ulong> left, Vector512<ulong> right) =>
            Avx512F.Multiply(left.AsUInt32(), right.AsUInt32());
    }
}

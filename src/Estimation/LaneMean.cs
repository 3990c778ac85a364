using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Heretix.Estimation;

/// <summary><see cref="PairwiseMean"/> in eight lanes: the same additions in the same order, hence the same bits.</summary>
internal static class LaneMean
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(ReadOnlySpan<Vector512<double>> values)
    {
        var sum = Sum(values);
        // A power of two only moves the exponent: its reciprocal rounds like the slower division.
        return BitOperations.IsPow2(values.Length)
            ? sum * (1.0 / values.Length)
            : sum / Vector512.Create((double)values.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Sum(ReadOnlySpan<Vector512<double>> values)
    {
        if (values.Length >= 8)
            return values.Length > 128 ? Halves(values) : Block(values);
        var sum = Vector512<double>.Zero;
        foreach (var value in values)
            sum += value;
        return sum;
    }

    private static Vector512<double> Halves(ReadOnlySpan<Vector512<double>> values)
    {
        int half = values.Length / 2 / 8 * 8;
        return Sum(values[..half]) + Sum(values[half..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Block(ReadOnlySpan<Vector512<double>> values)
    {
        var r0 = values[0];
        var r1 = values[1];
        var r2 = values[2];
        var r3 = values[3];
        var r4 = values[4];
        var r5 = values[5];
        var r6 = values[6];
        var r7 = values[7];
        int i = 8;
        for (; i + 8 <= values.Length; i += 8)
        {
            var lane = values.Slice(i, 8);
            r0 += lane[0];
            r1 += lane[1];
            r2 += lane[2];
            r3 += lane[3];
            r4 += lane[4];
            r5 += lane[5];
            r6 += lane[6];
            r7 += lane[7];
        }

        var total = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7));
        for (; i < values.Length; i++)
            total += values[i];
        return total;
    }
}

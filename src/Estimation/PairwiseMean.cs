namespace Heretix.Estimation;

/// <summary>
/// The arithmetic mean with NumPy's order of additions, so that the last bit agrees: pairwise summation with eight
/// running sums (N. J. Higham 1993, "The accuracy of floating point summation", SIAM J. Sci. Comput. 14(4)).
/// </summary>
public static class PairwiseMean
{
    private const int Lanes = 8;
    private const int Block = 128;

    /// <summary>Sum divided by count.</summary>
    /// <param name="values">One or more values.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Of(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            throw new ArgumentException("A mean needs at least one value.", nameof(values));
        return Sum(values) / values.Length;
    }

    /// <summary>Fewer than 8 from left to right, up to 128 in eight lanes, more by halves.</summary>
    internal static double Sum(ReadOnlySpan<double> values)
    {
        if (values.Length < Lanes)
        {
            double sum = 0;
            foreach (double value in values)
                sum += value;
            return sum;
        }

        if (values.Length > Block)
        {
            int half = values.Length / 2 / Lanes * Lanes;
            return Sum(values[..half]) + Sum(values[half..]);
        }

        double r0 = values[0];
        double r1 = values[1];
        double r2 = values[2];
        double r3 = values[3];
        double r4 = values[4];
        double r5 = values[5];
        double r6 = values[6];
        double r7 = values[7];
        int i = Lanes;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            var lane = values.Slice(i, Lanes);
            r0 += lane[0];
            r1 += lane[1];
            r2 += lane[2];
            r3 += lane[3];
            r4 += lane[4];
            r5 += lane[5];
            r6 += lane[6];
            r7 += lane[7];
        }

        double total = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7));
        for (; i < values.Length; i++)
            total += values[i];
        return total;
    }
}

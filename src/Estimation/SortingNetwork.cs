using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Heretix.Estimation;

/// <summary>
/// Batcher's odd-even merge sort (K. E. Batcher 1968, "Sorting networks and their applications"; Knuth, TAOCP vol. 3,
/// section 5.3.4): a fixed list of comparisons that sorts any input, here eight inputs at once, one per lane. Up to 16
/// values the comparisons are written out, so that everything stays in registers.
/// </summary>
internal sealed class SortingNetwork
{
    private readonly (int Low, int High)[] _comparators;
    private readonly Vector512<double>[] _padded;

    public SortingNetwork(int count)
    {
        _comparators = count <= 16 ? [] : [.. Comparators(count)];
        _padded = new Vector512<double>[count <= 8 ? 8 : 16];
        _padded.AsSpan().Fill(Vector512.Create(double.PositiveInfinity));
    }

    /// <summary>Sorts every lane ascending; the values are finite and as many as the network was made for.</summary>
    public void Sort(Span<Vector512<double>> values)
    {
        if (values.Length == 8)
            Sort8(values);
        else if (values.Length == 16)
            Sort16(values);
        else if (values.Length > 16)
            SortAny(values);
        else
        {
            values.CopyTo(_padded);
            if (values.Length < 8)
                Sort8(_padded);
            else
                Sort16(_padded);
            _padded.AsSpan(0, values.Length).CopyTo(values);
        }
    }

    private void SortAny(Span<Vector512<double>> values)
    {
        foreach (var (low, high) in _comparators)
            Order(ref values[low], ref values[high]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sort8(Span<Vector512<double>> v)
    {
        var (a, b, c, d) = (v[0], v[1], v[2], v[3]);
        var (e, f, g, h) = (v[4], v[5], v[6], v[7]);
        Order8(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        (v[0], v[1], v[2], v[3]) = (a, b, c, d);
        (v[4], v[5], v[6], v[7]) = (e, f, g, h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sort16(Span<Vector512<double>> v)
    {
        var (a, b, c, d) = (v[0], v[1], v[2], v[3]);
        var (e, f, g, h) = (v[4], v[5], v[6], v[7]);
        var (i, j, k, l) = (v[8], v[9], v[10], v[11]);
        var (m, n, o, p) = (v[12], v[13], v[14], v[15]);
        Order8(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        Order8(ref i, ref j, ref k, ref l, ref m, ref n, ref o, ref p);

        // Merge: partners at a distance of 8, then of 4, 2 and 1 within what the step before left unordered.
        Order(ref a, ref i);
        Order(ref b, ref j);
        Order(ref c, ref k);
        Order(ref d, ref l);
        Order(ref e, ref m);
        Order(ref f, ref n);
        Order(ref g, ref o);
        Order(ref h, ref p);
        Order(ref e, ref i);
        Order(ref f, ref j);
        Order(ref g, ref k);
        Order(ref h, ref l);
        Order(ref c, ref e);
        Order(ref d, ref f);
        Order(ref g, ref i);
        Order(ref h, ref j);
        Order(ref k, ref m);
        Order(ref l, ref n);
        Order(ref b, ref c);
        Order(ref d, ref e);
        Order(ref f, ref g);
        Order(ref h, ref i);
        Order(ref j, ref k);
        Order(ref l, ref m);
        Order(ref n, ref o);
        (v[0], v[1], v[2], v[3]) = (a, b, c, d);
        (v[4], v[5], v[6], v[7]) = (e, f, g, h);
        (v[8], v[9], v[10], v[11]) = (i, j, k, l);
        (v[12], v[13], v[14], v[15]) = (m, n, o, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Order8(
        ref Vector512<double> a,
        ref Vector512<double> b,
        ref Vector512<double> c,
        ref Vector512<double> d,
        ref Vector512<double> e,
        ref Vector512<double> f,
        ref Vector512<double> g,
        ref Vector512<double> h
    )
    {
        Order4(ref a, ref b, ref c, ref d);
        Order4(ref e, ref f, ref g, ref h);
        Order(ref a, ref e);
        Order(ref b, ref f);
        Order(ref c, ref g);
        Order(ref d, ref h);
        Order(ref c, ref e);
        Order(ref d, ref f);
        Order(ref b, ref c);
        Order(ref d, ref e);
        Order(ref f, ref g);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Order4(
        ref Vector512<double> a,
        ref Vector512<double> b,
        ref Vector512<double> c,
        ref Vector512<double> d
    )
    {
        Order(ref a, ref b);
        Order(ref c, ref d);
        Order(ref a, ref c);
        Order(ref b, ref d);
        Order(ref b, ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Order(ref Vector512<double> low, ref Vector512<double> high)
    {
        var smaller = Vector512.MinNative(low, high);
        high = Vector512.MaxNative(low, high);
        low = smaller;
    }

    /// <summary>Knuth's algorithm 5.2.2M, merge exchange, for any count.</summary>
    private static IEnumerable<(int Low, int High)> Comparators(int count)
    {
        int top = 1;
        while (top * 2 < count)
            top *= 2;
        for (int p = top; p > 0; p /= 2)
        {
            int q = top;
            int r = 0;
            int distance = p;
            while (true)
            {
                for (int i = 0; i < count - distance; i++)
                {
                    if ((i & p) == r)
                        yield return (i, i + distance);
                }

                if (q == p)
                    break;
                distance = q - p;
                q /= 2;
                r = p;
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Heretix.Estimation;

/// <summary>
/// Batcher's merge-exchange network (K. E. Batcher 1968, "Sorting networks and their applications"; Knuth, TAOCP vol. 3,
/// algorithm 5.2.2M): a fixed list of comparisons that sorts any input, here eight inputs at once, one per lane.
/// </summary>
internal sealed class SortingNetwork
{
    private readonly (int Low, int High)[] _comparators;

    public SortingNetwork(int count) => _comparators = [.. Comparators(count)];

    /// <summary>Sorts every lane ascending; the values are finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sort(Span<Vector512<double>> values)
    {
        foreach (var (low, high) in _comparators)
        {
            var a = values[low];
            var b = values[high];
            values[low] = Vector512.MinNative(a, b);
            values[high] = Vector512.MaxNative(a, b);
        }
    }

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

using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Estimation;

/// <summary>Deals web documents to replicates: a shuffle that a seed repeats, then contiguous chunks.</summary>
public static class SeededShuffle
{
    /// <summary>The first 8 bytes, big-endian, of SHA-256("WEL|provider|model|claim|k=documents|r=replicates").</summary>
    public static ulong DeriveSeed(string provider, string model, string claim, int documents, int replicates)
    {
        string text = FormattableString.Invariant($"WEL|{provider}|{model}|{claim}|k={documents}|r={replicates}");
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The numbers 0 to count - 1 in the order of Python's <c>random.Random(seed).shuffle</c>.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="count">How many documents there are; not negative.</param>
    public static int[] Indices(ulong seed, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int[] order = [.. Enumerable.Range(0, count)];
        var generator = new MersenneTwister(seed);
        for (int i = count - 1; i >= 1; i--)
        {
            int bits = 32 - BitOperations.LeadingZeroCount((uint)i + 1);
            uint other;
            do other = generator.NextBits(bits);
            while (other > (uint)i);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    /// <summary>
    /// Contiguous chunks of nearly equal size, the first ones longer by one; never more chunks than items, and one empty
    /// chunk when there are none.
    /// </summary>
    /// <param name="order">Documents in shuffled order.</param>
    /// <param name="replicates">Chunks wanted, at least 1.</param>
    public static IReadOnlyList<ArraySegment<int>> Chunks(int[] order, int replicates)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 1);
        int chunks = Math.Clamp(order.Length, 1, replicates);
        var (each, rest) = Math.DivRem(order.Length, chunks);
        var result = new ArraySegment<int>[chunks];
        int start = 0;
        for (int i = 0; i < chunks; i++)
        {
            int length = i < rest ? each + 1 : each;
            result[i] = new ArraySegment<int>(order, start, length);
            start += length;
        }

        return result;
    }
}

using System.Numerics;

namespace Heretix.Estimation;

/// <summary>
/// Spreads a non-negative integer of any size over 256 bits of generator state, as NumPy's SeedSequence does
/// (M. E. O'Neill 2015, "Developing a seed_seq alternative"; the constants are part of the definition).
/// </summary>
internal static class SeedSequence
{
    private const int PoolSize = 4;

    /// <summary>Four 64-bit words of state for the seed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The seed is negative.</exception>
    public static (ulong, ulong, ulong, ulong) Generate(BigInteger seed)
    {
        if (seed.Sign < 0)
            throw new ArgumentOutOfRangeException(nameof(seed), seed, "A seed is a non-negative integer.");

        byte[] bytes = seed.ToByteArray(isUnsigned: true);
        uint[] words = new uint[Math.Max(1, (bytes.Length + 3) / 4)];
        for (int i = 0; i < bytes.Length; i++)
            words[i / 4] |= (uint)bytes[i] << (8 * (i % 4));

        return Generate(words);
    }

    private static (ulong, ulong, ulong, ulong) Generate(ReadOnlySpan<uint> words)
    {
        Span<uint> pool = stackalloc uint[PoolSize];
        uint hash = 0x43b0d7e5;
        for (int i = 0; i < PoolSize; i++)
            pool[i] = HashMix(i < words.Length ? words[i] : 0, ref hash);

        for (int source = 0; source < PoolSize; source++)
        for (int target = 0; target < PoolSize; target++)
            if (source != target)
                pool[target] = Mix(pool[target], HashMix(pool[source], ref hash));

        for (int source = PoolSize; source < words.Length; source++)
        for (int target = 0; target < PoolSize; target++)
            pool[target] = Mix(pool[target], HashMix(words[source], ref hash));

        Span<uint> state = stackalloc uint[2 * PoolSize];
        uint factor = 0x8b51f9dd;
        for (int i = 0; i < state.Length; i++)
        {
            uint value = pool[i % PoolSize] ^ factor;
            factor *= 0x58f38ded;
            value *= factor;
            state[i] = value ^ (value >> 16);
        }

        return (Join(state[0], state[1]), Join(state[2], state[3]), Join(state[4], state[5]), Join(state[6], state[7]));
    }

    private static ulong Join(uint low, uint high) => low | ((ulong)high << 32);

    // The multiplier of the hash moves on with every call: the order of calls is part of the definition.
    private static uint HashMix(uint value, ref uint hash)
    {
        value ^= hash;
        hash *= 0x931e8875;
        value *= hash;
        return value ^ (value >> 16);
    }

    private static uint Mix(uint x, uint y)
    {
        uint mixed = (0xca01f9dd * x) - (0x4973f715 * y);
        return mixed ^ (mixed >> 16);
    }
}

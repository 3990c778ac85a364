using System.Numerics;

namespace Heretix.Estimation;

/// <summary>
/// The generator behind NumPy's <c>default_rng(seed)</c>, bit for bit: PCG XSL-RR 128/64 (M. E. O'Neill 2014, "PCG: A
/// family of simple fast space-efficient statistically good algorithms for random number generation",
/// HMC-CS-2014-0905), seeded by SeedSequence. 32-bit draws are taken from a 64-bit word, low half first; the high half
/// waits in the generator for the next 32-bit draw and survives draws of other kinds. Not safe for several threads.
/// </summary>
public sealed class Pcg64
{
    internal const ulong MultiplierHigh = 0x2360ED051FC65DA4;
    internal const ulong MultiplierLow = 0x4385DF649FCCF645;

    // Pairs of 64 bits rather than UInt128, which ahead-of-time compilation leaves to the JIT: the first run would wait.
    private readonly ulong _incrementHigh;
    private readonly ulong _incrementLow;
    private ulong _high;
    private ulong _low;
    private uint _half;
    private bool _hasHalf;

    /// <summary>Seeds like <c>numpy.random.default_rng(seed)</c>.</summary>
    public Pcg64(ulong seed)
        : this((BigInteger)seed) { }

    /// <summary>Seeds like <c>numpy.random.default_rng(seed)</c> with a non-negative integer of any size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The seed is negative.</exception>
    public Pcg64(BigInteger seed)
    {
        var (stateHigh, stateLow, sequenceHigh, sequenceLow) = SeedSequence.Generate(seed);
        _incrementHigh = (sequenceHigh << 1) | (sequenceLow >> 63);
        _incrementLow = (sequenceLow << 1) | 1;
        Step();
        _low += stateLow;
        _high += stateHigh + (_low < stateLow ? 1UL : 0UL);
        Step();
    }

    /// <summary>Takes up a stream at a known state.</summary>
    internal Pcg64(UInt128 state, UInt128 increment)
    {
        State = state;
        (_incrementHigh, _incrementLow) = ((ulong)(increment >> 64), (ulong)increment);
    }

    /// <summary>The 128-bit state from which the next step starts.</summary>
    internal UInt128 State
    {
        get => new(_high, _low);
        private set => (_high, _low) = ((ulong)(value >> 64), (ulong)value);
    }

    /// <summary>The odd constant of the congruential step, which selects the stream.</summary>
    internal UInt128 Increment => new(_incrementHigh, _incrementLow);

    /// <summary>Whether half a word waits for the next 32-bit draw.</summary>
    internal bool HasWaitingHalf => _hasHalf;

    /// <summary>Uniform on [0, 2^64). Neither uses nor drops a waiting 32-bit half.</summary>
    public ulong NextUInt64()
    {
        Step();
        return BitOperations.RotateRight(_high ^ _low, (int)(_high >> 58));
    }

    /// <summary>Uniform on [0, 2^32): the waiting half if there is one, else the low half of a new word.</summary>
    public uint NextUInt32()
    {
        if (_hasHalf)
        {
            _hasHalf = false;
            return _half;
        }

        ulong word = NextUInt64();
        _half = (uint)(word >> 32);
        _hasHalf = true;
        return (uint)word;
    }

    /// <summary>Uniform on [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>
    /// Uniform on [0, bound), without bias (D. Lemire 2019, "Fast random integer generation in an interval", ACM TOMACS
    /// 29(1), in its 32-bit form). A bound of 1 draws nothing.
    /// </summary>
    /// <param name="bound">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int NextIndex(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)NextBelow((ulong)bound);
    }

    /// <summary>Uniform on [0, bound) for bounds from 1 to 2^32.</summary>
    internal uint NextBelow(ulong bound)
    {
        if (bound == 1)
            return 0;
        if (bound == 1UL << 32)
            return NextUInt32();

        ulong product = NextUInt32() * bound;
        if ((uint)product < bound)
        {
            uint threshold = (uint)((uint.MaxValue - (bound - 1)) % bound);
            while ((uint)product < threshold)
                product = NextUInt32() * bound;
        }

        return (uint)(product >> 32);
    }

    /// <summary>Moves on by this many 64-bit words without making them.</summary>
    internal void Skip(ulong words) => State = PcgJump.Of(words, Increment).From(State);

    private void Step()
    {
        ulong high = Math.BigMul(_low, MultiplierLow, out ulong low);
        high += (_low * MultiplierHigh) + (_high * MultiplierLow);
        _low = low + _incrementLow;
        _high = high + _incrementHigh + (_low < _incrementLow ? 1UL : 0UL);
    }
}

namespace Heretix.Estimation;

/// <summary>
/// MT19937 (M. Matsumoto and T. Nishimura 1998, "Mersenne Twister", ACM TOMACS 8(1)), seeded by an array of words as
/// Python's <c>random.Random(seed)</c> does. Only the shuffle of web documents needs it.
/// </summary>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    public MersenneTwister(ulong seed)
    {
        ReadOnlySpan<uint> key = seed > uint.MaxValue ? [(uint)seed, (uint)(seed >> 32)] : [(uint)seed];
        _state[0] = 19650218;
        for (uint i = 1; i < Size; i++)
            _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;

        int position = 1;
        int word = 0;
        for (int round = 0; round < Size; round++)
        {
            _state[position] = (_state[position] ^ (Scrambled(position) * 1664525)) + key[word] + (uint)word;
            position = Advance(position);
            word = (word + 1) % key.Length;
        }

        for (int round = 0; round < Size - 1; round++)
        {
            _state[position] = (_state[position] ^ (Scrambled(position) * 1566083941)) - (uint)position;
            position = Advance(position);
        }

        _state[0] = 0x80000000;
    }

    /// <summary>The top <paramref name="bits"/> bits (1 to 32) of the next output.</summary>
    public uint NextBits(int bits) => Next() >> (32 - bits);

    private uint Scrambled(int position) => _state[position - 1] ^ (_state[position - 1] >> 30);

    private int Advance(int position)
    {
        if (++position < Size)
            return position;
        _state[0] = _state[Size - 1];
        return 1;
    }

    private uint Next()
    {
        if (_next == Size)
            Twist();
        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (int i = 0; i < Size; i++)
        {
            uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7fffffff);
            uint twist = (y & 1) == 0 ? 0 : 0x9908b0df;
            _state[i] = _state[(i + Middle) % Size] ^ (y >> 1) ^ twist;
        }

        _next = 0;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Heretix.Estimation;

/// <summary>The bounded 32-bit draw of <see cref="Pcg64.NextIndex"/> in eight lanes.</summary>
internal readonly struct LaneBound(int size)
{
    private readonly Vector512<ulong> _threshold = Vector512.Create((1UL << 32) % (ulong)size);
    private readonly bool _mayReject = (1UL << 32) % (ulong)size != 0;

    /// <summary>The bound itself in every lane.</summary>
    public Vector512<ulong> Size { get; } = Vector512.Create((ulong)size);

    /// <summary>A draw on [0, size) from the lower 32 bits of every lane.</summary>
    /// <param name="halves">Lanes with a 32-bit draw in their lower half; the upper half is ignored.</param>
    /// <param name="rejected">Gathers bits in lanes whose draw would bias the result and has to be made again.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<ulong> Draw(Vector512<ulong> halves, ref Vector512<ulong> rejected)
    {
        var product = Avx512F.Multiply(halves.AsUInt32(), Size.AsUInt32());
        if (_mayReject)
            rejected |= Vector512.LessThan(product & Vector512.Create((ulong)uint.MaxValue), _threshold);
        return product >> 32;
    }
}

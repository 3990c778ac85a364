using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Heretix.Estimation;

/// <summary>A table read at eight places at once. Up to 32 values stay in registers.</summary>
internal sealed class LaneTable
{
    private const int Registers = 4;

    private readonly double[] _values;
    private readonly Vector512<double>[] _first = new Vector512<double>[Registers];

    public LaneTable(double[] values)
    {
        _values = values;
        var first = MemoryMarshal.Cast<Vector512<double>, double>(_first.AsSpan());
        values.AsSpan(0, Math.Min(values.Length, first.Length)).CopyTo(first);
    }

    /// <summary>
    /// Reads the values at the places, each of which is below the number of values: a bounded draw cannot make another.
    /// </summary>
    public void Read(ReadOnlySpan<Vector512<ulong>> places, Span<Vector512<double>> values)
    {
        if (_values.Length <= 16)
            Read16(places, values);
        else if (_values.Length <= 32)
            Read32(places, values);
        else
            ReadAny(places, values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read16(ReadOnlySpan<Vector512<ulong>> places, Span<Vector512<double>> values)
    {
        var (a, b) = (_first[0], _first[1]);
        for (int i = 0; i < places.Length; i++)
            values[i] = Avx512F.PermuteVar8x64x2(a, places[i].AsInt64(), b);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read32(ReadOnlySpan<Vector512<ulong>> places, Span<Vector512<double>> values)
    {
        var (a, b, c, d) = (_first[0], _first[1], _first[2], _first[3]);
        for (int i = 0; i < places.Length; i++)
        {
            var place = places[i].AsInt64();
            values[i] = Vector512.ConditionalSelect(
                Vector512.LessThan(place, Vector512.Create(16L)).AsDouble(),
                Avx512F.PermuteVar8x64x2(a, place, b),
                Avx512F.PermuteVar8x64x2(c, place, d)
            );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadAny(ReadOnlySpan<Vector512<ulong>> places, Span<Vector512<double>> values)
    {
        ref double start = ref MemoryMarshal.GetArrayDataReference(_values);
        ref ulong place = ref Unsafe.As<Vector512<ulong>, ulong>(ref MemoryMarshal.GetReference(places));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Vector512.Create(
                Unsafe.Add(ref start, (nuint)place),
                Unsafe.Add(ref start, (nuint)Unsafe.Add(ref place, 1)),
                Unsafe.Add(ref start, (nuint)Unsafe.Add(ref place, 2)),
                Unsafe.Add(ref start, (nuint)Unsafe.Add(ref place, 3)),
                Unsafe.Add(ref start, (nuint)Unsafe.Add(ref place, 4)),
                Unsafe.Add(ref start, (nuint)Unsafe.Add(ref place, 5)),
                Unsafe.Add(ref start, (nuint)Unsafe.Add(ref place, 6)),
                Unsafe.Add(ref start, (nuint)Unsafe.Add(ref place, 7))
            );
            place = ref Unsafe.Add(ref place, PcgLanes.Count);
        }
    }
}

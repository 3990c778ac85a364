using System.Runtime.CompilerServices;
using System.Text;

namespace Heretix.Lake.DuckDb;

/// <summary>One flat column of a chunk. Valid until the next chunk is fetched.</summary>
internal readonly unsafe struct Vector(nint handle)
{
    private const int Inlined = 12;
    private readonly byte* _data = Native.VectorData(handle);
    private readonly ulong* _validity = Native.VectorValidity(handle);

    internal bool IsNull(ulong row) => _validity is not null && (_validity[row / 64] & (1UL << (int)(row % 64))) == 0;

    internal T At<T>(ulong row)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(_data + (row * (ulong)sizeof(T)));

    /// <summary>DuckDB keeps up to 12 bytes in place; longer ones lie where the last 8 of the 16 bytes point.</summary>
    internal ReadOnlySpan<byte> Bytes(ulong row)
    {
        byte* entry = _data + (row * 16);
        int length = *(int*)entry;
        return new ReadOnlySpan<byte>(length <= Inlined ? entry + 4 : *(byte**)(entry + 8), length);
    }

    internal string Text(ulong row) => Encoding.UTF8.GetString(Bytes(row));

    internal Vector ListChild() => new(Native.ListChild(handle));

    internal Vector ArrayChild() => new(Native.ArrayChild(handle));

    internal Vector StructChild(int index) => new(Native.StructChild(handle, (ulong)index));
}

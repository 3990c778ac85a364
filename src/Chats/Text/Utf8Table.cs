using System.Buffers.Binary;
using System.Numerics;

namespace Heretix.Chats.Text;

/// <summary>Numbers for texts in UTF-8, in the order of their first appearance. Open addressing; no object per text.</summary>
internal sealed class Utf8Table
{
    // Differs from process to process, so that no file can be written against it.
    private static readonly uint Seed = (uint)"heretix".GetHashCode(StringComparison.Ordinal);

    private int[] slots = new int[16];
    private uint[] hashes = new uint[8];
    private int[] ends = new int[8];
    private byte[] arena = new byte[128];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int number]
    {
        get
        {
            var start = number == 0 ? 0 : ends[number - 1];
            return arena.AsSpan(start, ends[number] - start);
        }
    }

    /// <summary>The number of a text, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        var at = Slot(text, Hash(text));
        return slots[at] - 1;
    }

    /// <summary>The number of a text, which is given one when it has none.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        var hash = Hash(text);
        var at = Slot(text, hash);
        if (slots[at] > 0)
            return slots[at] - 1;
        if ((Count + 1) * 2 > slots.Length)
        {
            Rehash();
            at = Slot(text, hash);
        }
        if (Count == hashes.Length)
        {
            Array.Resize(ref hashes, Count * 2);
            Array.Resize(ref ends, Count * 2);
        }
        var start = Count == 0 ? 0 : ends[Count - 1];
        if (start + text.Length > arena.Length)
            Array.Resize(ref arena, (int)BitOperations.RoundUpToPowerOf2((uint)(start + text.Length)));
        text.CopyTo(arena.AsSpan(start));
        (hashes[Count], ends[Count]) = (hash, start + text.Length);
        slots[at] = ++Count;
        return Count - 1;
    }

    private int Slot(ReadOnlySpan<byte> text, uint hash)
    {
        var mask = slots.Length - 1;
        for (var at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            var number = slots[at] - 1;
            if (number < 0 || (hashes[number] == hash && this[number].SequenceEqual(text)))
                return at;
        }
    }

    private void Rehash()
    {
        slots = new int[slots.Length * 2];
        var mask = slots.Length - 1;
        for (var number = 0; number < Count; number++)
        {
            var at = (int)hashes[number] & mask;
            while (slots[at] > 0)
                at = (at + 1) & mask;
            slots[at] = number + 1;
        }
    }

    /// <summary>Multiply and fold, eight bytes at a time.</summary>
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        const ulong factor = 0x9E3779B97F4A7C15;
        var hash = (Seed ^ (ulong)text.Length) * factor;
        while (text.Length >= 8)
        {
            hash = Fold((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * factor);
            text = text[8..];
        }
        ulong rest = 0;
        foreach (var value in text)
            rest = (rest << 8) | value;
        hash = Fold((hash ^ rest) * factor);
        return (uint)(hash ^ (hash >> 29));
    }

    private static ulong Fold(ulong value) => value ^ (value >> 32);
}

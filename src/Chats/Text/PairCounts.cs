using System.Numerics;

namespace Heretix.Chats.Text;

/// <summary>Counts for pairs of numbers, in the order of their first appearance. Open addressing; no object per pair.</summary>
internal sealed class PairCounts
{
    private int[] slots = new int[64];
    private ulong[] keys = new ulong[32];
    private int[] counts = new int[32];

    public int Count { get; private set; }

    public (int First, int Second, int Times) this[int index] =>
        ((int)(keys[index] >> 32), (int)(uint)keys[index], counts[index]);

    public void Add(int first, int second, int times = 1)
    {
        var key = ((ulong)(uint)first << 32) | (uint)second;
        var mask = slots.Length - 1;
        var at = Slot(key, mask);
        while (slots[at] > 0)
        {
            if (keys[slots[at] - 1] == key)
            {
                counts[slots[at] - 1] += times;
                return;
            }
            at = (at + 1) & mask;
        }
        if (Count == keys.Length)
        {
            Grow();
            mask = slots.Length - 1;
            at = Slot(key, mask);
            while (slots[at] > 0)
                at = (at + 1) & mask;
        }
        (keys[Count], counts[Count]) = (key, times);
        slots[at] = ++Count;
    }

    private void Grow()
    {
        Array.Resize(ref keys, Count * 2);
        Array.Resize(ref counts, Count * 2);
        slots = new int[slots.Length * 2];
        var mask = slots.Length - 1;
        for (var index = 0; index < Count; index++)
        {
            var at = Slot(keys[index], mask);
            while (slots[at] > 0)
                at = (at + 1) & mask;
            slots[at] = index + 1;
        }
    }

    private static int Slot(ulong key, int mask)
    {
        var hash = key * 0x9E3779B97F4A7C15;
        return (int)(BitOperations.RotateLeft(hash, 29) ^ hash) & mask;
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Estimation;

/// <summary>
/// Chooses templates: every claim starts at another place of the bank, found from a hash, so that over many claims all
/// templates are used alike while one claim always meets the same ones.
/// </summary>
public static class Sampler
{
    /// <summary>The first 32 bits of SHA-256("claim|model|promptVersion") modulo the size of the bank; 0 for an empty bank.</summary>
    public static int RotationOffset(string claim, string model, string promptVersion, int bankSize)
    {
        if (bankSize <= 0)
            return 0;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{claim}|{model}|{promptVersion}"));
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % (uint)bankSize);
    }

    /// <summary>The plan for K slots over the first T templates after the offset.</summary>
    /// <param name="bankSize">Templates in the bank, at least 1.</param>
    /// <param name="templates">Templates to use, brought into 1..bankSize; null for the whole bank.</param>
    /// <param name="k">Slots; with fewer slots than templates the later templates stay unused.</param>
    /// <param name="offset">From <see cref="RotationOffset"/>; taken modulo the size of the bank.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bank is empty or the offset negative.</exception>
    public static SamplerPlan Plan(int bankSize, int? templates, int k, int offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bankSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        int inUse = Math.Clamp(templates ?? bankSize, 1, bankSize);
        var sequence = Balanced(inUse, k, 0);
        int[] counts = new int[inUse];
        foreach (int position in sequence)
            counts[position]++;
        int[] used = [.. counts.Where(count => count > 0)];
        return new SamplerPlan(
            bankSize,
            inUse,
            offset % bankSize,
            [.. Enumerable.Range(0, inUse).Select(i => (offset + i) % bankSize)],
            sequence,
            counts,
            used.Length == 0 ? 1 : (double)used.Max() / used.Min()
        );
    }

    /// <summary>
    /// K slots over T templates as evenly as possible; a template's slots follow one another, and the first K mod T
    /// templates get one more.
    /// </summary>
    /// <param name="templates">Templates T; 0 or fewer give no slots.</param>
    /// <param name="k">Slots K; 0 or fewer give no slots.</param>
    /// <param name="offset">The position at which the sequence starts, modulo T.</param>
    public static IReadOnlyList<int> Balanced(int templates, int k, int offset = 0)
    {
        if (templates <= 0 || k <= 0)
            return [];
        int[] sequence = new int[k];
        var (each, rest) = Math.DivRem(k, templates);
        int slot = 0;
        for (int i = 0; i < templates && slot < k; i++)
        {
            int count = i < rest ? each + 1 : each;
            sequence.AsSpan(slot, count).Fill((int)(((long)offset + i) % templates));
            slot += count;
        }

        return sequence;
    }
}

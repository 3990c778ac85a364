using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Heretix.Estimation;

/// <summary>
/// Eight bootstrap iterations at once, one per lane, for designs in which every template has as many replicates as the
/// next: then an iteration makes a known number of draws, and its place in the stream is known beforehand. In the rare
/// case that a draw has to be rejected (fewer than once in 10^7 for any sensible design) the places shift; the lanes stop
/// before the block concerned and leave the rest to <see cref="Resampling"/>.
/// </summary>
internal sealed class LaneResampling
{
    // Words per lane and block; beyond this the scratch space would leave the nearest cache.
    private const int MaxWords = 4096;

    private readonly double[] _values;
    private readonly Bound _templates;
    private readonly Bound _replicates;
    private readonly int _draws;
    private readonly int _cut;
    private readonly int _iterationsPerLane;
    private readonly SortingNetwork? _network;
    private readonly Vector512<ulong>[] _words;
    private readonly Vector512<ulong>[] _chosen;
    private readonly Vector512<double>[] _picked;
    private readonly Vector512<double>[] _means;

    private LaneResampling(ResamplingPlan plan, int size, int iterationsPerLane, int words)
    {
        _values = plan.Values;
        _templates = new Bound(plan.Templates);
        _replicates = new Bound(size);
        _draws = plan.Draws(size);
        _cut = plan.Cut;
        _network = plan.Trimmed ? new SortingNetwork(plan.Templates) : null;
        _iterationsPerLane = iterationsPerLane;
        _words = new Vector512<ulong>[words];
        _chosen = new Vector512<ulong>[plan.Templates];
        _picked = new Vector512<double>[_draws];
        _means = new Vector512<double>[plan.Templates];
    }

    /// <summary>Fills as many leading centres as lanes can, moves the generator on accordingly, and says how many.</summary>
    public static int Run(ResamplingPlan plan, Pcg64 generator, Span<double> centers)
    {
        if (!PcgLanes.IsSupported || generator.HasWaitingHalf || plan.EqualSize is not { } size || plan.Templates == 1)
            return 0;

        // An odd number of 32-bit draws ends within a word; two such iterations together end at its edge.
        long draws = plan.Templates + (size == 1 ? 0L : (long)plan.Templates * plan.Draws(size));
        int iterationsPerLane = (draws & 1) == 0 ? 1 : 2;
        long words = draws * iterationsPerLane / 2;
        int perBlock = PcgLanes.Count * iterationsPerLane;
        if (words > MaxWords || centers.Length < perBlock)
            return 0;

        var lanes = new LaneResampling(plan, size, iterationsPerLane, (int)words);
        int blocks = lanes.Blocks(new PcgLanes(generator, (int)words), centers);
        generator.Skip((ulong)(blocks * PcgLanes.Count * words));
        return blocks * perBlock;
    }

    private int Blocks(PcgLanes generator, Span<double> centers)
    {
        int perBlock = PcgLanes.Count * _iterationsPerLane;
        int blocks = centers.Length / perBlock;
        for (int block = 0; block < blocks; block++)
        {
            generator.Fill(_words);
            var target = centers.Slice(block * perBlock, perBlock);
            for (int i = 0, draw = 0; i < _iterationsPerLane; i++)
            {
                if (!Iterate(ref draw, out var center))
                    return block;
                for (int lane = 0; lane < PcgLanes.Count; lane++)
                    target[(lane * _iterationsPerLane) + i] = center[lane];
            }
        }

        return blocks;
    }

    /// <summary>One iteration in every lane; false when a draw has to be rejected in any of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Iterate(ref int draw, out Vector512<double> center)
    {
        var words = _words.AsSpan();
        var chosen = _chosen.AsSpan();
        var means = _means.AsSpan();
        var picked = _picked.AsSpan();
        var rejected = Vector512<ulong>.Zero;
        var templates = _templates;
        var replicates = _replicates;
        int next = draw;
        for (int i = 0; i < chosen.Length; i++)
        {
            var product = templates.Product(words, next++);
            rejected |= templates.Rejected(product);
            chosen[i] = Avx512F.Multiply((product >> 32).AsUInt32(), replicates.Size.AsUInt32());
        }

        for (int i = 0; i < chosen.Length; i++)
        {
            var start = chosen[i];
            if (replicates.IsOne)
            {
                means[i] = Gather(start);
                continue;
            }

            for (int j = 0; j < picked.Length; j++)
            {
                var product = replicates.Product(words, next++);
                rejected |= replicates.Rejected(product);
                picked[j] = Gather(start + (product >> 32));
            }

            means[i] = LaneMean.Of(picked);
        }

        draw = next;
        _network?.Sort(means);
        center = LaneMean.Of(means[_cut..(means.Length - _cut)]);
        return rejected == Vector512<ulong>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Gather(Vector512<ulong> index)
    {
        double[] values = _values;
        var lower = index.GetLower();
        var upper = index.GetUpper();
        return Vector512.Create(
            values[lower[0]],
            values[lower[1]],
            values[lower[2]],
            values[lower[3]],
            values[upper[0]],
            values[upper[1]],
            values[upper[2]],
            values[upper[3]]
        );
    }

    /// <summary>The range [0, size) of a bounded draw in every lane.</summary>
    private readonly struct Bound(int size)
    {
        private readonly Vector512<ulong> _threshold = Vector512.Create((1UL << 32) % (ulong)size);
        private readonly bool _mayReject = (1UL << 32) % (ulong)size != 0;

        public Vector512<ulong> Size { get; } = Vector512.Create((ulong)size);

        public bool IsOne => size == 1;

        /// <summary>The 32-bit draw at a position times the size: the result is in the upper half.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Product(ReadOnlySpan<Vector512<ulong>> words, int draw)
        {
            var word = words[draw >> 1];
            return Avx512F.Multiply(((draw & 1) == 0 ? word : word >> 32).AsUInt32(), Size.AsUInt32());
        }

        /// <summary>Not zero in lanes whose draw would bias the result.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Rejected(Vector512<ulong> product) =>
            _mayReject
                ? Vector512.LessThan(product & Vector512.Create((ulong)uint.MaxValue), _threshold)
                : Vector512<ulong>.Zero;
    }
}

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

    private readonly LaneTable _values;
    private readonly LaneBound _templates;
    private readonly LaneBound _replicates;
    private readonly int _draws;
    private readonly int _cut;
    private readonly int _iterationsPerLane;
    private readonly SortingNetwork? _network;
    private readonly Vector512<ulong>[] _words;
    private readonly Vector512<ulong>[] _chosen;
    private readonly Vector512<ulong>[] _places;
    private readonly Vector512<double>[] _picked;
    private readonly Vector512<double>[] _means;

    private LaneResampling(ResamplingPlan plan, int size, int iterationsPerLane, int words)
    {
        _values = new LaneTable(plan.Values);
        _templates = new LaneBound(plan.Templates);
        _replicates = new LaneBound(size);
        _draws = size == 1 ? 0 : plan.Draws(size);
        _cut = plan.Cut;
        _network = plan.Trimmed ? new SortingNetwork(plan.Templates) : null;
        _iterationsPerLane = iterationsPerLane;
        _words = new Vector512<ulong>[words];
        _chosen = new Vector512<ulong>[plan.Templates];
        _places = new Vector512<ulong>[plan.Templates * _draws];
        _picked = new Vector512<double>[plan.Templates * _draws];
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Blocks(PcgLanes generator, Span<double> centers)
    {
        int perBlock = PcgLanes.Count * _iterationsPerLane;
        int blocks = centers.Length / perBlock;
        Span<double> byLane = stackalloc double[PcgLanes.Count];
        for (int block = 0; block < blocks; block++)
        {
            generator.Fill(_words);
            var target = centers.Slice(block * perBlock, perBlock);
            for (int i = 0, draw = 0; i < _iterationsPerLane; i++)
            {
                if (!Iterate(ref draw, out var center))
                    return block;
                center.CopyTo(byLane);
                for (int lane = 0; lane < byLane.Length; lane++)
                    target[(lane * _iterationsPerLane) + i] = byLane[lane];
            }
        }

        return blocks;
    }

    /// <summary>One iteration in every lane; false when a draw has to be rejected in any of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Iterate(ref int draw, out Vector512<double> center)
    {
        bool accepted = Draw(ref draw);
        if (_draws == 0)
        {
            _values.Read(_chosen, _means);
        }
        else
        {
            _values.Read(_places, _picked);
            for (int i = 0; i < _means.Length; i++)
                _means[i] = LaneMean.Of(_picked.AsSpan(i * _draws, _draws));
        }

        _network?.Sort(_means);
        center = LaneMean.Of(_means.AsSpan(_cut, _means.Length - (2 * _cut)));
        return accepted;
    }

    /// <summary>Draws templates, then the places of replicates in the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Draw(ref int draw)
    {
        ReadOnlySpan<Vector512<ulong>> words = _words;
        Span<Vector512<ulong>> chosen = _chosen;
        Span<Vector512<ulong>> places = _places;
        var rejected = Vector512<ulong>.Zero;
        var (templates, replicates) = (_templates, _replicates);
        int next = draw;
        for (int i = 0; i < chosen.Length; i++)
            chosen[i] = templates.Draw(Half(words, next++), ref rejected);

        int draws = _draws;
        var size = replicates.Size.AsUInt32();
        for (int i = 0; draws > 0 && i < chosen.Length; i++)
        {
            var start = Avx512F.Multiply(chosen[i].AsUInt32(), size);
            var target = places.Slice(i * draws, draws);
            for (int j = 0; j < target.Length; j++)
                target[j] = start + replicates.Draw(Half(words, next++), ref rejected);
        }

        draw = next;
        return rejected == Vector512<ulong>.Zero;
    }

    /// <summary>A 32-bit draw in the lower half of every lane; a word holds two, the lower one comes first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Half(ReadOnlySpan<Vector512<ulong>> words, int draw)
    {
        var word = words[draw >> 1];
        return (draw & 1) == 0 ? word : word >> 32;
    }
}

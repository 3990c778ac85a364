using Heretix.Estimation;

namespace Heretix.Tests.Unit.Estimation;

public class BootstrapTests
{
    private static readonly TemplateCluster[] Balanced = Clusters(8, _ => 2);
    private static readonly TemplateCluster[] Unbalanced = Clusters(8, i => 1 + (i % 3));

    public static TheoryData<bool> Designs => [true, false];

    [Theory]
    [MemberData(nameof(Designs))]
    public void An_iteration_allocates_nothing(bool balanced)
    {
        var clusters = balanced ? Balanced : Unbalanced;

        // The first bootstraps of a process run without lanes, and the runtime prepares things once; after that the least
        // of several runs counts. Both B leave two iterations to be made alone.
        for (int i = 0; i < 20; i++)
            Allocated(clusters, 50);
        long few = Enumerable.Range(0, 20).Min(_ => Allocated(clusters, 50));
        long many = Enumerable.Range(0, 20).Min(_ => Allocated(clusters, 5010));

        // Two distributions are kept, one per interval; nothing else grows with B.
        (many - few).ShouldBe(2 * (5010 - 50) * sizeof(double));
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void The_distribution_is_handed_over_in_the_order_of_drawing(bool balanced)
    {
        var clusters = balanced ? Balanced : Unbalanced;
        double[] few = new double[40];
        double[] many = new double[5000];

        ClusteredBootstrap.Estimate(clusters, new BootstrapOptions(few.Length), new Pcg64(5), few);
        var estimate = ClusteredBootstrap.Estimate(clusters, new BootstrapOptions(many.Length), new Pcg64(5), many);

        many[..few.Length].ShouldBe(few);
        many.SequenceEqual(many.Order()).ShouldBeFalse();
        Array.Sort(many);
        estimate.Low.ShouldBe(Math.Min(Percentile.Of(many, 0.025), estimate.LogOdds));
        estimate.High.ShouldBe(Math.Max(Percentile.Of(many, 0.975), estimate.LogOdds));
    }

    [Fact]
    public void The_whole_cluster_distribution_resamples_template_means_only()
    {
        double[] means = [.. Unbalanced.Select(cluster => PairwiseMean.Of([.. cluster.LogOdds]))];
        double[] distribution = new double[200];
        WholeClusterBootstrap.Interval(Unbalanced, new BootstrapOptions(200), new Pcg64(11), distribution);

        var generator = new Pcg64(11);
        foreach (double center in distribution)
        {
            double[] drawn = new double[means.Length];
            for (int i = 0; i < drawn.Length; i++)
                drawn[i] = means[generator.NextIndex(means.Length)];
            center.ShouldBe(TrimmedMean.Of(drawn, 0.2));
        }
    }

    [Fact]
    public void Templates_without_inner_spread_have_one_and_the_same_interval()
    {
        TemplateCluster[] clusters = [.. Enumerable.Range(0, 9).Select(i => new TemplateCluster($"t{i}", [i * 0.25]))];
        var options = new BootstrapOptions(500);

        var frozen = ClusteredBootstrap.Estimate(clusters, options, new Pcg64(3));
        var whole = WholeClusterBootstrap.Interval(clusters, options, new Pcg64(3));

        whole.ShouldBe((frozen.Low, frozen.High));
    }

    [Fact]
    public void Noise_within_templates_is_counted_once_by_whole_clusters_and_twice_by_the_frozen_interval()
    {
        // Every template has the mean 0: all spread is within, and whole clusters see none of it.
        TemplateCluster[] clusters = [.. Enumerable.Range(0, 8).Select(i => new TemplateCluster($"t{i}", [-1, 1]))];
        var options = new BootstrapOptions(500);

        WholeClusterBootstrap.Interval(clusters, options, new Pcg64(3)).ShouldBe((0, 0));
        var frozen = ClusteredBootstrap.Estimate(clusters, options, new Pcg64(3));
        frozen.Low.ShouldBeLessThan(-0.2);
        frozen.High.ShouldBeGreaterThan(0.2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(100)]
    [InlineData(149)]
    [InlineData(599)]
    public void A_rejected_draw_shifts_all_later_draws_in_lanes_too(int words)
    {
        // With a bound of 3 a draw is rejected only if it is 0; equal halves of the state make a word of two such draws.
        var increment = new Pcg64(1).Increment;
        var zero = new UInt128(77, 77);
        var start = PcgJump.Of(UInt128.MaxValue - (UInt128)words, increment).From(zero);
        double[] values = [.. Enumerable.Range(0, 9).Select(i => i * i * 0.1)];
        var plan = new ResamplingPlan(values, [3, 3, 3], new BootstrapOptions());
        double[] together = new double[100];
        double[] alone = new double[100];
        var (first, second) = (new Pcg64(start, increment), new Pcg64(start, increment));

        int done = LaneResampling.Run(plan, first, together);
        Resampling.OneByOne(plan, first, together.AsSpan(done));
        Resampling.OneByOne(plan, second, alone);

        var probe = new Pcg64(start, increment);
        probe.Skip((ulong)words);
        probe.NextUInt64().ShouldBe(0UL);
        together.ShouldBe(alone);
        first.NextUInt32().ShouldBe(second.NextUInt32());
    }

    [Fact]
    public void A_search_that_found_no_document_leaves_the_prior_as_it_is()
    {
        var prior = new ProbabilityInterval(0.3, 0.2, 0.4);
        var nothing = new ProbabilityInterval(0.5, 0.5, 0.5);

        var (combined, weights) = Fusion.Fuse(prior, nothing, new WebEvidence(Documents: 0), timely: true);

        weights.Web.ShouldBe(0);
        combined.Probability.ShouldBe(0.3, 1e-12);
        (combined.High - combined.Low).ShouldBeGreaterThan(0.19);
    }

    private static long Allocated(TemplateCluster[] clusters, int iterations)
    {
        var options = new BootstrapOptions(iterations);
        var (first, second) = (new Pcg64(1), new Pcg64(1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        ClusteredBootstrap.Estimate(clusters, options, first);
        WholeClusterBootstrap.Interval(clusters, options, second);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static TemplateCluster[] Clusters(int templates, Func<int, int> size) =>
        [
            .. Enumerable
                .Range(0, templates)
                .Select(i => new TemplateCluster(
                    $"t{i}",
                    [.. Enumerable.Range(0, size(i)).Select(j => ((i * 37) + (j * 101)) % 64 / 16.0)]
                )),
        ];
}

using FsCheck;
using FsCheck.Fluent;
using Heretix.Estimation;

namespace Heretix.Tests.Unit.Estimation;

/// <summary>What must hold for any measurement, tried on random designs.</summary>
public class BootstrapPropertyTests
{
    private static readonly BootstrapOptions Options = new(Iterations: 64);

    [Fact]
    public void The_interval_contains_the_estimate() =>
        ForAnyDesign(clusters =>
        {
            var estimate = Estimate(clusters);
            return estimate.Low <= estimate.LogOdds && estimate.LogOdds <= estimate.High;
        });

    [Fact]
    public void The_whole_cluster_interval_contains_the_estimate() =>
        ForAnyDesign(clusters =>
        {
            var (low, high) = WholeClusterBootstrap.Interval(clusters, Options, new Pcg64(7));
            double estimate = Estimate(clusters).LogOdds;
            return low <= estimate && estimate <= high;
        });

    [Fact]
    public void The_order_of_templates_does_not_change_the_estimate() =>
        ForAnyDesign(clusters =>
        {
            var reversed = Estimate([.. clusters.Reverse()]);
            var estimate = Estimate(clusters);
            return Math.Abs(reversed.LogOdds - estimate.LogOdds) <= 1e-12
                && reversed.TemplateIqr == estimate.TemplateIqr
                && reversed.ImbalanceRatio == estimate.ImbalanceRatio;
        });

    [Fact]
    public void Doubled_log_odds_double_the_estimate_and_both_intervals_exactly() =>
        ForAnyDesign(clusters =>
        {
            var doubled = Map(clusters, value => 2 * value);
            var (estimate, twice) = (Estimate(clusters), Estimate(doubled));
            var (low, high) = WholeClusterBootstrap.Interval(clusters, Options, new Pcg64(7));
            return twice.LogOdds == 2 * estimate.LogOdds
                && twice.Low == 2 * estimate.Low
                && twice.High == 2 * estimate.High
                && WholeClusterBootstrap.Interval(doubled, Options, new Pcg64(7)) == (2 * low, 2 * high);
        });

    [Fact]
    public void The_negated_claim_has_the_mirrored_estimate_and_interval() =>
        ForAnyDesign(clusters =>
        {
            var estimate = Estimate(clusters);
            var mirrored = Estimate(Map(clusters, value => -value));
            return Close(mirrored.LogOdds, -estimate.LogOdds)
                && Close(mirrored.Low, -estimate.High)
                && Close(mirrored.High, -estimate.Low)
                && Close(mirrored.Probability, 1 - estimate.Probability);
        });

    [Fact]
    public void The_estimate_lies_between_the_smallest_and_the_largest_answer() =>
        ForAnyDesign(clusters =>
        {
            var estimate = Estimate(clusters);
            double least = clusters.Min(cluster => cluster.LogOdds.Min());
            double most = clusters.Max(cluster => cluster.LogOdds.Max());
            return least - 1e-12 <= estimate.Low && estimate.High <= most + 1e-12;
        });

    [Fact]
    public void The_same_seed_gives_the_same_digits() =>
        ForAnyDesign(clusters => Estimate(clusters).High == Estimate(clusters).High);

    [Fact]
    public void Lanes_and_single_iterations_make_the_same_centres_and_leave_the_generator_in_the_same_place() =>
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
            Prop.ForAll(
                BalancedDesigns.ToArbitrary(),
                design =>
                {
                    var plan = new ResamplingPlan(design.Values, design.Sizes, design.Options);
                    double[] together = new double[100];
                    double[] alone = new double[100];
                    var (first, second) = (new Pcg64(design.Seed), new Pcg64(design.Seed));
                    int done = LaneResampling.Run(plan, first, together);
                    Resampling.OneByOne(plan, first, together.AsSpan(done));
                    Resampling.OneByOne(plan, second, alone);
                    return together.AsSpan().SequenceEqual(alone) && first.NextUInt32() == second.NextUInt32();
                }
            )
        );

    private sealed record BalancedDesign(double[] Values, int[] Sizes, BootstrapOptions Options, ulong Seed);

    private static Gen<BalancedDesign> BalancedDesigns =>
        from templates in Gen.Choose(1, 40)
        from size in Gen.Choose(1, 20)
        from draws in Gen.Choose(1, 24)
        from center in Gen.Elements(Center.Trimmed, Center.Mean)
        from trim in Gen.Elements(0.0, 0.1, 0.2, 0.49)
        from seed in Gen.Choose(0, int.MaxValue)
        from values in Gen.Choose(-4000, 4000).Select(n => n / 999.0).ArrayOf(templates * size)
        select new BalancedDesign(
            values,
            [.. Enumerable.Repeat(size, templates)],
            new BootstrapOptions(100, center, trim, draws > 20 ? null : draws),
            (ulong)seed
        );

    private static Gen<TemplateCluster[]> Designs =>
        from templates in Gen.Choose(1, 20)
        from balanced in Gen.Elements(true, false)
        from sizes in Gen.Choose(1, 12).ArrayOf(templates)
        from values in Gen.Choose(-8000, 8000).Select(n => n / 999.0).ArrayOf(templates * 12)
        select Enumerable
            .Range(0, templates)
            .Select(i => new TemplateCluster($"t{i}", values[(12 * i)..((12 * i) + (balanced ? sizes[0] : sizes[i]))]))
            .ToArray();

    private static void ForAnyDesign(Func<TemplateCluster[], bool> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true), Prop.ForAll(Designs.ToArbitrary(), holds));

    private static ClusteredEstimate Estimate(TemplateCluster[] clusters) =>
        ClusteredBootstrap.Estimate(clusters, Options, new Pcg64(7));

    private static TemplateCluster[] Map(TemplateCluster[] clusters, Func<double, double> change) =>
        [.. clusters.Select(cluster => cluster with { LogOdds = [.. cluster.LogOdds.Select(change)] })];

    private static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-11;
}

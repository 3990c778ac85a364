using FsCheck;
using FsCheck.Fluent;
using Heretix.Estimation;

namespace Heretix.Tests.Unit.Estimation;

public class NumericPropertyTests
{
    private static Gen<double[]> Samples =>
        from count in Gen.Choose(1, 400)
        from values in Gen.Choose(-5000, 5000).Select(n => n / 997.0).ArrayOf(count)
        select values;

    [Fact]
    public void Percentiles_never_fall_as_the_share_rises() =>
        ForAnySample(values =>
        {
            Array.Sort(values);
            double[] percentiles = [.. Enumerable.Range(0, 201).Select(i => Percentile.Of(values, i / 200.0))];
            return percentiles.Zip(percentiles.Skip(1)).All(pair => pair.First <= pair.Second)
                && percentiles[0] == values[0]
                && percentiles[^1] == values[^1];
        });

    [Fact]
    public void A_mean_lies_within_its_values_and_agrees_with_a_plain_sum() =>
        ForAnySample(values =>
        {
            double mean = PairwiseMean.Of(values);
            return values.Min() - 1e-12 <= mean
                && mean <= values.Max() + 1e-12
                && Math.Abs(mean - (values.Sum() / values.Length)) <= 1e-11;
        });

    [Fact]
    public void A_trimmed_mean_ignores_how_far_out_the_trimmed_values_are() =>
        ForAnySample(values =>
        {
            Array.Sort(values);
            double before = TrimmedMean.Of(values, 0.2);
            int cut = (int)(values.Length * 0.2);
            for (int i = 0; i < cut; i++)
            {
                values[i] -= 1000;
                values[^(i + 1)] += 1000;
            }

            return TrimmedMean.Of(values, 0.2) == before;
        });

    [Fact]
    public void The_sorted_ends_of_a_sample_stand_where_a_full_sort_puts_them() =>
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
            Prop.ForAll(
                Gen.Choose(1, 6000).SelectMany(Distributions).ToArbitrary(),
                values =>
                {
                    double[] sorted = [.. values.Order()];
                    int count = (int)(values.Length * 0.025) + 2;
                    Tails.Sort(values, count);
                    int ends = Math.Min(count, values.Length);
                    return values.Take(ends).SequenceEqual(sorted.Take(ends))
                        && values.TakeLast(ends).SequenceEqual(sorted.TakeLast(ends))
                        && values.Order().SequenceEqual(sorted);
                }
            )
        );

    [Fact]
    public void A_probability_and_its_complement_have_opposite_log_odds() =>
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
            Prop.ForAll(
                Gen.Choose(0, 1000).Select(n => n / 1000.0).ToArbitrary(),
                p =>
                    Math.Abs(LogOdds.FromProbability(p) + LogOdds.FromProbability(1 - p)) <= 1e-9
                    && Math.Abs(LogOdds.ToProbability(LogOdds.FromProbability(p)) - p) <= 1.1e-6
            )
        );

    [Fact]
    public void Draws_stay_below_their_bound() =>
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
            Prop.ForAll(
                Gen.Choose(1, int.MaxValue).ToArbitrary(),
                bound =>
                {
                    var generator = new Pcg64((ulong)bound);
                    return Enumerable
                        .Range(0, 100)
                        .All(_ => generator.NextIndex(bound) is var i && i >= 0 && i < bound);
                }
            )
        );

    [Fact]
    public void Skipping_words_equals_making_them() =>
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
            Prop.ForAll(
                Gen.Choose(0, 2000).ToArbitrary(),
                words =>
                {
                    var (skipping, making) = (new Pcg64(3), new Pcg64(3));
                    skipping.Skip((ulong)words);
                    for (int i = 0; i < words; i++)
                        making.NextUInt64();
                    return skipping.NextUInt64() == making.NextUInt64();
                }
            )
        );

    [Fact]
    public void Brier_score_and_calibration_error_lie_between_0_and_1() =>
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
            Prop.ForAll(
                (
                    from p in Gen.Choose(0, 100)
                    from label in Gen.Elements(0.0, 0.5, 1.0)
                    select new LabelledProbability(p / 100.0, label)
                )
                    .NonEmptyListOf()
                    .ToArbitrary(),
                pairs =>
                    Calibration.Brier([.. pairs]) is >= 0 and <= 1
                    && Calibration.ExpectedCalibrationError([.. pairs]) is >= 0 and <= 1
            )
        );

    // Many ties, few ties, already sorted, and all alike: what a bootstrap distribution may look like.
    private static Gen<double[]> Distributions(int count) =>
        Gen.OneOf(
            Gen.Choose(0, 5).Select(n => (double)n).ArrayOf(count),
            Gen.Choose(0, 1_000_000_000).Select(n => n / 7.0).ArrayOf(count),
            Gen.Constant(Enumerable.Range(0, count).Select(n => (double)n).ToArray()),
            Gen.Constant(Enumerable.Range(0, count).Select(n => n % 20 == 0 ? 0.0 : n).ToArray()),
            Gen.Constant(new double[count])
        );

    private static void ForAnySample(Func<double[], bool> holds) =>
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
            Prop.ForAll(Samples.ToArbitrary(), values => holds([.. values]))
        );
}

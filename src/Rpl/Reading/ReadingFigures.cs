using System.Globalization;

namespace Heretix.Rpl.Reading;

/// <summary>What the sentences of a reading have in common: the interval to quote and how the answers agree.</summary>
internal sealed class ReadingFigures(ReadingInput input)
{
    /// <summary>Bounds closer than this read the same.</summary>
    private const double SameWidth = 0.0005;

    /// <summary>From so many templates on the whole-cluster interval covers as it should (docs/statistics.md).</summary>
    private const int EnoughTemplates = 16;

    private readonly bool quotesWhole =
        input.Templates >= EnoughTemplates
        || input.WholeClusterHigh - input.WholeClusterLow > input.CiHigh - input.CiLow;

    internal ReadingInput Input => input;

    /// <summary>Lower bound of the interval to quote: with few templates the wider one.</summary>
    internal double Low => quotesWhole ? input.WholeClusterLow : input.CiLow;

    /// <summary>Upper bound of the interval to quote.</summary>
    internal double High => quotesWhole ? input.WholeClusterHigh : input.CiHigh;

    internal double Width => High - Low;

    internal bool IntervalsDiffer =>
        Math.Abs(input.WholeClusterHigh - input.CiHigh) > SameWidth
        || Math.Abs(input.WholeClusterLow - input.CiLow) > SameWidth;

    internal string QuotedName => quotesWhole ? "whole clusters resampled" : "clusters and their replicates resampled";

    internal bool StraddlesHalf => Low <= 0.5 && High >= 0.5;

    internal bool IsExtreme => input.Probability is >= 0.9 or <= 0.1;

    internal string Agreement =>
        input.Templates == 1
            ? "Only one wording was asked, so how much the answer depends on wording is not known."
            : input.StabilityBand switch
            {
                "high" => "The wordings agree closely.",
                "medium" => "The wordings agree in the main.",
                _ => "The wordings disagree with one another.",
            };

    internal string Usable =>
        input.ValidSamples == input.AttemptedSamples
            ? string.Create(CultureInfo.InvariantCulture, $"All {input.AttemptedSamples} answers could be used.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{input.ValidSamples} of {input.AttemptedSamples} answers could be used."
            );

    /// <summary>Refuses figures that no measurement can have, before a sentence is built on them.</summary>
    internal static void Check(ReadingInput input)
    {
        Probability(input.Probability, "the probability");
        Interval(input.CiLow, input.CiHigh, "the interval");
        Interval(input.WholeClusterLow, input.WholeClusterHigh, "the whole-cluster interval");
        Probability(input.StabilityScore, "the stability score");
        Probability(input.Compliance, "compliance");
        Probability(input.CacheHitRate, "the cache hit rate");
        Require(input.Imbalance >= 1 && double.IsFinite(input.Imbalance), "the imbalance must be 1 or more");
        Require(input.StabilityBand is "high" or "medium" or "low", "the stability band must be high, medium or low");
        Require(input.Templates >= 1, "there must be at least one template");
        Require(
            input.ValidSamples >= 1 && input.ValidSamples <= input.AttemptedSamples,
            "the valid samples must be between 1 and the attempted ones"
        );
    }

    private static void Interval(double low, double high, string what)
    {
        Probability(low, $"the lower bound of {what}");
        Probability(high, $"the upper bound of {what}");
        Require(low <= high, $"{what} has its lower bound above its upper one");
    }

    private static void Probability(double value, string what) =>
        Require(value is >= 0 and <= 1, $"{what} must be between 0 and 1");

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}

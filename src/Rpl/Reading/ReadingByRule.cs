using System.Globalization;
using Heretix.Estimation;

namespace Heretix.Rpl.Reading;

/// <summary>Puts a result into plain words: what the number means, how sure it is, and what to do about it.</summary>
public static class ReadingByRule
{
    private const int LongestClaim = 120;

    /// <summary>Composes the reading of one result.</summary>
    /// <exception cref="ArgumentException">A figure is not a probability, an interval is reversed, or a count is impossible.</exception>
    public static ResultReading Compose(ReadingInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ReadingFigures.Check(input);
        var figures = new ReadingFigures(input);
        var label = input.Resolved switch
        {
            true => "Resolved true",
            false => "Resolved false",
            null => Verdict.Label(input.Probability),
        };

        var mock = input.Mock ? "Mock run: no model was asked. " : "";
        return new ResultReading(
            label,
            label.ToUpperInvariant(),
            mock + Headline(figures),
            [mock + Meaning(figures), Certainty(figures), ReadingAdvice.For(figures)],
            Bullets(figures),
            $"{mock}{Shorten(input.Claim)} {label}, {Percent.Of(input.Probability)}{SummaryEnd(figures)}"
        );
    }

    private static string Headline(ReadingFigures figures)
    {
        var (input, p) = (figures.Input, Percent.Of(figures.Input.Probability));
        var who = input.Mock ? "The mock" : input.Model;
        var side = input.Probability > 0.5 ? "true" : "false";
        if (input.Resolved is { } truth)
        {
            return $"Published sources settle the claim as {(truth ? "true" : "false")}.";
        }

        return (Verdict.Label(input.Probability), figures.StraddlesHalf) switch
        {
            (Verdict.Uncertain, true) => $"{who} does not come down on either side: it puts the claim at {p}.",
            (Verdict.Uncertain, false) => $"{who} leans slightly towards {side}: it puts the claim at {p}.",
            (_, true) => $"{who} leans towards {side} at {p}, but the interval reaches across 50%.",
            (_, false) => $"{who} holds the claim to be {(figures.IsExtreme ? "very " : "")}likely {side}: {p}.",
        };
    }

    private static string Meaning(ReadingFigures figures)
    {
        var (input, p) = (figures.Input, Percent.Of(figures.Input.Probability));
        if (input.Resolved is not null)
        {
            return $"The verdict rests on published sources that agree with one another, not on the memory of {input.Model}; "
                + $"the figure is set to {p} by rule.";
        }

        var asked = input.Templates == 1 ? "one wording" : $"{Count(input.Templates)} different wordings";
        return input.Mock
            ? $"The figures are made up from the text of the claim, to try the program out. They show the form of a result "
                + $"({p}, over {asked}) and nothing about the claim."
            : $"Asked in {asked}, {input.Model} gives a probability of {p} that the claim is true. This is what the model "
                + "believes from its training alone: nothing was looked up, and a model can be sure and wrong. It is a "
                + "measurement of the model, not of the world.";
    }

    private static string Certainty(ReadingFigures figures)
    {
        var input = figures.Input;
        if (input.Resolved is not null)
        {
            return "No interval belongs to a settled claim: it stands or falls with the sources that settle it.";
        }

        var which = figures.IntervalsDiffer
            ? $"Of the two that are computed it is the one to quote ({figures.QuotedName}). "
            : "The two ways of computing it agree. ";
        var half = figures.StraddlesHalf
            ? "It includes 50%, so the answer could as well fall on the other side. "
            : $"It lies wholly {(input.Probability > 0.5 ? "above" : "below")} 50%. ";
        return Interval(figures) + which + half + figures.Agreement + " " + figures.Usable;
    }

    private static string Interval(ReadingFigures figures)
    {
        var (low, high, width) = (Percent.Of(figures.Low), Percent.Of(figures.High), Percent.Points(figures.Width));
        return low == high
            ? $"Both ends of the 95% interval read {low}: it is {width} wide. "
            : $"The 95% interval is {low} to {high}, {width} wide. ";
    }

    private static List<string> Bullets(ReadingFigures figures)
    {
        var input = figures.Input;
        var cached = (int)Math.Round(input.CacheHitRate * input.AttemptedSamples);
        var fromCache =
            cached == 0 ? ""
            : cached == input.AttemptedSamples ? ", all from the cache"
            : $", {Count(cached)} asked earlier and taken from the cache";
        List<string> bullets =
        [
            $"Usable answers: {Count(input.ValidSamples)} of {Count(input.AttemptedSamples)}{fromCache}",
            Gates(input.Gates),
        ];
        if (input.Resolved is null)
        {
            bullets.Insert(
                0,
                $"Interval to quote: {Percent.Range(figures.Low, figures.High)} ({Percent.Points(figures.Width)})"
            );
            bullets.Insert(
                1,
                input.Templates == 1
                    ? "Agreement between wordings: unknown, one wording was asked"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"Agreement between wordings: {input.StabilityBand} (stability {input.StabilityScore:0.00})"
                    )
            );
        }

        return bullets;
    }

    private static string SummaryEnd(ReadingFigures figures) =>
        figures.Input.Resolved is not null
            ? " by rule, from published sources."
            : $" (95% interval {Percent.Range(figures.Low, figures.High)}), according to "
                + $"{(figures.Input.Mock ? "the mock" : figures.Input.Model)}. {figures.Agreement}";

    /// <summary>The claim in quotation marks on one line, cut at a word when it is long.</summary>
    private static string Shorten(string claim)
    {
        var folded = string.Join(' ', claim.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        folded = string.Concat(folded.Where(c => !char.IsControl(c)));
        if (folded.Length > LongestClaim)
        {
            var cut = folded.LastIndexOf(' ', LongestClaim);
            cut = cut > LongestClaim / 2 ? cut : LongestClaim;
            folded = folded[..(char.IsHighSurrogate(folded[cut - 1]) ? cut - 1 : cut)] + "…";
        }

        return $"“{folded}”";
    }

    private static string Gates(ReadingGates gates)
    {
        string[] failed =
        [
            .. gates.Compliance ? (string[])[] : ["compliance"],
            .. gates.Stability ? (string[])[] : ["stability"],
            .. gates.Precision ? (string[])[] : ["precision"],
        ];
        return failed.Length == 0 ? "Gates: all three passed" : $"Gates failed: {string.Join(", ", failed)}";
    }

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}

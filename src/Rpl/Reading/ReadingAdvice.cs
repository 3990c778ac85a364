using System.Globalization;
using Heretix.Estimation;

namespace Heretix.Rpl.Reading;

/// <summary>The third paragraph of a reading: what to do about the result, the most useful step first.</summary>
internal static class ReadingAdvice
{
    /// <summary>From here on more replicates help more than more templates.</summary>
    private const int ManyTemplates = 16;
    private const double HighImbalance = 1.5;
    private const int MostSteps = 3;

    internal static string For(ReadingFigures figures)
    {
        var input = figures.Input;
        if (input.Resolved is not null)
        {
            return "What to do: read the cited sources before relying on the verdict.";
        }

        if (input.Mock)
        {
            return "What to do: run the same command without the mock, with a model and its key, to measure something.";
        }

        var steps = Steps(figures).Take(MostSteps).ToArray();
        return steps.Length > 0
            ? "What to do: " + char.ToLowerInvariant(steps[0][0]) + string.Join(" ", steps)[1..]
            : "What to do: nothing more is needed. All three gates pass; quote the figure together with its interval, model and date.";
    }

    private static IEnumerable<string> Steps(ReadingFigures figures)
    {
        var input = figures.Input;
        if (!input.Gates.Compliance)
        {
            yield return "Look at the answers that could not be used: a refusal, a cut-off or a wrong format leaves a biased rest, "
                + "and a higher output limit or another model may help.";
        }

        var pullsApart = input.Templates > 1 && (!input.Gates.Stability || input.StabilityBand == "low");
        if (pullsApart && figures.IsExtreme && input.Gates.Precision)
        {
            yield return "The low agreement needs no action: this close to certainty, small differences in probability are "
                + "large differences in log-odds, and the interval in percentage points stays narrow.";
        }
        else if (pullsApart)
        {
            yield return "Rephrase the claim if it can be read in more than one way (say who, where, when and how much), "
                + "and measure again.";
        }

        if (input.Templates == 1 || !input.Gates.Precision)
        {
            yield return MoreAnswers(input);
        }
        else if (figures.StraddlesHalf)
        {
            yield return Verdict.Label(input.Probability) == Verdict.Uncertain
                ? "Take the model as undecided: the interval is narrow, so more answers are unlikely to move it off 50%."
                : "A narrower interval would clear 50%. " + MoreAnswers(input);
        }

        if (input.Imbalance > HighImbalance)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Balance the wordings (K a multiple of their number): one now has {input.Imbalance:0.##} times as many usable answers as another."
            );
        }
    }

    private static string MoreAnswers(ReadingInput input) =>
        input.Templates < ManyTemplates
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Ask in more wordings (K up to {ManyTemplates}): they narrow the interval more than repeated answers do."
            )
            : "Ask for more answers per wording (a higher R), since all wordings are in use.";
}

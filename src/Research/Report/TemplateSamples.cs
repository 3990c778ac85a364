using Heretix.Estimation;
using Heretix.Rpl.Prompts;

namespace Heretix.Research.Report;

/// <summary>The samples of one template.</summary>
/// <param name="Index">Position of the template in its bank, from 0.</param>
/// <param name="Text">The paraphrase, with an ellipsis where the claim stands.</param>
/// <param name="Valid">Samples with a probability that can be drawn, in plan order.</param>
/// <param name="Mean">Mean of the valid samples in log-odds, as a probability; null without any.</param>
internal sealed record TemplateSamples(int Index, string Text, IReadOnlyList<ReportSample> Valid, double? Mean)
{
    /// <summary>The text on one line.</summary>
    internal string ShortText => string.Join(' ', Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Groups samples by template in the order in which the templates first occur.</summary>
    internal static IReadOnlyList<TemplateSamples> Of(IReadOnlyList<ReportSample> samples) =>
        [
            .. samples
                .GroupBy(sample => sample.TemplateIndex)
                .Select(group =>
                {
                    var valid = group.Where(IsDrawable).ToArray();
                    var text = group.First().Paraphrase.Replace(PromptBank.Placeholder, "…", StringComparison.Ordinal);
                    return new TemplateSamples(group.Key, text, valid, valid.Length == 0 ? null : MeanOf(valid));
                }),
        ];

    /// <summary>True for a sample that counts and has a place on the axis.</summary>
    internal static bool IsDrawable(ReportSample sample) => sample.Valid && sample.Probability is >= 0 and <= 1;

    private static double MeanOf(ReportSample[] valid)
    {
        var logOdds = valid.Select(sample => LogOdds.FromProbability(sample.Probability!.Value)).ToArray();
        return LogOdds.ToProbability(PairwiseMean.Of(logOdds));
    }
}

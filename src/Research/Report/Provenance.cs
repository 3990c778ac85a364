namespace Heretix.Research.Report;

/// <summary>Where a run came from and how to repeat it.</summary>
internal static class Provenance
{
    internal static void Write(MarkupWriter html, ReportRun run)
    {
        using (HtmlPage.Figure(html, "Provenance"))
        {
            using (html.Open("div", ("class", "plain")))
            {
                HtmlTable.Write(html, "Where the run came from", ["Item", "Value"], Rows(run));
            }

            if (run.Config.Count > 0)
            {
                using (html.Open("details"))
                {
                    html.Element("summary", "Configuration");
                    html.Element("pre", string.Join('\n', run.Config.Select(pair => $"{pair.Key}: {pair.Value}")));
                }
            }

            html.Element("p", "To repeat the run:", ("class", "axis-caption"));
            html.Element("pre", run.Command);
        }
    }

    private static IEnumerable<string[]> Rows(ReportRun run)
    {
        yield return ["Execution", run.ExecutionId];
        yield return ["Run", run.RunId];
        yield return ["Begun", Figures.Utc(run.CreatedAt)];
        yield return ["Model asked for", $"{run.Model} ({run.Provider})"];
        yield return
        [
            "Model that answered",
            run.ProviderModelIds.Count == 0 ? "not stated" : string.Join(", ", run.ProviderModelIds),
        ];
        yield return ["Prompt version", run.PromptVersion];
        yield return ["Prompt hash", run.PromptHash];
        yield return ["Method", run.Estimate.Method];
        yield return ["Seed", run.Seed ?? "derived from the measurement"];
        yield return ["Bootstrap seed", run.BootstrapSeed];
        if (run.Reproduced is { } reproduced)
            yield return
            [
                "Recomputed",
                reproduced
                    ? "the stored samples and seed give estimate and intervals again, digit for digit"
                    : "WARNING: the stored samples and seed do not give the stored figures again",
            ];
        foreach (var (name, version) in run.Versions)
        {
            yield return [name, version];
        }
    }
}

using Heretix.Research.Store;

namespace Heretix.Cli.Output;

/// <summary>What a store holds for reuse, for people.</summary>
internal static class CacheText
{
    public static void Write(string store, CacheContents contents, IReadOnlyList<CachedModel> models, TextWriter output)
    {
        output.WriteLine(Say.Text($"store     {store}, {Size(contents.Bytes)}"));
        output.WriteLine(
            Say.Text($"samples   {contents.Samples}, of which {contents.ValidSamples} may be reused; ")
                + Say.Usd((decimal)contents.PaidUsd)
                + (models.Any(model => model.Mock) ? " (mock: simulated)" : "")
        );
        output.WriteLine(Say.Text($"results   {contents.Results}, of which {contents.ExpiredResults} have expired"));
        if (models.Count == 0)
            return;
        output.WriteLine();
        var table = new TextTable("model", "#samples", "#reusable", "#USD");
        foreach (var model in models)
            table.Add(
                (model.Model ?? "(unknown)") + (model.Mock ? " (mock)" : ""),
                Say.Text($"{model.Samples}"),
                Say.Text($"{model.ValidSamples}"),
                Say.Number(model.PaidUsd, 4)
            );
        table.Write(output);
    }

    private static string Size(long bytes) =>
        bytes < 1_000_000 ? Say.Text($"{bytes / 1e3:0.0} kB") : Say.Text($"{bytes / 1e6:0.0} MB");
}

using Heretix.Models;

namespace Heretix.Cli.Output;

/// <summary>The list of models for people: a block for each provider.</summary>
internal static class ModelsText
{
    public static void Write(IReadOnlyList<ModelListing> models, TextWriter output)
    {
        foreach (var provider in models.GroupBy(model => model.Provider))
        {
            WriteProvider(provider.First(), output);
            var table = new TextTable("model", "#in", "#out", "#requests/min", "#tokens/min", "aliases");
            foreach (var model in provider)
                table.Add(
                    Name(model),
                    Amount(model.Price?.InputPerMillion),
                    Amount(model.Price?.OutputPerMillion),
                    Limit(model.RequestsPerMinute),
                    Limit(model.TokensPerMinute),
                    string.Join(", ", model.Aliases)
                );
            table.Write(output, indent: 2);
            output.WriteLine();
        }
        output.WriteLine(
            "in, out: USD per million tokens; - where no price or no limit is known. * is the default model."
        );
    }

    /// <summary>A mode as capability files spell it.</summary>
    public static string ModeOf(StructuredOutput mode) =>
        mode switch
        {
            StructuredOutput.JsonSchema => "json_schema",
            StructuredOutput.JsonObject => "json_object",
            _ => "none",
        };

    private static void WriteProvider(ModelListing any, TextWriter output)
    {
        output.WriteLine(any.Provider);
        output.WriteLine($"  key         {Key(any)}");
        output.WriteLine($"  address     {any.BaseUrl?.AbsoluteUri ?? "none: give --base-url"}");
        output.WriteLine(Say.Text($"  answers     {Mode(any.StructuredOutput)}, at most {any.MaxOutputTokens} tokens"));
        output.WriteLine();
    }

    private static string Key(ModelListing model) =>
        string.Join(" or ", model.KeyVariables)
        + (
            model.KeyPresent ? ": set"
            : model.KeyRequired ? ": missing"
            : ": not set, and not needed unless the server wants one"
        );

    private static string Mode(StructuredOutput mode) =>
        mode switch
        {
            StructuredOutput.JsonSchema => "held to a JSON schema",
            StructuredOutput.JsonObject => "held to JSON",
            _ => "by instruction only",
        };

    private static string Name(ModelListing model) =>
        model.Model.Length == 0 ? "(what the server has)" : model.Model + (model.IsDefault ? " *" : "");

    private static string Amount(decimal? usd) => usd is { } amount ? Say.Text($"{amount:0.00##}") : "-";

    private static string Limit(double? perMinute) => perMinute is { } limit ? Say.Text($"{limit:0.##}") : "-";
}

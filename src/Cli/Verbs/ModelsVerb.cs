using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Models;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx models</c>: every model with its provider, key, price and limits. Nothing is asked of anybody.</summary>
internal static class ModelsVerb
{
    public const string Examples = """
        hx models
        hx models --json | jq -r '.models[] | select(.key_set) | .model'
        HERETIX_PRICES=prices.yaml hx models
        """;

    public static Command Create(Surroundings around)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON: {\"models\":[...]}" };
        var verb = new VerbCommand("models", "List models with their aliases, keys, prices and limits", Examples)
        {
            json,
        };
        verb.SetAction(
            (parsed, _) =>
                Verb.RunAsync(
                    around,
                    async () =>
                    {
                        var models = ModelCatalog.Load(new ModelCatalogOptions(Environment: around.Text)).List();
                        if (parsed.GetValue(json))
                            await around.Out.WriteLineAsync(ModelsJson.Of(models));
                        else
                            ModelsText.Write(models, around.Out);
                        return ExitCode.Ok;
                    }
                )
        );
        return verb;
    }
}

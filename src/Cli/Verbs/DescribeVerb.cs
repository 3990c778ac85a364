using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Models;
using Heretix.Research.Store;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Storage;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx describe</c>: what <c>hx run</c> with the same options would do, without key, network or trace.</summary>
internal static class DescribeVerb
{
    private static readonly Dictionary<string, Sample> Nothing = [];

    public static Command Create(Surroundings around)
    {
        var options = new MeasurementOptions();
        var claim = new Option<string?>("--claim") { Description = "The claim, in quotation marks", HelpName = "TEXT" };
        var prompts = new Option<bool>("--prompts") { Description = "Show the prompts in full" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var verb = new VerbCommand(
            "describe",
            "Show plan, prompts, expected calls, tokens and cost of a run; asks and writes nothing",
            [
                """hx describe --claim "Bees can recognise human faces" --model gpt-5 --k 16""",
                """hx describe --claim "Bees can recognise human faces" --auto --cost-limit 0.50""",
                "hx describe --config claim.yaml --prompts --json",
            ]
        )
        {
            claim,
            prompts,
            json,
        };
        options.AddTo(verb);
        verb.SetAction(
            (parsed, _) =>
                Verb.RunAsync(
                    around,
                    async () =>
                    {
                        var settings = MeasurementSettings.Read(options, claim, parsed, around);
                        if (string.IsNullOrWhiteSpace(settings.Claim))
                            throw new UserErrorException(
                                "no claim: give --claim \"...\" or a config file with a claim",
                                ExitCode.Usage
                            );
                        var document = Describe(settings, parsed.GetValue(prompts), around);
                        if (parsed.GetValue(json))
                            await around.Out.WriteLineAsync(
                                DocumentJson.Of(document, DocumentJson.Indented.DescribeDocument)
                            );
                        else
                            DescribeText.Write(document, around.Out);
                        return ExitCode.Ok;
                    }
                )
        );
        return verb;
    }

    private static DescribeDocument Describe(MeasurementSettings settings, bool fullPrompts, Surroundings around)
    {
        var catalog = ModelCatalog.Load(new ModelCatalogOptions(Environment: around.Text));
        var banks = Workbench.Banks(settings.PromptsFile, around);
        using var stored = StoredSamples.Open(settings.Store.Database);
        var plans = new List<DescribedMeasurement>();
        foreach (var model in settings.Models)
        {
            foreach (var version in settings.PromptVersions)
            {
                var request = settings.For(settings.Claim!, model, version);
                var choice = catalog.Resolve(model, request.Provider, request.BaseUrl, request.Mock);
                plans.Add(Describe(request, choice, banks(version), stored, fullPrompts));
            }
        }
        return DescribeDocument.Of(settings, plans);
    }

    private static DescribedMeasurement Describe(
        MeasurementRequest request,
        ModelChoice model,
        PromptBank bank,
        StoredSamples? stored,
        bool fullPrompts
    )
    {
        var resumes = stored?.UnfinishedExecution(Identity.RequestKey(request, model, bank));
        var stages = StageForecast.Of(request, model, bank, resumes, keys => stored?.Find(resumes, keys) ?? Nothing);
        return DescribedMeasurement.Of(request, model, bank, resumes, stages, fullPrompts);
    }
}

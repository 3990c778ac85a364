using Heretix.Rpl.Planning;

namespace Heretix.Cli.Output;

/// <summary>A plan for people.</summary>
internal static class DescribeText
{
    public static void Write(DescribeDocument document, TextWriter output)
    {
        if (document.Config.Mock)
            output.WriteLine("MOCK: nothing would be paid; the figures rehearse the bill of the model named.");
        output.WriteLine(document.Config.Claim);
        foreach (var plan in document.Plans)
            WriteOne(plan, document.Config, output);
        if (document.Plans.Count > 1)
        {
            output.WriteLine();
            Costs("in all", document.Total.Usual, document.Total.Most, output);
        }
        if (document.Config.CostLimit is { } limit)
            Row(output, "cost limit", Limit(limit, document.Total));
        foreach (var plan in document.Plans)
            WritePrompts(plan, document.Plans.Count > 1, output);
    }

    private static void WriteOne(DescribedMeasurement plan, DescribedConfig config, TextWriter output)
    {
        output.WriteLine();
        Row(output, "model", $"{plan.Model} ({plan.Provider}), prompts {plan.PromptVersionFull}");
        if (plan.Resumes is not null)
            Row(output, "resumes", plan.Resumes);
        foreach (var stage in plan.Stages)
            WriteStage(stage, plan.Stages.Count > 1, config, output);
    }

    private static void WritePrompts(DescribedMeasurement plan, bool several, TextWriter output)
    {
        output.WriteLine();
        if (several)
            output.WriteLine($"  {plan.LogicalModel}, {plan.PromptVersionFull}");
        if (plan.Instructions is not null)
            Block("instructions", plan.Instructions);
        foreach (var prompt in plan.Prompts)
        {
            if (plan.Instructions is null)
                output.WriteLine($"  [{prompt.TemplateIndex}] {prompt.Text}");
            else
                Block(Say.Text($"template {prompt.TemplateIndex}, {prompt.CharLen} characters in all"), prompt.Text);
        }

        void Block(string title, string text)
        {
            output.WriteLine($"  --- {title}");
            foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
                output.WriteLine(("  " + line).TrimEnd());
        }
    }

    private static void WriteStage(DescribedStage stage, bool several, DescribedConfig config, TextWriter output)
    {
        var plan = stage.Plan;
        var cap = config.MaxPromptChars is { } most ? Say.Text($" of {most} allowed") : "";
        if (several)
            output.WriteLine(Say.Text($"  stage {stage.Stage}"));
        var asked = plan.Seq.Distinct().Count();
        Row(
            output,
            "plan",
            Say.Text(
                $"K={stage.K} R={stage.R} T={plan.T}: {asked} of {plan.TBank} templates from {plan.RotationOffset} on, imbalance {plan.PlannedImbalanceRatio:0.##}"
            )
        );
        Row(output, "seed", $"{plan.BootstrapSeedEffective}, B={Say.Text($"{config.B}")}");
        Row(
            output,
            "prompts",
            Say.Text($"at most {plan.PromptCharLenMax} characters{cap}")
                + (plan.PromptCharLenOverCap ? ": TOO LONG, shorten the claim or raise --max-prompt-chars" : "")
        );
        Row(
            output,
            "samples",
            Say.Text($"{stage.Samples}: {stage.Stored} in the store, {stage.Usual.Calls} to ask")
                + (stage.EarlierStages > 0 ? Say.Text($", {stage.EarlierStages} from earlier stages") : "")
        );
        Costs("calls", stage.Usual, stage.Most, output);
    }

    private static void Costs(string name, CallForecast usual, CallForecast most, TextWriter output)
    {
        Row(output, name, "usually " + Describe(usual));
        Row(output, "", "at most " + Describe(most));
    }

    private static string Describe(CallForecast calls) =>
        Say.Text($"{calls.Calls} calls, {calls.TokensIn} tokens in, {calls.TokensOut} out, ") + Say.Usd(calls.CostUsd);

    private static string Limit(decimal limit, DescribedTotal total) =>
        Say.Usd(limit)
        + (
            total.Most.CostUsd is not { } most ? ", which cannot be kept without a price: `hx run` will refuse"
            : most <= limit ? ", which cannot be reached"
            : total.Usual.CostUsd <= limit ? ", enough for usual answers"
            : ", which usual answers will reach"
        );

    private static void Row(TextWriter output, string name, string value) =>
        output.WriteLine($"  {name, -14}{value}".TrimEnd());
}

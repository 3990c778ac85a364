using Heretix.Estimation;
using Heretix.Models;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;

namespace Heretix.Rpl.Planning;

/// <summary>The questions of one stage of a measurement, in the order that everything downstream keeps.</summary>
public sealed class MeasurementPlan
{
    private MeasurementPlan(int k, int r, SamplerPlan sampler, IReadOnlyList<WorkItem> items)
    {
        K = k;
        R = r;
        Sampler = sampler;
        Items = items;
        PromptCharLenMax = items.Max(item => item.Prompt.Length);
    }

    /// <summary>Template slots.</summary>
    public int K { get; }

    /// <summary>Replicates per slot.</summary>
    public int R { get; }

    /// <summary>Rotation and balance of the templates.</summary>
    public SamplerPlan Sampler { get; }

    /// <summary>K x R questions in plan order.</summary>
    public IReadOnlyList<WorkItem> Items { get; }

    /// <summary>Length of the longest prompt, in characters.</summary>
    public int PromptCharLenMax { get; }

    /// <summary>Composes the questions of a K x R stage.</summary>
    /// <param name="privateTo">Execution whose samples are its own (no cache), or null.</param>
    /// <exception cref="MeasurementException">A prompt is longer than the request allows.</exception>
    public static MeasurementPlan Create(
        MeasurementRequest request,
        ModelChoice model,
        PromptBank bank,
        int k,
        int r,
        string? privateTo
    )
    {
        var bankSize = bank.Paraphrases.Count;
        var offset = Estimation.Sampler.RotationOffset(request.Claim, model.ApiModel, bank.Version, bankSize);
        var sampler = Estimation.Sampler.Plan(bankSize, request.T, k, offset);

        var prompts = new Dictionary<int, ComposedPrompt>();
        var occurrences = new Dictionary<string, int>();
        var items = new List<WorkItem>(k * r);
        foreach (var slot in sampler.Sequence)
        {
            var template = sampler.TemplateIndices[slot];
            if (!prompts.TryGetValue(template, out var prompt))
                prompts[template] = prompt = bank.Compose(template, request.Claim);
            var occurrence = occurrences.GetValueOrDefault(prompt.Sha256);
            occurrences[prompt.Sha256] = occurrence + 1;
            for (var replicate = occurrence * r; replicate < (occurrence + 1) * r; replicate++)
            {
                var key = Identity.CacheKey(request, model, bank, prompt, replicate, privateTo);
                items.Add(new WorkItem(items.Count, prompt, replicate, key));
            }
        }
        var plan = new MeasurementPlan(k, r, sampler, items);
        if (request.MaxPromptChars is { } cap && plan.PromptCharLenMax > cap)
            throw new MeasurementException(
                MeasurementFailure.PromptTooLong,
                $"the longest prompt has {plan.PromptCharLenMax} characters and max_prompt_chars allows {cap}: "
                    + "shorten the claim or raise max_prompt_chars"
            );
        return plan;
    }
}

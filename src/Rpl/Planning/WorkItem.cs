using Heretix.Rpl.Prompts;

namespace Heretix.Rpl.Planning;

/// <summary>One question to be asked: a template, one of its replicates, and the key under which the answer is stored.</summary>
/// <param name="Ordinal">Position in the plan, from 0; clusters and results keep this order.</param>
/// <param name="Prompt">The composed prompt.</param>
/// <param name="Replicate">Replicate number within the template, from 0.</param>
/// <param name="CacheKey">SHA-256 (hex) over everything that defines this one sample.</param>
public sealed record WorkItem(int Ordinal, ComposedPrompt Prompt, int Replicate, string CacheKey);

namespace Heretix.Estimation;

/// <summary>All valid replicates of one template (one paraphrase), in the order in which they were planned.</summary>
/// <param name="Template">What identifies the template, usually the hash of its prompt; unique within an estimate.</param>
/// <param name="LogOdds">The replicates in natural log-odds: at least one, all finite.</param>
public sealed record TemplateCluster(string Template, IReadOnlyList<double> LogOdds);

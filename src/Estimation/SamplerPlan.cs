namespace Heretix.Estimation;

/// <summary>Which templates are asked, in which order and how often.</summary>
/// <param name="BankSize">Templates in the bank.</param>
/// <param name="Templates">Templates in use, T.</param>
/// <param name="RotationOffset">Where in the bank the selection starts.</param>
/// <param name="TemplateIndices">The T bank indices in use, in order.</param>
/// <param name="Sequence">One entry per slot (K of them): a position in <paramref name="TemplateIndices"/>.</param>
/// <param name="PlannedCounts">Slots per template in use, length T.</param>
/// <param name="PlannedImbalanceRatio">Largest over smallest of the counts above zero; 1 when there are none.</param>
public sealed record SamplerPlan(
    int BankSize,
    int Templates,
    int RotationOffset,
    IReadOnlyList<int> TemplateIndices,
    IReadOnlyList<int> Sequence,
    IReadOnlyList<int> PlannedCounts,
    double PlannedImbalanceRatio
)
{
    /// <summary>The bank index of every slot, in the order in which they are asked.</summary>
    public IEnumerable<int> BankSequence => Sequence.Select(position => TemplateIndices[position]);
}

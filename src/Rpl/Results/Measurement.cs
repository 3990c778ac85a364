using Heretix.Models;
using Heretix.Rpl.Planning;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;
using Heretix.Rpl.Storage;

namespace Heretix.Rpl.Results;

/// <summary>A finished measurement with everything that it was made of.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Model">The model that was asked.</param>
/// <param name="Bank">The prompts.</param>
/// <param name="Plan">The questions of the last stage.</param>
/// <param name="Samples">Samples in plan order, valid or not.</param>
/// <param name="Estimate">What the samples amount to.</param>
/// <param name="Result">The result as it is shown, stored and sent.</param>
public sealed record Measurement(
    MeasurementRequest Request,
    ModelChoice Model,
    PromptBank Bank,
    MeasurementPlan Plan,
    IReadOnlyList<Sample> Samples,
    Aggregate Estimate,
    RunResult Result
);

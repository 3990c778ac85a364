using Heretix.Models;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;

namespace Heretix.Checks.Order;

/// <summary>A check that can be made: everything that was asked for has been found and fits.</summary>
/// <param name="Measurement">What is measured.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="Bank">The prompts.</param>
/// <param name="Templates">Templates of the bank that take part (T).</param>
/// <param name="RunId">Name of the measurement.</param>
/// <param name="ResultKey">Equal for orders whose results are interchangeable, in this environment.</param>
/// <param name="Subject">Equal for orders that could pay for the same samples.</param>
/// <param name="CacheKeys">Keys of its samples, as others share them.</param>
/// <param name="RequestId">Given by the client, or new.</param>
/// <param name="Notice">What the caller should be told beside the result.</param>
internal sealed record CheckOrder(
    MeasurementRequest Measurement,
    ModelChoice Model,
    PromptBank Bank,
    int Templates,
    string RunId,
    string ResultKey,
    string Subject,
    IReadOnlyList<string> CacheKeys,
    Guid RequestId,
    string? Notice
);

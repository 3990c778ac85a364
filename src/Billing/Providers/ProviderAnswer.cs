using System.Text.Json;

namespace Heretix.Billing.Providers;

/// <summary>What became of a question to a provider.</summary>
internal abstract record ProviderAnswer
{
    private ProviderAnswer() { }

    /// <summary>It was done.</summary>
    /// <param name="Body">The object that was answered.</param>
    /// <param name="AsOf">
    /// A moment, by the provider's clock and cut to seconds, that is not later than the one whose state the answer shows.
    /// </param>
    public sealed record Ok(JsonElement Body, DateTimeOffset AsOf) : ProviderAnswer;

    /// <summary>There is no such object (404).</summary>
    public sealed record Missing : ProviderAnswer;

    /// <summary>It was understood and refused; asking again does not help.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Code">The provider's code, if it gave one.</param>
    /// <param name="Parameter">What it did not like, if it said.</param>
    public sealed record Refused(int Status, string? Code, string? Parameter = null) : ProviderAnswer;

    /// <summary>No answer, or none that counts: whether it was done is not known.</summary>
    /// <param name="RetryAfter">When to ask again.</param>
    public sealed record Unavailable(TimeSpan RetryAfter) : ProviderAnswer;
}

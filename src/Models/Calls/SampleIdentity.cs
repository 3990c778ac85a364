using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>
/// What a request is for, carried in <see cref="ChatOptions.AdditionalProperties"/>: the mock answers by it, and real
/// providers see the idempotency key as the header <c>Idempotency-Key</c>. None of it is part of the prompt.
/// </summary>
public static class SampleIdentity
{
    /// <summary>Key of the claim that is measured, a string.</summary>
    public const string ClaimKey = "heretix.claim";

    /// <summary>Key of the replicate's index within its template, an int from 0.</summary>
    public const string ReplicateKey = "heretix.replicate";

    /// <summary>Key of the caller's attempt at this sample, an int from 0 (repairs count, retries do not).</summary>
    public const string AttemptKey = "heretix.attempt";

    /// <summary>Key of the idempotency key, a string: the same for every retry of the same request.</summary>
    public const string IdempotencyKeyKey = "heretix.idempotency_key";

    internal const string RetryKey = "heretix.retry";

    /// <summary>Writes the identity of a sample into options.</summary>
    /// <param name="options">The options of one request; changed.</param>
    /// <param name="claim">The claim that is measured, or null.</param>
    /// <param name="replicate">Index of the replicate within its template, from 0.</param>
    /// <param name="attempt">The caller's attempt at this sample, from 0.</param>
    /// <param name="idempotencyKey">
    /// Printable ASCII, the same whenever the same request is made again; null sends none.
    /// </param>
    /// <returns>The same options.</returns>
    public static ChatOptions Set(
        ChatOptions options,
        string? claim = null,
        int replicate = 0,
        int attempt = 0,
        string? idempotencyKey = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (idempotencyKey is not null && !idempotencyKey.All(c => c is > ' ' and < (char)127))
            throw new ArgumentException(
                "An idempotency key must be printable ASCII without spaces, because it travels as a header.",
                nameof(idempotencyKey)
            );
        var properties = options.AdditionalProperties ??= [];
        properties[ReplicateKey] = replicate;
        properties[AttemptKey] = attempt;
        if (claim is not null)
            properties[ClaimKey] = claim;
        if (idempotencyKey is not null)
            properties[IdempotencyKeyKey] = idempotencyKey;
        return options;
    }

    /// <summary>The claim, or null when none was set.</summary>
    /// <param name="options">The options of a request, possibly null.</param>
    public static string? Claim(ChatOptions? options) => Read<string>(options, ClaimKey);

    /// <summary>The replicate's index, 0 when none was set.</summary>
    /// <param name="options">The options of a request, possibly null.</param>
    public static int Replicate(ChatOptions? options) => Read<int?>(options, ReplicateKey) ?? 0;

    /// <summary>The caller's attempt, 0 when none was set.</summary>
    /// <param name="options">The options of a request, possibly null.</param>
    public static int Attempt(ChatOptions? options) => Read<int?>(options, AttemptKey) ?? 0;

    /// <summary>The idempotency key, or null when none was set.</summary>
    /// <param name="options">The options of a request, possibly null.</param>
    public static string? IdempotencyKey(ChatOptions? options) => Read<string>(options, IdempotencyKeyKey);

    internal static int Retry(ChatOptions? options) => Read<int?>(options, RetryKey) ?? 0;

    internal static ChatOptions WithRetry(ChatOptions? options, int retry)
    {
        var copy = options?.Clone() ?? new ChatOptions();
        copy.AdditionalProperties = copy.AdditionalProperties?.Clone() ?? [];
        copy.AdditionalProperties[RetryKey] = retry;
        return copy;
    }

    private static T? Read<T>(ChatOptions? options, string key) =>
        options?.AdditionalProperties is { } properties
        && properties.TryGetValue(key, out var value)
        && value is T typed
            ? typed
            : default;
}

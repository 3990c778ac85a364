namespace Heretix.Models;

/// <summary>Why a call to a model failed.</summary>
public enum ModelCallFailure
{
    /// <summary>429: too many requests or tokens. Retried.</summary>
    RateLimited,

    /// <summary>503 or 529: the provider has no capacity just now. Retried.</summary>
    Overloaded,

    /// <summary>Another 5xx, 408 or 409: the provider's own trouble. Retried.</summary>
    ServerError,

    /// <summary>No answer within the time allowed. Retried.</summary>
    Timeout,

    /// <summary>The connection could not be made or was lost before the answer began. Retried.</summary>
    Network,

    /// <summary>A stream broke off after text had arrived. Not retried, because the text has been passed on.</summary>
    Interrupted,

    /// <summary>The account has no credit left. Not retried.</summary>
    QuotaExhausted,

    /// <summary>401 or 403: the key is wrong or may not do this. Not retried.</summary>
    Unauthorized,

    /// <summary>404: no such model or address. Not retried.</summary>
    NotFound,

    /// <summary>400, 413, 422 and other 4xx: the request itself was refused. Not retried.</summary>
    InvalidRequest,

    /// <summary>The answer was not what the provider's API promises. Not retried, because it may have been paid for.</summary>
    UnreadableReply,
}

/// <summary>A call to a model failed. The message never contains a key.</summary>
/// <param name="provider">One of <see cref="Providers"/>.</param>
/// <param name="kind">Why.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="status">HTTP status, where there was one.</param>
/// <param name="retryAfter">How long the provider asked to wait, where it did.</param>
/// <param name="inner">The cause, where it was another exception.</param>
public sealed class ModelCallException(
    string provider,
    ModelCallFailure kind,
    string message,
    int? status = null,
    TimeSpan? retryAfter = null,
    Exception? inner = null
) : Exception(message, inner)
{
    /// <summary>The provider that was called.</summary>
    public string Provider { get; } = provider;

    /// <summary>Why the call failed.</summary>
    public ModelCallFailure Kind { get; } = kind;

    /// <summary>HTTP status, or null when no answer arrived.</summary>
    public int? Status { get; } = status;

    /// <summary>How long the provider asked to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>How many requests were made before giving up, this one included.</summary>
    public int Attempts { get; internal set; } = 1;

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool IsTransient =>
        Kind
            is ModelCallFailure.RateLimited
                or ModelCallFailure.Overloaded
                or ModelCallFailure.ServerError
                or ModelCallFailure.Timeout
                or ModelCallFailure.Network;
}

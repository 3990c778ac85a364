using Npgsql;

namespace Heretix.Platform.Http.Idempotency;

/// <summary>
/// The work of a request with an <c>Idempotency-Key</c>, for endpoints whose work may end after their answer has begun, or
/// must never be done twice. It is a feature of the request (<c>context.Features.Get</c>), absent without a key.
/// </summary>
public sealed class KeyedWork
{
    private readonly KeyedRequest request;

    internal KeyedWork(KeyedRequest request) => this.request = request;

    /// <summary>
    /// Says whether the work was done: then the key is used up, and else it is freed, whatever the status of the answer was.
    /// The key is held until it completes; it must not fail. Null leaves it to the status.
    /// </summary>
    public Task<bool>? Outcome { get; set; }

    /// <summary>
    /// The statement that uses the key up, for the transaction that does the work: a repetition after a crash finds that it
    /// was done. It is no error when the key is no longer this request's.
    /// </summary>
    public NpgsqlBatchCommand Done() =>
        new(
            """
            UPDATE jobs.idempotency_keys SET status = 200, locked_until = NULL
            WHERE caller = $1 AND key = $2 AND route = $3 AND attempt = $4 AND status IS NULL
            """
        )
        {
            Parameters =
            {
                new() { Value = request.Caller },
                new() { Value = request.Key },
                new() { Value = request.Route },
                new() { Value = request.Attempt },
            },
        };
}

using Heretix.Accounts.External.Issuers;

namespace Heretix.Accounts.External.Keys;

/// <summary>
/// The keys of one issuer in this process. They are fetched when they are first needed, again when they are an hour old, and
/// for a key that is not among them at most once a minute, so that tokens with invented keys cost the issuer nothing. However
/// many wait, one request is made. When the issuer fails, the keys that are known stay good for a day.
/// </summary>
internal sealed class IssuerKeys(
    Issuer issuer,
    AccountsOptions options,
    TimeProvider time,
    Func<Issuer, Task<KeySet?>> fetch
)
{
    /// <summary>Shortest time between two fetches for keys that are not known.</summary>
    public static TimeSpan UnknownKeyInterval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Shortest time between two fetches when the first failed and no key is known.</summary>
    public static TimeSpan FailureInterval { get; } = TimeSpan.FromSeconds(10);

    private readonly Lock turn = new();
    private KeySet? known;
    private DateTimeOffset fetchedAt;
    private DateTimeOffset? askedForUnknownAt;
    private DateTimeOffset? failedAt;
    private Task? flight;

    /// <summary>The key of a token.</summary>
    /// <param name="id">The token's <c>kid</c>; null when it names none.</param>
    /// <param name="algorithm">The token's <c>alg</c>.</param>
    /// <param name="cancellationToken">Ends the wait, not the fetch.</param>
    public async Task<KeyLookup> FindAsync(string? id, string algorithm, CancellationToken cancellationToken)
    {
        var refresh = Due();
        if (refresh is not null)
            await refresh.WaitAsync(cancellationToken);
        if (Read(id, algorithm) is { } found)
            return found;
        // What was fetched just now knows every key that there is.
        if (refresh is null && DueForUnknown() is { } again)
            await again.WaitAsync(cancellationToken);
        return Read(id, algorithm) ?? Miss();
    }

    /// <summary>The fetch to wait for before anything can be said; null when what is known will do.</summary>
    private Task? Due()
    {
        lock (turn)
        {
            var now = time.GetUtcNow();
            if (known is not null && now - fetchedAt < options.KeySetLifetime)
                return null;
            var pause = IsUsable(now) ? UnknownKeyInterval : FailureInterval;
            return flight is null && failedAt is { } failed && now - failed < pause ? null : Fetch();
        }
    }

    /// <summary>The fetch that may know a key that is not among the known ones; null when it is too early for one.</summary>
    private Task? DueForUnknown()
    {
        lock (turn)
        {
            var now = time.GetUtcNow();
            if (flight is not null)
                return flight;
            if (!IsUsable(now) || (askedForUnknownAt is { } asked && now - asked < UnknownKeyInterval))
                return null;
            askedForUnknownAt = now;
            return Fetch();
        }
    }

    private KeyLookup.Found? Read(string? id, string algorithm)
    {
        lock (turn)
            return IsUsable(time.GetUtcNow()) && known!.Find(id, algorithm) is { } key
                ? new KeyLookup.Found(key)
                : null;
    }

    /// <summary>After a failure nothing can be said about a key that is not known: it may be a new one.</summary>
    private KeyLookup Miss()
    {
        lock (turn)
        {
            var now = time.GetUtcNow();
            if (failedAt is not { } failed)
                return new KeyLookup.Unknown();
            var pause = IsUsable(now) ? UnknownKeyInterval : FailureInterval;
            var left = failed + pause - now;
            return new KeyLookup.Unavailable(left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
        }
    }

    private bool IsUsable(DateTimeOffset now) => known is not null && now - fetchedAt < options.KeySetKept;

    /// <summary>The fetch that is under way, or a new one. It belongs to nobody: whoever began it may go away.</summary>
    private Task Fetch()
    {
        if (flight is not null)
            return flight;
        using (ExecutionContext.SuppressFlow())
            return flight = Task.Run(FetchAsync);
    }

    private async Task FetchAsync()
    {
        KeySet? fetched = null;
        try
        {
            fetched = await fetch(issuer);
        }
        finally
        {
            lock (turn)
            {
                var now = time.GetUtcNow();
                flight = null;
                failedAt = fetched is null ? now : null;
                if (fetched is not null)
                    (known, fetchedAt) = (fetched, now);
            }
        }
    }
}

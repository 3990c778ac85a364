using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.External.Keys;

/// <summary>The keys of every issuer, and what is told about fetching them.</summary>
internal sealed class KeySets
{
    private readonly ConcurrentDictionary<string, IssuerKeys> issuers = new(StringComparer.Ordinal);
    private readonly KeySetSource source;
    private readonly AccountsOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<KeySets> log;
    private readonly Counter<long> fetched;

    public KeySets(
        KeySetSource source,
        IOptions<AccountsOptions> options,
        TimeProvider time,
        IMeterFactory meters,
        ILogger<KeySets> log
    )
    {
        (this.source, this.options, this.time, this.log) = (source, options.Value, time, log);
        fetched = meters
            .Create(SignInMeter.Name)
            .CreateCounter<long>("heretix.key_sets.fetched", "{fetch}", "Key sets that were asked of issuers.");
    }

    /// <summary>The key of a token of an issuer.</summary>
    public Task<KeyLookup> FindAsync(
        Issuer issuer,
        string? id,
        string algorithm,
        CancellationToken cancellationToken
    ) =>
        issuers
            .GetOrAdd(issuer.Name, _ => new IssuerKeys(issuer, options, time, FetchAsync))
            .FindAsync(id, algorithm, cancellationToken);

    private async Task<KeySet?> FetchAsync(Issuer issuer)
    {
        try
        {
            var keys = await source.FetchAsync(issuer);
            Count(issuer, "fetched");
            return keys;
        }
        catch (KeySetException failure)
        {
            Count(issuer, "failed");
            Log.KeysNotFetched(log, issuer.Name, failure.Message);
            return null;
        }
    }

    private void Count(Issuer issuer, string outcome) =>
        fetched.Add(
            1,
            new KeyValuePair<string, object?>("issuer", issuer.Name),
            new KeyValuePair<string, object?>("outcome", outcome)
        );
}

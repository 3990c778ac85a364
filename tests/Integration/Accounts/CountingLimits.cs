using System.Collections.Concurrent;
using Heretix.Platform.Limits;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Allows a number of each and remembers what was counted.</summary>
internal sealed class CountingLimits(int allowed) : IRateLimits
{
    private readonly ConcurrentDictionary<(string Policy, string Key), int> taken = new();

    public ICollection<(string Policy, string Key)> Counted => taken.Keys;

    public ValueTask<LimitDecision> TakeAsync(string policy, string key, CancellationToken cancellationToken)
    {
        taken.AddOrUpdate((policy, key), 1, (_, before) => before + 1);
        return ValueTask.FromResult(Peek(policy, key));
    }

    public LimitDecision Peek(string policy, string key)
    {
        var number = taken.GetValueOrDefault((policy, key));
        return new LimitDecision(number <= allowed, allowed, Math.Max(0, allowed - number), TimeSpan.FromSeconds(90.5));
    }
}

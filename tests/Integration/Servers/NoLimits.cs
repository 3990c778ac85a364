using Heretix.Platform.Limits;

namespace Heretix.Tests.Integration.Servers;

/// <summary>Lets everything through.</summary>
internal sealed class NoLimits : IRateLimits
{
    public ValueTask<LimitDecision> TakeAsync(string policy, string key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Peek(policy, key));

    public LimitDecision Peek(string policy, string key) =>
        new(true, int.MaxValue, int.MaxValue, TimeSpan.FromMinutes(1));
}

using System.Text.Json.Nodes;

namespace Heretix.Tests.Integration.Stubs.Stripe;

/// <summary>What is asked of it while others change it.</summary>
public sealed partial class StripeStub
{
    /// <summary>What happened after the first so many events, in its order.</summary>
    public IReadOnlyList<StripeEvent> EventsAfter(int count)
    {
        lock (turn)
            return [.. Events.Skip(count)];
    }

    /// <summary>The objects of a kind as they are now.</summary>
    public IReadOnlyList<JsonObject> Copies(string kind)
    {
        lock (turn)
            return
            [
                .. objects
                    .Values.Where(found => (string?)found["object"] == kind)
                    .Select(found => found.DeepClone().AsObject()),
            ];
    }

    /// <summary>Pays on a page if that is still possible, and says whether it was.</summary>
    public bool TryPay(string session)
    {
        lock (turn)
        {
            if ((string?)Require(session)["status"] != "open")
                return false;
            Pay(session);
            return true;
        }
    }

    /// <summary>Does something to a subscription if it has one of these states, and says whether it had.</summary>
    public bool TryChange(string subscription, string[] states, Action<string> change)
    {
        lock (turn)
        {
            if (!states.Contains((string?)Require(subscription)["status"]))
                return false;
            change(subscription);
            return true;
        }
    }
}

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

    /// <summary>The buyer pays an intent if it is still open, and says whether it was.</summary>
    public bool TryPayIntent(string intent)
    {
        lock (turn)
        {
            if ((string?)Require(intent)["status"] is "succeeded" or "canceled")
                return false;
            PayIntent(intent);
            return true;
        }
    }

    /// <summary>The buyer's card is declined, if the intent is still open.</summary>
    public void TryDecline(string intent)
    {
        lock (turn)
        {
            if ((string?)Require(intent)["status"] == "requires_payment_method")
                FailIntent(intent);
        }
    }

    /// <summary>Somebody refunds a share of what is left of a payment, if anything is, and says whether it was.</summary>
    public bool TryRefund(string intent, double share, bool atOnce)
    {
        lock (turn)
        {
            var left =
                (long)Require(intent)["amount_received"]!
                - Of("refund", intent)
                    .Where(refund => (string?)refund["status"] != "failed")
                    .Sum(refund => (long)refund["amount"]!);
            if (left <= 0)
                return false;
            RefundInDashboard(intent, Math.Max(1, (long)(share * left)), atOnce ? "succeeded" : "pending");
            return true;
        }
    }

    /// <summary>A refund that is under way arrives, or does not.</summary>
    public bool TryEndRefund(string intent, bool succeeds)
    {
        lock (turn)
        {
            if (Of("refund", intent).FirstOrDefault(refund => (string?)refund["status"] == "pending") is not { } open)
                return false;
            EndRefund((string)open["id"]!, succeeds);
            return true;
        }
    }

    /// <summary>The buyer's bank takes the money of a payment back, once, or decides about it.</summary>
    public bool TryDispute(string intent, bool won)
    {
        lock (turn)
        {
            if ((string?)Require(intent)["status"] != "succeeded")
                return false;
            if (Of("dispute", intent).FirstOrDefault() is not { } dispute)
                Dispute(intent);
            else if ((string?)dispute["status"] == "needs_response")
                CloseDispute((string)dispute["id"]!, won);
            else
                return false;
            return true;
        }
    }
}

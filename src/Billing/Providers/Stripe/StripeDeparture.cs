using System.Text.Json.Serialization;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Microsoft.Extensions.Logging;

namespace Heretix.Billing.Providers.Stripe;

/// <summary>Whose subscriptions end.</summary>
/// <param name="Customer">Stripe's id: it names nobody to who has only this database.</param>
/// <param name="Erased">The account is gone for good, rather than closed.</param>
internal sealed record DepartedCustomer(
    [property: JsonPropertyName("customer")] string Customer,
    [property: JsonPropertyName("erased")] bool Erased
);

/// <summary>
/// What Stripe is told when a user leaves. With the closing of the account nothing is charged any more: pages that wait for a
/// payment are closed and subscriptions end with the period that is paid, so that who comes back within it has it still. With
/// the erasure the customer is deleted at Stripe, which ends at once whatever is left and takes the address away.
/// </summary>
internal sealed class StripeDeparture(StripeClient stripe, ProviderSettings settings, ILogger<StripeDeparture> log)
    : IJobHandler<DepartedCustomer>
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "billing.stripe_departure";

    /// <summary>About two days, in which Stripe comes back; then the job is listed as failed.</summary>
    public static JobRetry Retry { get; } = new(60, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1));

    /// <summary>Queues the end of the renewals; a name of its own for each time, since people come back and leave again.</summary>
    public static Task EnqueueAsync(
        IJobQueue jobs,
        HeretixDb db,
        string customer,
        DateTimeOffset now,
        CancellationToken cancellationToken,
        bool erased = false
    ) =>
        jobs.EnqueueAsync(
            db,
            Kind,
            $"{customer}-{Guid.CreateVersion7(now):N}",
            new DepartedCustomer(customer, erased),
            cancellationToken: cancellationToken
        );

    /// <inheritdoc />
    public async Task RunAsync(DepartedCustomer arguments, JobRun run, CancellationToken stop)
    {
        if (!settings.SellsByStripe)
            throw new InvalidOperationException(
                "a customer of Stripe left and STRIPE_SECRET is not set: set it and retry"
            );
        if (arguments.Erased)
            Require(await stripe.DeleteCustomerAsync(arguments.Customer, stop), "delete a customer");
        else if (await LeavesAsync(arguments.Customer, run, stop))
            await EndRenewalsAsync(arguments.Customer, stop);
    }

    private async Task EndRenewalsAsync(string customer, CancellationToken stop)
    {
        if (Require(await stripe.OpenSessionsAsync(customer, stop), "list checkout sessions") is { } open)
        {
            // One that is refused was paid a moment ago; its subscription is among those that follow.
            foreach (var session in JsonMembers.Items(open.Body))
                if (
                    JsonMembers.Text(session, "id") is { } id
                    && await stripe.ExpireSessionAsync(id, stop) is ProviderAnswer.Unavailable
                )
                    throw Away("expire a checkout session");
        }
        if (Require(await stripe.SubscriptionsOfAsync(customer, stop), "list subscriptions") is not { } listed)
            return;
        var renewed = StripeStanding.Read(listed.Body).Where(each => each.IsLive && !each.EndsWithPeriod).ToList();
        foreach (var subscription in renewed)
            Require(await stripe.EndRenewalAsync(subscription.Id, stop), "end a renewal");
        if (renewed.Count > 0)
            Log.RenewalsEnded(log, renewed.Count);
    }

    /// <summary>Whether its user has not come back meanwhile.</summary>
    private static async Task<bool> LeavesAsync(string customer, JobRun run, CancellationToken stop)
    {
        await using var db = run.OpenDb();
        await using var read = (await db.OpenAsync(stop)).Command(
            """
            select exists (select from billing.provider_customers c join accounts.users u on u.id = c.user_id
                where c.source = 'stripe' and c.external_id = $1 and u.status = 'leaving')
            """,
            customer
        );
        return (bool)(await read.ExecuteScalarAsync(stop))!;
    }

    /// <summary>The answer; null when there is no such thing any more. Anything else is tried again later.</summary>
    private static ProviderAnswer.Ok? Require(ProviderAnswer answer, string operation) =>
        answer switch
        {
            ProviderAnswer.Ok ok => ok,
            ProviderAnswer.Missing => null,
            ProviderAnswer.Refused refused => throw new InvalidOperationException(
                $"Stripe refused to {operation}: HTTP {refused.Status}, {refused.Code}"
            ),
            _ => throw Away(operation),
        };

    private static InvalidOperationException Away(string operation) =>
        new($"Stripe did not answer when asked to {operation}");
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Providers.Stripe;

/// <summary>What is asked of Stripe for subscriptions. No database connection is held while it answers.</summary>
internal sealed class StripeClient(
    ProviderHttp http,
    ProviderSettings settings,
    IOptions<ProviderOptions> options,
    TimeProvider time
)
{
    /// <summary>The name under which its objects, events and customers are stored.</summary>
    public const string Source = "stripe";

    /// <summary>
    /// A customer for a user. The same question within an hour is the same customer, however often and from wherever it is
    /// asked; after that the stored customer answers. Stripe remembers failures under a key as well, so a key is not for ever.
    /// </summary>
    /// <param name="buyer">Who it is.</param>
    /// <param name="another">There was one, and it is gone: it must not be given again.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<ProviderAnswer> CreateCustomerAsync(Buyer buyer, bool another, CancellationToken cancellationToken)
    {
        // Stripe refuses a key that comes with other parameters, and an address can change.
        var address = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(buyer.Email)).AsSpan(0, 8));
        return PostAsync(
            "create a customer",
            "/v1/customers",
            another
                ? NewKey()
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"heretix-customer-{buyer.UserId:N}-{address}-{time.GetUtcNow().UtcDateTime:yyyyMMddHH}"
                ),
            cancellationToken,
            ("email", buyer.Email),
            ("metadata[user_id]", buyer.UserId.ToString())
        );
    }

    /// <summary>Every subscription of a customer, ended ones too, the newest first.</summary>
    public Task<ProviderAnswer> SubscriptionsOfAsync(string customer, CancellationToken cancellationToken) =>
        GetAsync(
            "list subscriptions",
            "/v1/subscriptions",
            cancellationToken,
            ("customer", customer),
            ("status", "all"),
            ("limit", "100"),
            ("expand[]", "data.latest_invoice")
        );

    /// <summary>Pages on which a customer could still pay.</summary>
    public Task<ProviderAnswer> OpenSessionsAsync(string customer, CancellationToken cancellationToken) =>
        GetAsync(
            "list checkout sessions",
            "/v1/checkout/sessions",
            cancellationToken,
            ("customer", customer),
            ("status", "open"),
            ("limit", "100")
        );

    /// <summary>Closes a page on which a customer could pay; refused when they just did.</summary>
    public Task<ProviderAnswer> ExpireSessionAsync(string session, CancellationToken cancellationToken) =>
        PostAsync(
            "expire a checkout session",
            $"/v1/checkout/sessions/{Uri.EscapeDataString(session)}/expire",
            NewKey(),
            cancellationToken
        );

    /// <summary>A page on which a customer subscribes to a plan.</summary>
    public Task<ProviderAnswer> CreateSessionAsync(
        string customer,
        Guid userId,
        string plan,
        string price,
        CancellationToken cancellationToken
    ) =>
        PostAsync(
            "create a checkout session",
            "/v1/checkout/sessions",
            NewKey(),
            cancellationToken,
            ("mode", "subscription"),
            ("customer", customer),
            ("client_reference_id", userId.ToString()),
            ("line_items[0][price]", price),
            ("line_items[0][quantity]", "1"),
            ("allow_promotion_codes", "true"),
            (
                "success_url",
                settings.SuccessUrl
                    + (settings.SuccessUrl.Contains('?') ? '&' : '?')
                    + "session_id={CHECKOUT_SESSION_ID}"
            ),
            ("cancel_url", settings.CancelUrl),
            ("metadata[user_id]", userId.ToString()),
            ("metadata[plan]", plan),
            ("subscription_data[metadata][user_id]", userId.ToString()),
            ("subscription_data[metadata][plan]", plan)
        );

    /// <summary>Gives a subscription another price, from now on and settled pro rata with the next invoice.</summary>
    public Task<ProviderAnswer> ChangePriceAsync(
        string subscription,
        string item,
        string plan,
        string price,
        CancellationToken cancellationToken
    ) =>
        PostAsync(
            "change a subscription",
            $"/v1/subscriptions/{Uri.EscapeDataString(subscription)}",
            NewKey(),
            cancellationToken,
            ("items[0][id]", item),
            ("items[0][price]", price),
            ("proration_behavior", "create_prorations"),
            ("metadata[plan]", plan),
            ("expand[]", "latest_invoice")
        );

    /// <summary>Lets a subscription end with the period that is paid.</summary>
    public Task<ProviderAnswer> EndRenewalAsync(string subscription, CancellationToken cancellationToken) =>
        PostAsync(
            "end a renewal",
            $"/v1/subscriptions/{Uri.EscapeDataString(subscription)}",
            NewKey(),
            cancellationToken,
            ("cancel_at_period_end", "true")
        );

    /// <summary>Deletes a customer, which ends every subscription of theirs at once.</summary>
    public Task<ProviderAnswer> DeleteCustomerAsync(string customer, CancellationToken cancellationToken) =>
        AskAsync(
            "delete a customer",
            HttpMethod.Delete,
            $"/v1/customers/{Uri.EscapeDataString(customer)}",
            null,
            [],
            cancellationToken
        );

    /// <summary>The page on which a customer sees to their subscription.</summary>
    public Task<ProviderAnswer> CreatePortalAsync(string customer, CancellationToken cancellationToken)
    {
        List<(string, string)> form = [("customer", customer), ("return_url", settings.PortalReturnUrl)];
        if (options.Value.StripePortal.Length > 0)
            form.Add(("configuration", options.Value.StripePortal));
        return PostAsync("open the portal", "/v1/billing_portal/sessions", NewKey(), cancellationToken, [.. form]);
    }

    /// <summary>For one wish: it holds over the attempts at it, and the same wish later is another.</summary>
    private string NewKey() => $"heretix-{Guid.CreateVersion7(time.GetUtcNow()):N}";

    private Task<ProviderAnswer> GetAsync(
        string operation,
        string path,
        CancellationToken cancellationToken,
        params (string, string)[] query
    ) => AskAsync(operation, HttpMethod.Get, path, null, query, cancellationToken);

    private Task<ProviderAnswer> PostAsync(
        string operation,
        string path,
        string key,
        CancellationToken cancellationToken,
        params (string, string)[] form
    ) => AskAsync(operation, HttpMethod.Post, path, key, form, cancellationToken);

    private Task<ProviderAnswer> AskAsync(
        string operation,
        HttpMethod method,
        string path,
        string? key,
        IReadOnlyList<(string, string)> form,
        CancellationToken cancellationToken
    )
    {
        var secret =
            settings.StripeKey
            ?? throw new InvalidOperationException("Stripe is asked, but there is no STRIPE_SECRET.");
        return http.AskAsync(
            new ProviderQuestion(
                Source,
                operation,
                () => StripeWire.Request(options.Value.StripeAddress, secret, method, path, form, key),
                MayRepeat: key is not null || method != HttpMethod.Post,
                StripeWire.ReadError
            ),
            cancellationToken
        );
    }
}

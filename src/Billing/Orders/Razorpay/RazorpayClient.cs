using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Billing.Providers;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Orders.Razorpay;

/// <summary>
/// What is asked of Razorpay. Orders know no idempotency key, so an order is looked for by its receipt before it is made again.
/// </summary>
internal sealed class RazorpayClient(ProviderHttp http, ProviderSettings settings, IOptions<ProviderOptions> options)
{
    /// <summary>Orders of a receipt.</summary>
    public Task<ProviderAnswer> OrdersOfAsync(string receipt, CancellationToken cancellationToken) =>
        GetAsync("find an order", $"/v1/orders?receipt={Uri.EscapeDataString(receipt)}", cancellationToken);

    /// <summary>An order whose payments are captured by themselves. Nothing of the buyer is told.</summary>
    public Task<ProviderAnswer> CreateOrderAsync(
        PaymentOrder order,
        string receipt,
        CancellationToken cancellationToken
    ) =>
        PostAsync(
            "create an order",
            "/v1/orders",
            new JsonObject
            {
                ["amount"] = order.Amount,
                ["currency"] = order.Currency,
                ["receipt"] = receipt,
                ["payment_capture"] = true,
                ["notes"] = new JsonObject { ["order_id"] = order.Id.ToString("D") },
            },
            cancellationToken
        );

    public Task<ProviderAnswer> PaymentsOfAsync(string order, CancellationToken cancellationToken) =>
        GetAsync("list payments", $"/v1/orders/{Uri.EscapeDataString(order)}/payments", cancellationToken);

    public Task<ProviderAnswer> PaymentAsync(string payment, CancellationToken cancellationToken) =>
        GetAsync("read a payment", PathOf(payment), cancellationToken);

    /// <summary>Takes the money of an authorized payment; refused when that is done already.</summary>
    public Task<ProviderAnswer> CaptureAsync(
        string payment,
        long amount,
        string currency,
        CancellationToken cancellationToken
    ) =>
        PostAsync(
            "capture a payment",
            PathOf(payment) + "/capture",
            new JsonObject { ["amount"] = amount, ["currency"] = currency },
            cancellationToken
        );

    public Task<ProviderAnswer> RefundsOfAsync(string payment, CancellationToken cancellationToken) =>
        GetAsync("list refunds", PathOf(payment) + "/refunds?count=100", cancellationToken);

    public Task<ProviderAnswer> RefundAsync(
        PaymentOrder order,
        PaymentReversal refund,
        CancellationToken cancellationToken
    ) =>
        PostAsync(
            "refund a payment",
            PathOf(order.ProviderPaymentId!) + "/refund",
            new JsonObject
            {
                ["amount"] = refund.Amount,
                ["receipt"] = refund.Id.ToString("N"),
                ["notes"] = new JsonObject
                {
                    ["order_id"] = order.Id.ToString("D"),
                    ["refund_id"] = refund.Id.ToString("D"),
                },
            },
            cancellationToken,
            ("X-Refund-Idempotency", refund.Id.ToString("N"))
        );

    private static string PathOf(string payment) => $"/v1/payments/{Uri.EscapeDataString(payment)}";

    private Task<ProviderAnswer> GetAsync(string operation, string path, CancellationToken cancellationToken) =>
        AskAsync(operation, HttpMethod.Get, path, null, mayRepeat: true, cancellationToken);

    /// <summary>Without an answer it is not sent again: first it is looked for what it did.</summary>
    private Task<ProviderAnswer> PostAsync(
        string operation,
        string path,
        JsonObject body,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] headers
    ) => AskAsync(operation, HttpMethod.Post, path, body.ToJsonString(), mayRepeat: false, cancellationToken, headers);

    private Task<ProviderAnswer> AskAsync(
        string operation,
        HttpMethod method,
        string path,
        string? body,
        bool mayRepeat,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] headers
    )
    {
        if (!settings.SellsByRazorpay)
            throw new InvalidOperationException("Razorpay is asked, but it is not set up.");
        var key = Convert.ToBase64String(
            Encoding.UTF8.GetBytes($"{settings.RazorpayKeyId}:{settings.RazorpayKeySecret}")
        );
        return http.AskAsync(
            new ProviderQuestion(RazorpayFacts.Provider, operation, Request, mayRepeat, ReadError),
            cancellationToken
        );

        HttpRequestMessage Request()
        {
            var request = new HttpRequestMessage(method, new Uri(options.Value.RazorpayAddress, path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", key);
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            return request;
        }
    }

    /// <summary><c>{"error": {"code", "field"}}</c>.</summary>
    private static (string? Code, string? Parameter) ReadError(JsonElement body)
    {
        var error = JsonMembers.Object(body, "error");
        return (JsonMembers.Text(error, "code"), JsonMembers.Text(error, "field"));
    }
}

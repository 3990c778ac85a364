using System.Text.Json.Serialization;
using Heretix.Billing.Account;
using Heretix.Billing.Checkout;
using Heretix.Billing.Credits;
using Heretix.Billing.Events;
using Heretix.Billing.Ledger;
using Heretix.Billing.Me;
using Heretix.Billing.Orders.Placing;
using Heretix.Billing.Orders.Razorpay;
using Heretix.Billing.Orders.Settling;
using Heretix.Billing.Packages;
using Heretix.Billing.Plans;
using Heretix.Billing.Providers.Stripe;
using Heretix.Billing.Providers.Testing;
using Heretix.Billing.Subscriptions.View;
using Heretix.Platform.Http.Paging;

namespace Heretix.Billing;

[JsonSerializable(typeof(MeResponse))]
[JsonSerializable(typeof(BillingExport))]
[JsonSerializable(typeof(ReversalNote))]
[JsonSerializable(typeof(BalanceAnswer))]
[JsonSerializable(typeof(Page<TransactionItem>))]
[JsonSerializable(typeof(Page<PackageItem>))]
[JsonSerializable(typeof(CheckoutBody))]
[JsonSerializable(typeof(CheckoutAnswer))]
[JsonSerializable(typeof(PortalAnswer))]
[JsonSerializable(typeof(PlansAnswer))]
[JsonSerializable(typeof(SubscriptionAnswer))]
[JsonSerializable(typeof(EventReceipt))]
[JsonSerializable(typeof(DepartedCustomer))]
[JsonSerializable(typeof(TestTicket))]
[JsonSerializable(typeof(OrderBody))]
[JsonSerializable(typeof(OrderAnswer))]
[JsonSerializable(typeof(OrderItem))]
[JsonSerializable(typeof(Page<OrderItem>))]
[JsonSerializable(typeof(RazorpayReceipt))]
[JsonSerializable(typeof(PurchaseNote))]
internal sealed partial class BillingJson : JsonSerializerContext;

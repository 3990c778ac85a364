using System.Text.Json.Serialization;
using Heretix.Billing.Account;
using Heretix.Billing.Credits;
using Heretix.Billing.Ledger;
using Heretix.Billing.Me;
using Heretix.Billing.Packages;
using Heretix.Platform.Http.Paging;

namespace Heretix.Billing;

[JsonSerializable(typeof(MeResponse))]
[JsonSerializable(typeof(BillingExport))]
[JsonSerializable(typeof(ReversalNote))]
[JsonSerializable(typeof(BalanceAnswer))]
[JsonSerializable(typeof(Page<TransactionItem>))]
[JsonSerializable(typeof(Page<PackageItem>))]
internal sealed partial class BillingJson : JsonSerializerContext;

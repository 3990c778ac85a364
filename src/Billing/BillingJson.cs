using System.Text.Json.Serialization;
using Heretix.Billing.Account;
using Heretix.Billing.Me;

namespace Heretix.Billing;

[JsonSerializable(typeof(MeResponse))]
[JsonSerializable(typeof(BillingExport))]
internal sealed partial class BillingJson : JsonSerializerContext;

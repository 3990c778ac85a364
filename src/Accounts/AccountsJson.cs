using System.Text.Json.Serialization;
using Heretix.Accounts.Csrf;
using Heretix.Accounts.Leaving.Export;
using Heretix.Accounts.Leaving.Restoring;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Sessions;
using Heretix.Platform.Http.Paging;

namespace Heretix.Accounts;

/// <summary>What accounts read and write on the wire.</summary>
[JsonSerializable(typeof(LinkRequestBody))]
[JsonSerializable(typeof(CsrfAnswer))]
[JsonSerializable(typeof(Page<SessionView>))]
[JsonSerializable(typeof(RestoreBody))]
[JsonSerializable(typeof(ExportState))]
internal sealed partial class AccountsJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Heretix.Accounts.Csrf;
using Heretix.Accounts.Devices;
using Heretix.Accounts.External.Identities;
using Heretix.Accounts.External.SignIn;
using Heretix.Accounts.Leaving.Export;
using Heretix.Accounts.Leaving.Restoring;
using Heretix.Accounts.MagicLink;
using Heretix.Accounts.Passwords;
using Heretix.Accounts.Refresh;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.SignIn;
using Heretix.Accounts.Totp;
using Heretix.Accounts.Totp.Challenges;
using Heretix.Platform.Http.Paging;

namespace Heretix.Accounts;

/// <summary>What accounts read and write on the wire.</summary>
[JsonSerializable(typeof(LinkRequestBody))]
[JsonSerializable(typeof(CsrfAnswer))]
[JsonSerializable(typeof(RefreshBody))]
[JsonSerializable(typeof(RegisterBody))]
[JsonSerializable(typeof(LoginBody))]
[JsonSerializable(typeof(ForgotPasswordBody))]
[JsonSerializable(typeof(ResetPasswordBody))]
[JsonSerializable(typeof(ChangePasswordBody))]
[JsonSerializable(typeof(SignedInUser))]
[JsonSerializable(typeof(TokensAnswer))]
[JsonSerializable(typeof(Page<SessionView>))]
[JsonSerializable(typeof(Page<DeviceView>))]
[JsonSerializable(typeof(TakenPlace[]))]
[JsonSerializable(typeof(CodeBody))]
[JsonSerializable(typeof(VerifyBody))]
[JsonSerializable(typeof(TotpState))]
[JsonSerializable(typeof(TotpSecretAnswer))]
[JsonSerializable(typeof(RecoveryCodesAnswer))]
[JsonSerializable(typeof(IdTokenBody))]
[JsonSerializable(typeof(NonceAnswer))]
[JsonSerializable(typeof(LinkIdentityBody))]
[JsonSerializable(typeof(IdentityView))]
[JsonSerializable(typeof(Page<IdentityView>))]
[JsonSerializable(typeof(RestoreBody))]
[JsonSerializable(typeof(ExportState))]
internal sealed partial class AccountsJson : JsonSerializerContext;

using System.Diagnostics.Metrics;

namespace Heretix.Accounts.Telemetry;

/// <summary>Counts how people come in, and how API clients stay in.</summary>
internal sealed class SignInMeter
{
    /// <summary>Name of the room's meter.</summary>
    public const string Name = "Heretix.Accounts";

    private readonly Counter<long> started;
    private readonly Counter<long> completed;
    private readonly Counter<long> failed;
    private readonly Counter<long> refused;
    private readonly Counter<long> refreshed;
    private readonly Counter<long> secondFactors;
    private readonly Counter<long> totpChanged;

    public SignInMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        started = meter.CreateCounter<long>("heretix.sign_ins.started", "{sign-in}", "Links that were asked for.");
        completed = meter.CreateCounter<long>(
            "heretix.sign_ins.completed",
            "{sign-in}",
            "Sign-ins that opened a session."
        );
        failed = meter.CreateCounter<long>("heretix.sign_ins.failed", "{sign-in}", "Sign-ins refused, by reason.");
        refused = meter.CreateCounter<long>(
            "heretix.csrf.refused",
            "{request}",
            "Requests refused as forged, by reason."
        );
        refreshed = meter.CreateCounter<long>(
            "heretix.tokens.refreshed",
            "{refresh}",
            "Refresh tokens that were shown, by outcome."
        );
        secondFactors = meter.CreateCounter<long>(
            "heretix.second_factors",
            "{challenge}",
            "Second factors that were asked for and shown, by outcome."
        );
        totpChanged = meter.CreateCounter<long>(
            "heretix.totp.changed",
            "{change}",
            "Second factors that were enabled, disabled or given new recovery codes."
        );
    }

    /// <param name="method">One of <see cref="SignInMethod"/>.</param>
    public void Started(string method) => started.Add(1, new KeyValuePair<string, object?>("method", method));

    /// <param name="method">One of <see cref="SignInMethod"/>.</param>
    /// <param name="newUser">The sign-in made the account.</param>
    public void Completed(string method, bool newUser) =>
        completed.Add(
            1,
            new KeyValuePair<string, object?>("method", method),
            new KeyValuePair<string, object?>("new_user", newUser)
        );

    /// <param name="method">One of <see cref="SignInMethod"/>.</param>
    /// <param name="reason">One of <see cref="SignInFailure"/>.</param>
    public void Failed(string method, string reason) =>
        failed.Add(
            1,
            new KeyValuePair<string, object?>("method", method),
            new KeyValuePair<string, object?>("reason", reason)
        );

    /// <param name="reason">The code of the error.</param>
    public void Refused(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <param name="outcome">
    /// <c>refreshed</c>, <c>repeated</c> after a lost answer, <c>reused</c> by who should not have had it, <c>invalid</c>, <c>too_many</c>.
    /// </param>
    public void Refreshed(string outcome) => refreshed.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="outcome">One of <see cref="SecondFactorOutcome"/>.</param>
    public void SecondFactor(string outcome) =>
        secondFactors.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="change"><c>enabled</c>, <c>disabled</c> or <c>renewed</c>.</param>
    public void TotpChanged(string change) => totpChanged.Add(1, new KeyValuePair<string, object?>("change", change));
}

/// <summary>What comes of asking for a second factor.</summary>
internal static class SecondFactorOutcome
{
    public const string Asked = "asked";
    public const string Code = "code";
    public const string RecoveryCode = "recovery_code";
    public const string Wrong = "wrong";
    public const string Limited = "limited";
}

/// <summary>The ways to sign in.</summary>
internal static class SignInMethod
{
    public const string Link = "link";
    public const string Password = "password";
    public const string Google = "google";
    public const string Apple = "apple";

    /// <summary>Every other issuer.</summary>
    public const string Oidc = "oidc";
}

/// <summary>Why a sign-in failed; also the codes on the wire, but for those of mail.</summary>
internal static class SignInFailure
{
    public const string InvalidToken = "invalid_token";
    public const string TokenUsed = "token_used";
    public const string TokenExpired = "token_expired";
    public const string AccountClosed = "account_closed";

    /// <summary>No such account, no password, or another one: who asks does not learn which.</summary>
    public const string InvalidCredentials = "invalid_credentials";

    /// <summary>Tokens are given only to the client that asked for the link.</summary>
    public const string LinkNotBound = "link_not_bound";

    /// <summary>The token is of another issuer than the one that was asked to sign in.</summary>
    public const string InvalidTokenIssuer = "invalid_token_issuer";

    /// <summary>The nonce of a token is not one of ours, or not of this client.</summary>
    public const string InvalidNonce = "invalid_nonce";

    /// <summary>The issuer has not verified the address, so it leads to no account.</summary>
    public const string EmailNotVerified = "email_not_verified";

    /// <summary>The identity belongs to no account, and has no address to make one by.</summary>
    public const string NotLinked = "oauth_account_not_linked";

    /// <summary>The issuer's keys cannot be had.</summary>
    public const string IssuerUnavailable = "issuer_unavailable";

    /// <summary>The mail could not be handed over before the link expired.</summary>
    public const string MailTooLate = "mail_too_late";

    /// <summary>The provider does not take mail to this address.</summary>
    public const string MailRefused = "mail_refused";
}

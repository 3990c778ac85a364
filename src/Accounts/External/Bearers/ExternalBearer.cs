using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.SignIn;
using Heretix.Accounts.External.Tokens;
using Heretix.Accounts.Leaving.Departing;
using Heretix.Accounts.Telemetry;
using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Accounts.External.Bearers;

/// <summary>What a token of an issuer is worth that came with a request.</summary>
internal abstract record BearerOutcome
{
    /// <summary>The request is this user's.</summary>
    public sealed record Acts(BearerUser User) : BearerOutcome;

    /// <summary>The token is not valid, or its identity was unlinked.</summary>
    public sealed record Invalid : BearerOutcome;

    /// <summary>It is refused with an answer of its own: the account is closed, or the issuer does not answer.</summary>
    public sealed record Refused(IResult Answer) : BearerOutcome;
}

/// <summary>
/// Tokens of issuers like Clerk, whose sessions are theirs and not ours: each request is checked against the issuer's keys and
/// then against the account.
/// </summary>
internal sealed class ExternalBearer(
    IssuerList issuers,
    TokenValidation tokens,
    BearerUsers users,
    Departures departures,
    IDbContextFactory<HeretixDb> databases,
    ExternalAnswers answers,
    SignInMeter meter
)
{
    /// <summary>Whose a token is.</summary>
    public async Task<BearerOutcome> CheckAsync(HttpContext context, string text, CancellationToken cancellationToken)
    {
        if (CompactToken.TryRead(text) is not { } token || issuers.OfBearer(token.Claims.Issuer) is not { } issuer)
            return new BearerOutcome.Invalid();
        switch (await tokens.ValidateAsync(issuer, token, TokenUse.Bearer, cancellationToken))
        {
            case TokenOutcome.Valid:
                return await FindAsync(issuer, token.Claims, cancellationToken);
            case TokenOutcome.Unavailable { RetryAfter: var wait }:
                return new BearerOutcome.Refused(answers.Unavailable(context, issuer, wait));
            case TokenOutcome.Refused { Fault: var fault }:
                answers.TokenRefused(issuer, fault);
                return new BearerOutcome.Invalid();
            case var other:
                throw new InvalidOperationException($"no answer for {other}");
        }
    }

    private async Task<BearerOutcome> FindAsync(Issuer issuer, TokenClaims claims, CancellationToken cancellationToken)
    {
        var (user, isNew) = await users.FindOrCreateAsync(issuer, claims, cancellationToken);
        if (user is null)
            return new BearerOutcome.Invalid();
        if (isNew)
            meter.Completed(ExternalAnswers.MethodOf(issuer), newUser: true);
        if (user.Status == User.Active)
            return new BearerOutcome.Acts(user);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var until = await departures.RestorableUntilAsync(db, user.Id, cancellationToken);
        return new BearerOutcome.Refused(answers.Closed(issuer, until, byMail: false));
    }
}

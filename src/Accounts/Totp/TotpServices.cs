using Heretix.Accounts.Notices;
using Heretix.Accounts.Sessions;
using Heretix.Accounts.Totp.Challenges;
using Heretix.Platform.Encryption;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts.Totp;

/// <summary>What the second factor registers.</summary>
internal static class TotpServices
{
    public static void AddTotp(this IServiceCollection services)
    {
        services.AddSingleton<SecondFactors>();
        services.AddSingleton<TotpEnrolment>();
        services.AddSingleton<TotpAnswers>();
        services.AddSingleton<RecentSignIn>();
        services.AddSingleton<SessionRenewal>();
        services.AddSingleton(provider => new TotpReset(
            provider.GetRequiredService<SecurityNotices>(),
            provider.GetRequiredService<ILogger<TotpReset>>()
        ));
        services.AddEncryptedColumn<TotpFactor>(factor => factor.Secret, TotpFactor.Purpose);

        services.AddSingleton<SignInChallenges>();
        services.AddSingleton<ChallengeVerification>();
        services.AddSingleton<ChallengePage>();

        services.AddSingleton<SecurityNotices>();
        services.AddJob<SecurityNoticeJob, SecurityNotice>(SecurityNoticeJob.Kind, SecurityNoticeJob.Retry);
    }

    public static void BuildTotp(this ModelBuilder model)
    {
        model.ApplyConfiguration(new TotpFactorMapping());
        model.ApplyConfiguration(new RecoveryCodeMapping());
        model.ApplyConfiguration(new SignInChallengeMapping());
    }
}

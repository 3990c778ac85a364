using System.Globalization;
using Heretix.Platform.Http;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Ledger;

/// <summary>Answers 402 <c>not_enough_coins</c>, and says what is missing and where more is to be had.</summary>
public sealed class CoinProblem(ServerSettings settings, IOptions<BillingOptions> options)
{
    /// <summary>The answer.</summary>
    /// <param name="refused">What was decided.</param>
    /// <param name="plan">The user's plan.</param>
    public ProblemHttpResult From(TransferOutcome.NotEnoughCoins refused, string plan)
    {
        ArgumentNullException.ThrowIfNull(refused);
        var (required, available) = (refused.Required.Value, refused.Available.Value);
        return Problem.Of(
            402,
            "not_enough_coins",
            string.Create(
                CultureInfo.InvariantCulture,
                $"This costs {refused.Required}, and the balance is {available:N0}. Buy coins to go on."
            ),
            ("required", required),
            ("available", available),
            ("deficit", required - available),
            ("plan", plan),
            ("credits_url", settings.Page(options.Value.CreditsPath))
        );
    }
}

using System.ComponentModel.DataAnnotations;
using Heretix.Billing.Plans;

namespace Heretix.Billing;

/// <summary>Options of billing, under <c>Heretix:Billing</c>.</summary>
public sealed class BillingOptions
{
    internal const string Section = "Heretix:Billing";

    /// <summary>What each plan allows: <c>Heretix:Billing:Plans:starter:Checks</c> and so on.</summary>
    public PlansOptions Plans { get; init; } = new();

    /// <summary>How long a reserved use is kept for a run that says nothing. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan ReservationExpiry { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a subscription opens its plan after the end of the period that was last paid, while its renewal is
    /// awaited. Default 3 days, at most 31.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "31.00:00:00")]
    public TimeSpan RenewalGrace { get; set; } = TimeSpan.FromDays(3);

    /// <summary>
    /// How long it is kept which single uses were counted; the counts of the periods stay. Default 400 days, at least 62,
    /// so that the period that runs can be added up again.
    /// </summary>
    [Range(typeof(TimeSpan), "62.00:00:00", "3650.00:00:00")]
    public TimeSpan SettledRetention { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Where in the web application people sign in, after <c>APP_URL</c>. Default <c>/signin</c>.</summary>
    [RegularExpression("^/[^/].*$", ErrorMessage = "SignInPath must be a path that begins with one slash.")]
    public string SignInPath { get; set; } = "/signin";

    /// <summary>Where in the web application people choose a plan, after <c>APP_URL</c>. Default <c>/billing</c>.</summary>
    [RegularExpression("^/[^/].*$", ErrorMessage = "UpgradePath must be a path that begins with one slash.")]
    public string UpgradePath { get; set; } = "/billing";

    /// <summary>Where in the web application people buy coins, after <c>APP_URL</c>. Default <c>/credits</c>.</summary>
    [RegularExpression("^/[^/].*$", ErrorMessage = "CreditsPath must be a path that begins with one slash.")]
    public string CreditsPath { get; set; } = "/credits";

    /// <summary>Coins that a new user gets, once. Default 50; 0 for none.</summary>
    [Range(0, 1_000_000)]
    public int SignUpBonus { get; set; } = 50;
}

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Heretix.Billing.Providers;

/// <summary>How often providers were asked, with what result and how long it took.</summary>
internal sealed class ProviderMetrics
{
    private readonly Histogram<double> calls;

    public ProviderMetrics(IMeterFactory meters) =>
        calls = meters
            .Create("Heretix.Billing")
            .CreateHistogram<double>(
                "heretix.provider.calls",
                unit: "s",
                description: "Questions to payment providers with all their attempts, by provider, operation and outcome."
            );

    public void Asked(string provider, string operation, ProviderAnswer answer, TimeSpan took) =>
        calls.Record(
            took.TotalSeconds,
            new TagList
            {
                { "provider", provider },
                { "operation", operation },
                {
                    "outcome",
                    answer switch
                    {
                        ProviderAnswer.Ok => "ok",
                        ProviderAnswer.Missing => "missing",
                        ProviderAnswer.Refused => "refused",
                        _ => "unavailable",
                    }
                },
            }
        );
}

using Heretix.Billing.Plans;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Heretix.Billing;

/// <summary>What annotations cannot say about the options: known names, and plans that grow with their price.</summary>
internal sealed class BillingOptionsValidation(IConfiguration configuration) : IValidateOptions<BillingOptions>
{
    internal const string Plans = BillingOptions.Section + ":Plans";

    public ValidateOptionsResult Validate(string? name, BillingOptions options)
    {
        var problems = new List<string>();
        foreach (var section in configuration.GetSection(Plans).GetChildren())
            problems.AddRange(UnknownNames(section));

        var ordered = options.Plans.InOrder;
        foreach (var (plan, values) in ordered)
        {
            if (values.Devices is < 0 or > 1000)
                problems.Add($"{Plans}:{plan}:Devices is {values.Devices}; it must be from 0 to 1000.");
        }
        foreach (var (lower, higher) in ordered.Zip(ordered.Skip(1)))
        {
            CompareAllowances(lower, higher, "Checks", values => values.Checks);
            CompareAllowances(lower, higher, "SolveSessions", values => values.SolveSessions);
        }
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;

        // An upgrade keeps what was used, so it must never find a smaller allowance. Trial is for life, the paid plans
        // are monthly: only the paid ones can be compared.
        void CompareAllowances(
            (string Plan, PlanOptions Values) lower,
            (string Plan, PlanOptions Values) higher,
            string option,
            Func<PlanOptions, Allowance> of
        )
        {
            if (lower.Plan is PlanNames.Anonymous or PlanNames.Trial || of(lower.Values) <= of(higher.Values))
                return;
            problems.Add(
                $"{Plans}:{higher.Plan}:{option} is {of(higher.Values)}, less than the {of(lower.Values)} of "
                    + $"{lower.Plan}; a higher plan must allow at least as much."
            );
        }
    }

    private static IEnumerable<string> UnknownNames(IConfigurationSection plan)
    {
        if (!PlanNames.All.Contains(plan.Key, StringComparer.OrdinalIgnoreCase))
            return [$"{plan.Path} is not a plan; the plans are {string.Join(", ", PlanNames.All)}."];
        string[] known = [nameof(PlanOptions.Checks), nameof(PlanOptions.SolveSessions), nameof(PlanOptions.Devices)];
        return plan.GetChildren()
            .Where(option => !known.Contains(option.Key, StringComparer.OrdinalIgnoreCase))
            .Select(option => $"{option.Path} is not an option of a plan; the options are {string.Join(", ", known)}.");
    }
}

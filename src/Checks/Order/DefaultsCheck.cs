using Heretix.Billing;
using Heretix.Models;
using Heretix.Platform.Settings;
using Heretix.Rpl.Prompts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Heretix.Checks.Order;

/// <summary>
/// What requests that name nothing would get, looked at before anything starts: a name that is misspelt is the operator's
/// to mend and should not wait for the first request. Models and prompts are asked for only when the options can be read,
/// because they are made from them.
/// </summary>
internal sealed class DefaultsCheck(
    IOptions<ChecksOptions> options,
    IOptions<BillingOptions> billing,
    IServiceProvider services
) : ISettingsCheck
{
    /// <inheritdoc />
    public bool OnlyToServe => true;

    public IEnumerable<string> Problems(ServerSettings settings)
    {
        ChecksOptions chosen;
        TimeSpan expiry;
        try
        {
            (chosen, expiry) = (options.Value, billing.Value.ReservationExpiry);
        }
        catch (Exception unreadable) when (unreadable is OptionsValidationException or InvalidOperationException)
        {
            return []; // named elsewhere
        }
        return [.. Together(chosen, expiry, settings), .. Banks(chosen), .. Model(chosen)];
    }

    private static IEnumerable<string> Together(ChecksOptions chosen, TimeSpan expiry, ServerSettings settings)
    {
        if (settings.IsProduction && chosen.AllowMock == true)
            yield return "Heretix:Checks:AllowMock: production does not answer with the mock model; leave it out.";
        if (chosen.K * chosen.R > Bounds.Samples)
            yield return $"Heretix:Checks:K, R: K x R is {chosen.K * chosen.R}; at most {Bounds.Samples} samples are taken.";
        if (chosen.RenewInterval * 2 >= expiry)
            yield return "Heretix:Billing:ReservationExpiry must be more than twice Heretix:Checks:RenewInterval, or running "
                + "checks lose their places.";
    }

    private IEnumerable<string> Banks(ChecksOptions chosen)
    {
        var prompts = services.GetRequiredService<PromptLibrary>();
        foreach (var name in prompts.Names.Append(chosen.PromptVersion).Distinct(StringComparer.Ordinal))
        {
            if (Problem(name) is { } problem)
                yield return problem;
        }

        string? Problem(string name)
        {
            try
            {
                prompts.Get(name);
                return null;
            }
            catch (UnknownPromptException unknown)
            {
                return $"RPL_PROMPT_VERSION: {unknown.Message}";
            }
            catch (Exception broken)
                when (broken is InvalidPromptBankException or IOException or UnauthorizedAccessException)
            {
                return $"RPL_PROMPTS_DIR: {broken.Message}";
            }
        }
    }

    private IEnumerable<string> Model(ChecksOptions chosen)
    {
        try
        {
            if (
                services.GetRequiredService<ModelSelection>().Default(mock: false) is var model
                && !ModelSelection.IsOffered(model)
            )
                return [$"RPL_MODEL: {chosen.Model} is not in the catalogue of {model.Provider}."];
            return [];
        }
        catch (UnknownModelException unknown)
        {
            return [$"RPL_MODEL: {unknown.Message}"];
        }
        catch (ModelConfigurationException broken)
        {
            return [broken.Message];
        }
    }
}

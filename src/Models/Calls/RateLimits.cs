using System.Globalization;

namespace Heretix.Models;

/// <summary>How fast one model of one provider may be called.</summary>
/// <param name="RequestsPerMinute">Requests a minute, or null for no limit.</param>
/// <param name="Burst">Requests that may start at once after a pause.</param>
/// <param name="TokensPerMinute">Tokens a minute, both ways together, or null for no limit.</param>
internal sealed record RateLimits(double? RequestsPerMinute, double Burst, double? TokensPerMinute)
{
    public bool Any => RequestsPerMinute is not null || TokensPerMinute is not null;

    /// <summary>
    /// The user's file for the model, then its defaults for the provider, then the environment
    /// (<c>HERETIX_OPENAI_RPS</c> with <c>_BURST</c>, <c>HERETIX_OPENAI_TPM</c>), then the capability file.
    /// </summary>
    public static RateLimits For(ModelCatalogOptions options, ProviderCapabilities card, string apiModel)
    {
        double? rpm = null,
            burst = null,
            tpm = null;
        void Take(Row row)
        {
            if (rpm is null && row.RequestsPerMinute is not null)
                (rpm, burst) = (row.RequestsPerMinute, row.Burst);
            tpm ??= row.TokensPerMinute;
        }

        if ((options.LimitsPath ?? options.Variable("HERETIX_PROVIDER_CONFIG")) is { } path)
        {
            var file = YamlSection.Read(path);
            file.AllowOnly([.. Providers.All]);
            if (file.Section(card.Provider) is { } section)
            {
                section.AllowOnly("models", "defaults");
                if (section.Section("models")?.Section(apiModel) is { } own)
                    Take(Parse(own));
                if (section.Section("defaults") is { } defaults)
                    Take(Parse(defaults));
            }
        }
        Take(FromEnvironment(options, card.Provider));
        Take(new Row(card.RequestsPerMinute, null, card.TokensPerMinute));
        return new RateLimits(rpm, burst ?? Math.Max(1, Math.Ceiling((rpm ?? 0) / 60)), tpm);
    }

    private static Row Parse(YamlSection section)
    {
        section.AllowOnly("rps", "requests_per_minute", "burst", "tokens_per_minute");
        var rps = section.Number("rps", 0.001);
        if (rps is not null && section.Text("requests_per_minute") is not null)
            throw section.Error("rps", "give either rps or requests_per_minute, not both.");
        return new Row(
            rps * 60 ?? section.Number("requests_per_minute", 0.001),
            section.Number("burst", 1),
            section.Number("tokens_per_minute", 1)
        );
    }

    private static Row FromEnvironment(ModelCatalogOptions options, string provider)
    {
        var name = $"HERETIX_{(provider == Providers.Google ? "GEMINI" : provider.ToUpperInvariant())}";
        var rps = Number(options, $"{name}_RPS");
        return new Row(rps * 60, Number(options, $"{name}_BURST"), Number(options, $"{name}_TPM"));
    }

    private static double? Number(ModelCatalogOptions options, string variable) =>
        options.Variable(variable) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
        && x > 0
        && double.IsFinite(x)
            ? x
        : throw new ModelConfigurationException(variable, 0, $"'{text}' is not a number above zero.");

    private readonly record struct Row(double? RequestsPerMinute, double? Burst, double? TokensPerMinute);
}

using System.Globalization;

namespace Heretix.Models;

/// <summary>The shipped price table, with a user's own lines on top.</summary>
internal sealed class PriceTable
{
    private const string PriceIn = "HERETIX_PRICE_IN";
    private const string PriceOut = "HERETIX_PRICE_OUT";

    private readonly List<YamlSection> files;
    private readonly TokenPrice? otherwise;

    private PriceTable(List<YamlSection> files, TokenPrice? otherwise)
    {
        this.files = files;
        this.otherwise = otherwise;
    }

    public static PriceTable Load(ModelCatalogOptions options)
    {
        var files = new List<YamlSection>(2);
        if ((options.PricesPath ?? options.Variable("HERETIX_PRICES")) is { } own)
            files.Add(Checked(own));
        files.Add(Checked(Path.Combine(CapabilityFile.ShippedFolder, "prices.yaml")));
        return new PriceTable(files, FromEnvironment(options));
    }

    /// <summary>
    /// The price of a model. A dated name (<c>gpt-4.1-2025-04-14</c>) costs what its undated name costs.
    /// </summary>
    public TokenPrice? Find(string provider, string apiModel)
    {
        foreach (var file in files)
        {
            if (file.Section(provider) is not { } models)
                continue;
            var name = models
                .Keys.Where(k => apiModel.Equals(k, StringComparison.OrdinalIgnoreCase) || IsDated(apiModel, k))
                .MaxBy(k => k.Length);
            if (name is not null)
                return Price(models, name);
        }
        return provider == Providers.Compatible ? null : otherwise;
    }

    private static bool IsDated(string apiModel, string name) =>
        apiModel.Length > name.Length + 4
        && apiModel.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        && apiModel.AsSpan(name.Length) is ['-', '2', '0', >= '0' and <= '9', ..];

    private static YamlSection Checked(string path)
    {
        var file = YamlSection.Read(path);
        file.AllowOnly(["checked", .. Providers.All]);
        return file;
    }

    private static TokenPrice Price(YamlSection models, string model)
    {
        var parts = models.Texts(model);
        return parts.Count == 2 && Amount(parts[0]) is { } input && Amount(parts[1]) is { } output
            ? new TokenPrice(input, output)
            : throw models.Error(model, $"the price of '{model}' must be [input, output] in USD per million tokens.");
    }

    private static decimal? Amount(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) ? usd : null;

    private static TokenPrice? FromEnvironment(ModelCatalogOptions options)
    {
        if (options.Variable(PriceIn) is not { } input || options.Variable(PriceOut) is not { } output)
            return null;
        return Amount(input) is { } usdIn && Amount(output) is { } usdOut
            ? new TokenPrice(usdIn * 1000, usdOut * 1000)
            : throw new ModelConfigurationException(
                $"{PriceIn}, {PriceOut}",
                0,
                "must be USD per thousand tokens, for example 0.00125 and 0.01."
            );
    }
}

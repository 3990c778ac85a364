namespace Heretix.Models;

/// <summary>Finds, reads and checks the capability file of one provider, and only that one.</summary>
internal static class CapabilityFile
{
    public static string ShippedFolder => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The user's file for this provider if there is one, otherwise the shipped one.</summary>
    public static ProviderCapabilities Load(string provider, string? overridePath)
    {
        if (overridePath is not null)
        {
            if (Directory.Exists(overridePath))
            {
                var inFolder = Path.Combine(overridePath, $"{provider}.yaml");
                if (File.Exists(inFolder))
                    return Read(inFolder, provider);
            }
            else if (!File.Exists(overridePath))
            {
                throw new ModelConfigurationException(
                    overridePath,
                    0,
                    "HERETIX_PROVIDER_CAPABILITIES_PATH names neither a file nor a folder."
                );
            }
            else
            {
                var section = YamlSection.Read(overridePath);
                if (section.Required("provider") == provider)
                    return Parse(section, provider);
            }
        }
        return Read(Path.Combine(ShippedFolder, $"{provider}.yaml"), provider);
    }

    private static ProviderCapabilities Read(string path, string provider) => Parse(YamlSection.Read(path), provider);

    private static ProviderCapabilities Parse(YamlSection file, string provider)
    {
        file.AllowOnly(
            "provider",
            "default_model",
            "base_url",
            "base_url_variables",
            "key_variables",
            "key_required",
            "structured_output",
            "supports_seed",
            "max_output_tokens",
            "default_temperature",
            "reasoning_models",
            "reasoning_effort",
            "requests_per_minute",
            "tokens_per_minute",
            "api_model_map"
        );
        if (file.Required("provider") is var named && named != provider)
            throw file.Error("provider", $"'provider' is '{named}' but this file is read for {provider}.");

        var models = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (file.Section("api_model_map") is { } map)
            foreach (var alias in map.Keys)
                if (!models.TryAdd(alias, map.Required(alias)))
                    throw map.Error(alias, $"'{alias}' stands twice in api_model_map (names compare without case).");

        var defaultModel = file.Text("default_model");
        if (defaultModel is null && provider != Providers.Compatible)
            throw file.Error(null, "'default_model' is missing.");
        if (defaultModel is not null && !models.ContainsKey(defaultModel))
            throw file.Error("default_model", $"'{defaultModel}' is not a key of api_model_map.");

        var keys = file.Texts("key_variables");
        if (keys.Count == 0)
            throw file.Error("key_variables", "'key_variables' must name at least one environment variable.");

        return new ProviderCapabilities(
            provider,
            defaultModel,
            models,
            file.Text("base_url") is { } url ? Address(file, url) : null,
            file.Texts("base_url_variables"),
            keys,
            file.Flag("key_required") ?? true,
            Mode(file),
            file.Flag("supports_seed") ?? false,
            file.Count("max_output_tokens") ?? throw file.Error(null, "'max_output_tokens' is missing."),
            file.Number("default_temperature", 0),
            file.Texts("reasoning_models"),
            file.Text("reasoning_effort"),
            file.Count("requests_per_minute"),
            file.Count("tokens_per_minute")
        );
    }

    private static Uri Address(YamlSection file, string url) =>
        Addresses.TryParse(url, out var address)
            ? address
            : throw file.Error("base_url", $"'{url}' is not an http or https address.");

    private static StructuredOutput Mode(YamlSection file) =>
        file.Required("structured_output") switch
        {
            "json_schema" => StructuredOutput.JsonSchema,
            "json_object" => StructuredOutput.JsonObject,
            "none" => StructuredOutput.None,
            var other => throw file.Error(
                "structured_output",
                $"'{other}' is not a mode; choose json_schema, json_object or none."
            ),
        };
}

using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Limits;

/// <summary>
/// The limits that hold: what the rooms registered, with the numbers of <c>Heretix:Limits:(policy):Permits</c> and
/// <c>Heretix:Limits:(policy):Window</c> where they are given. <c>Heretix:Limits:Exempt</c> lists networks without limits,
/// in CIDR notation, separated by commas; none by default.
/// </summary>
internal sealed class LimitOptions
{
    public const string Section = "Heretix:Limits";
    private const string ExemptName = "Exempt";
    private const int MostPermits = 1_000_000;
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(31);

    public Dictionary<string, LimitPolicy> Policies { get; } = new(StringComparer.Ordinal);

    public List<IPNetwork> Exempt { get; } = [];

    /// <summary>What could not be read or is out of range.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Reads the configuration over the registered policies.</summary>
    public void Read(IEnumerable<LimitPolicy> registered, IConfiguration configuration)
    {
        foreach (var policy in registered)
        {
            if (!Policies.TryAdd(policy.Name, policy))
                Problems.Add($"the limit {policy.Name} is registered twice");
        }
        foreach (var child in configuration.GetSection(Section).GetChildren())
        {
            if (string.Equals(child.Key, ExemptName, StringComparison.OrdinalIgnoreCase))
                ReadExempt(child);
            else if (Find(child.Key) is { } policy)
                Policies[policy.Name] = Read(policy, child);
            else
                Problems.Add(
                    $"{child.Path} names no limit; there are {string.Join(", ", Policies.Keys)}, and {ExemptName}"
                );
        }
        foreach (var policy in Policies.Values)
            Check(policy);
    }

    private LimitPolicy? Find(string name) =>
        Policies.Values.FirstOrDefault(policy => string.Equals(policy.Name, name, StringComparison.OrdinalIgnoreCase));

    private LimitPolicy Read(LimitPolicy policy, IConfigurationSection section)
    {
        foreach (var child in section.GetChildren())
        {
            switch (child.Key.ToLowerInvariant())
            {
                case "permits"
                    when int.TryParse(child.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var permits):
                    policy = policy with { Permits = permits };
                    break;
                // A number alone would be read as days.
                case "window"
                    when child.Value?.Contains(':', StringComparison.Ordinal) == true
                        && TimeSpan.TryParse(child.Value, CultureInfo.InvariantCulture, out var window):
                    policy = policy with { Window = window };
                    break;
                default:
                    Problems.Add(
                        $"{child.Path} is {child.Value}; a limit has Permits, a number, and Window, a time like 00:01:00 or 1.00:00:00"
                    );
                    break;
            }
        }
        return policy;
    }

    private void ReadExempt(IConfigurationSection section)
    {
        var listed = section.GetChildren().Select(child => child.Value).Append(section.Value);
        foreach (var text in listed.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            if (text.Length == 0)
                continue;
            if (IPNetwork.TryParse(text, out var network))
                Exempt.Add(network);
            else if (IPAddress.TryParse(text, out var address))
                Exempt.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                Problems.Add($"{section.Path} has {text}; write networks like 10.0.0.0/8 or 2001:db8::/32");
        }
    }

    private void Check(LimitPolicy policy)
    {
        var path = $"{Section}:{policy.Name}";
        if (policy.Permits is < 1 or > MostPermits)
            Problems.Add($"{path}:Permits is {policy.Permits}; it must be from 1 to {MostPermits}");
        if (policy.Window < ShortestWindow || policy.Window > LongestWindow)
            Problems.Add($"{path}:Window is {policy.Window}; it must be from {ShortestWindow} to {LongestWindow}");
    }
}

internal sealed class LimitValidation : IValidateOptions<LimitOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitOptions options) =>
        options.Problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Problems);
}

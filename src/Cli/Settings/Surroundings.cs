using System.Globalization;

namespace Heretix.Cli.Settings;

/// <summary>What surrounds a call of <c>hx</c>: environment variables, streams, the clock.</summary>
internal sealed class Surroundings(
    Func<string, string?> variable,
    TextWriter standardOutput,
    TextWriter standardError,
    TextReader standardInput,
    bool errorIsTerminal,
    TimeProvider time
)
{
    public TextWriter Out { get; } = standardOutput;

    public TextWriter Error { get; } = standardError;

    public TextReader In { get; } = standardInput;

    /// <summary>Standard error is a terminal, so progress may be drawn there.</summary>
    public bool ErrorIsTerminal { get; } = errorIsTerminal;

    /// <summary>Standard input is a terminal, so a question can be asked.</summary>
    public bool InputIsTerminal { get; init; }

    public TimeProvider Time { get; } = time;

    /// <summary>Asks somebody at the terminal for a yes; anything else is a no.</summary>
    public async Task<bool> AgreesAsync(string question)
    {
        await Error.WriteAsync(question + " [y/N] ");
        await Error.FlushAsync();
        return (await In.ReadLineAsync())?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <summary>A variable that is set and not blank.</summary>
    public string? Text(string name) =>
        variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    public int? Integer(string name) =>
        Parse<int?>(
            name,
            "a whole number",
            text =>
                int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : null
        );

    public ulong? Unsigned(string name) =>
        Parse<ulong?>(
            name,
            "a whole number from 0 to 18446744073709551615",
            text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null
        );

    public decimal? Amount(string name) =>
        Parse<decimal?>(
            name,
            "an amount like 2.50",
            text =>
                decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : null
        );

    /// <summary>1, true, yes and on mean true; 0, false, no and off mean false.</summary>
    public bool? Flag(string name) =>
        Parse<bool?>(
            name,
            "1 or 0",
            text =>
                text.ToLowerInvariant() switch
                {
                    "1" or "true" or "yes" or "on" => true,
                    "0" or "false" or "no" or "off" => false,
                    _ => null,
                }
        );

    private T? Parse<T>(string name, string expected, Func<string, T?> parse) =>
        Text(name) is not { } text ? default
        : parse(text) is { } value ? value
        : throw new UserErrorException($"the environment variable {name} takes {expected}, not '{text}'");
}

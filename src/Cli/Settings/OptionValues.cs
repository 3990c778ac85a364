using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Heretix.Cli.Settings;

/// <summary>Options whose values are checked while the command line is read, with messages that say what they take.</summary>
internal static class OptionValues
{
    /// <summary>A whole number from <paramref name="least"/> upwards.</summary>
    public static Option<int?> Whole(string name, string description, int least) =>
        Create<int?>(
            name,
            description,
            "N",
            $"a whole number from {least} to {int.MaxValue}",
            text =>
                int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                && value >= least
                    ? value
                    : null
        );

    /// <summary>A bootstrap seed: 64 unsigned bits.</summary>
    public static Option<ulong?> Seed(string name, string description) =>
        Create<ulong?>(
            name,
            description,
            "N",
            $"a whole number from 0 to {ulong.MaxValue}",
            text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null
        );

    /// <summary>A finite number that is not negative.</summary>
    public static Option<double?> NotNegative(string name, string description, string helpName) =>
        Create<double?>(
            name,
            description,
            helpName,
            "a number that is not negative",
            text => Number(text) is { } value and >= 0 ? value : null
        );

    /// <summary>A finite number.</summary>
    public static Option<double?> Finite(string name, string description, string helpName) =>
        Create<double?>(name, description, helpName, "a number", Number);

    /// <summary>One of a few words, in either case.</summary>
    public static Option<string?> Word(string name, string description, string helpName, params string[] choices) =>
        Create<string?>(
            name,
            description,
            helpName,
            choices.Length == 2
                ? $"{choices[0]} or {choices[1]}"
                : string.Join(", ", choices[..^1]) + " or " + choices[^1],
            text => Array.Find(choices, choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase))
        );

    /// <summary>
    /// An argument would swallow a mistyped option, since it takes any text: refuses one word that begins with a dash.
    /// </summary>
    public static void RefuseUnknownOptions(Argument argument, Command verb) =>
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (token.Value is ['-', _, ..] && !token.Value.Any(char.IsWhiteSpace))
                    result.AddError(
                        $"unknown option '{token.Value}'{Suggestion.For(token.Value, [.. verb.Options.Select(option => option.Name)])}"
                    );
            }
        });

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : null;

    private static Option<T?> Create<T>(
        string name,
        string description,
        string helpName,
        string takes,
        Func<string, T?> read
    )
    {
        return new Option<T?>(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = Parse,
        };

        T? Parse(ArgumentResult argument)
        {
            var text = argument.Tokens[^1].Value;
            var value = read(text);
            if (value is null)
                argument.AddError($"{name} takes {takes}, not '{text}'");
            return value;
        }
    }
}

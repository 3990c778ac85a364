using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Heretix.Lake.DuckDb;

/// <summary>Values as text and as JSON. Numbers keep every digit; times are UTC with Z; bytes are hexadecimal.</summary>
internal static class CellText
{
    private const string MomentFormat = "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ";

    /// <summary>Letters stay letters: the output goes to files and terminals, not into a page.</summary>
    internal static JsonWriterOptions JsonOptions { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A value in one piece; NULL is empty.</summary>
    internal static string Of(object? value) =>
        value switch
        {
            null => "",
            string text => text,
            bool truth => truth ? "true" : "false",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            float number => number.ToString("R", CultureInfo.InvariantCulture),
            DateTime moment => moment.ToString(MomentFormat, CultureInfo.InvariantCulture),
            DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            TimeOnly time => time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
            byte[] bytes => Convert.ToHexStringLower(bytes),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => throw new ArgumentException($"A value of type {value.GetType()} does not come out of DuckDB."),
        };

    /// <summary>A value as JSON: what is no number in JSON (NaN, the infinities) is null.</summary>
    internal static void WriteJson(Utf8JsonWriter json, object? value, ValueKind kind)
    {
        switch (value)
        {
            case null:
            case double and (double.NaN or double.PositiveInfinity or double.NegativeInfinity):
            case float and (float.NaN or float.PositiveInfinity or float.NegativeInfinity):
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case float number:
                json.WriteNumberValue(number);
                break;
            default:
                if (kind is ValueKind.Number or ValueKind.Json)
                {
                    json.WriteRawValue(Of(value), skipInputValidation: true);
                }
                else
                {
                    json.WriteStringValue(Of(value));
                }
                break;
        }
    }
}
